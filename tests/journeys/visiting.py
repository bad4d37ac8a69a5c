"""Pages without a browser: their forms, sent as a browser sends them."""

import html
import re

import httpx

from service.demo import DEMO_PASSWORD
from tests.conftest import Service


class Visitor:
    """Somebody at a browser of their own: cookies, and the forms that they were given."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.client = httpx.Client(base_url=service.address, timeout=60)

    def signed_in(self, user: str, onward: str = "/") -> httpx.Response:
        """The answer to signing in, after whichever page asked for it."""
        page = self.client.get("/sign-in", params={"next": onward}).text
        given = {"username": user, "password": DEMO_PASSWORD, "next": onward}
        return self.client.post("/sign-in", data=hidden(page) | given)

    def form(self, address: str) -> dict[str, str]:
        """The hidden fields of a form."""
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return hidden(answer.text)

    def send(self, name: str, data: dict[str, str], does: str = "check") -> httpx.Response:
        """Press one of a form's buttons."""
        return self.client.post(f"/do/{name}", data=data | {"_do": does})

    def get(self, address: str) -> httpx.Response:
        return self.client.get(address)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form, the sign-out button's apart."""
    form = page.partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}
