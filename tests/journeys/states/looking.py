"""Somebody who looks at pages as they are answered, and opens those of a new shape in a browser.

What goes by the text is judged of every answer: that it is no failure, has one heading of the
first level and no id twice, leads nowhere that its reader may not go, shows no figure that does
not open up, and has a title that no other page has. What goes by the shape (see ``shapes``) is
judged once for a shape, in a browser that is given the very answer: that axe finds nothing against
WCAG 2.2 AA, that the console is silent, and that nothing is wider than a phone.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urljoin, urlsplit

import httpx
from lxml.html import HtmlElement, document_fromstring
from playwright.sync_api import Browser, ConsoleMessage, Route, ViewportSize

from service.demo import DEMO_PASSWORD
from service.identity import SESSION_COOKIE, accounts_of
from tests.conftest import Service
from tests.journeys.browsing import a_page, violations
from tests.journeys.figures import figures_shown
from tests.journeys.states.shapes import shape_of

DESK, PHONE = ViewportSize(width=1200, height=900), ViewportSize(width=320, height=800)
_OTHERWISE = ("/work", "/do/")
"""Pages whose figures are those of work, or of what is being typed."""
_HOP = frozenset(["content-encoding", "content-length", "set-cookie", "transfer-encoding"])
_STEPS = re.compile(r"/do/\w+(/\w+)?$")
"""Forms, whose steps are headed alike."""


Seen = set[int]
"""The joints of every shape that was opened in a browser."""


class Answer:
    """A page as it was answered."""

    def __init__(self, address: str, answer: httpx.Response) -> None:
        self.address, self.answer = address, answer
        self.status, self.text = answer.status_code, answer.text
        self.tree: HtmlElement = document_fromstring(answer.content)

    @property
    def path(self) -> str:
        return urlsplit(str(self.answer.url)).path

    @property
    def title(self) -> str:
        return " ".join((self.tree.findtext(".//title") or "").split())

    @property
    def links(self) -> list[str]:
        """Where the page leads within the service, each address once."""
        here = str(self.answer.url)
        every = (urljoin(here, str(to)) for to in self.tree.xpath("//a/@href"))
        parts = (urlsplit(to) for to in every)
        origin = urlsplit(here).netloc
        ours = (p.path + (f"?{p.query}" if p.query else "") for p in parts if p.netloc == origin)
        return list(dict.fromkeys(ours))

    def hidden(self, form: HtmlElement) -> dict[str, str]:
        """The hidden fields of one of its forms."""
        found = form.xpath('.//input[@type="hidden"]')
        return {each.get("name"): each.get("value", "") for each in found}

    def form(self, action: str) -> HtmlElement:
        """The form that is sent there."""
        (found, *_) = self.tree.xpath(
            "//form[@method='post'][starts-with(@action, $to)]", to=action
        )
        return found


class Looker:
    """One user who looks at pages."""

    def __init__(self, browser: Browser, service: Service, user: str, seen: Seen) -> None:
        self.service, self.user, self.seen = service, user, seen
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.token: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self.client = httpx.Client(base_url=service.address, timeout=300, follow_redirects=True)
        self._files: dict[str, httpx.Response] = {}
        self._shown: httpx.Response | None = None
        self._said: list[str] = []
        self.page = a_page(browser, service)
        self.page.set_default_timeout(300_000)
        self.page.route("**/*", self._give)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._said.append(str(error)))
        if user:
            session = accounts_of(service.installation).sign_in(user, DEMO_PASSWORD)
            assert session is not None
            self.client.cookies.set(SESSION_COOKIE, session.token)
            self.token = {"csrf_token": session.csrf}

    def close(self) -> None:
        """Close the browser."""
        self.page.context.close()
        self.client.close()

    # --- Looking ----------------------------------------------------------------------------

    def get(self, address: str, *, expect: Iterable[int] = (200,)) -> Answer | None:
        """Look at what is answered there; nothing where it is no page."""
        return self.judge(address, self.client.get(address), expect)

    def send(
        self,
        address: str,
        data: Mapping[str, str],
        *,
        expect: Iterable[int] = (200,),
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Answer | None:
        """Look at what is answered to a form."""
        answer = self.client.post(address, data=dict(data), files=files)
        return self.judge(f"POST {address}", answer, expect)

    def wrong(self, address: str, said: str) -> None:
        """Remember a fault."""
        self.faults.append(f"{self.user} {address}: {said}")

    def judge(
        self, address: str, answer: httpx.Response, expect: Iterable[int] = (200,)
    ) -> Answer | None:
        """Look at an answer; returns its page, where it is one."""
        if answer.status_code not in expect:
            self.wrong(address, f"is answered with {answer.status_code}")
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return None
        found = Answer(address, answer)
        self.counts["answers"] += 1
        self._by_text(found)
        shape = shape_of(found.tree)
        if not shape <= self.seen:
            self.seen |= shape
            self.counts["shapes opened in a browser"] += 1
            self._by_shape(found)
        return found

    def _by_text(self, found: Answer) -> None:
        headings = len(found.tree.findall(".//h1"))
        if headings != 1:
            self.wrong(found.address, f"has {headings} headings of the first level")
        ids = Counter(found.tree.xpath("//@id"))
        if twice := [name for name, times in ids.items() if times > 1]:
            self.wrong(found.address, f"has twice: {twice}")
        opens = not found.path.startswith(_OTHERWISE)
        if opens and (closed := figures_shown(found.text).closed):
            self.wrong(found.address, f"figures do not open: {closed[:3]}")
        if found.status == 200 and not _STEPS.match(found.path):
            other = self.titles.setdefault(found.title, found.path)
            if other != found.path:
                self.wrong(found.address, f"is titled as {other} is: {found.title}")

    def _by_shape(self, found: Answer) -> None:
        self._shown = found.answer
        self._said.clear()
        self.page.goto(str(found.answer.url))
        for each in violations(self.page):
            self.wrong(found.address, each)
        self.page.set_viewport_size(PHONE)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width != PHONE["width"]:
            self.wrong(found.address, f"is {width} wide on a phone")
        self.page.set_viewport_size(DESK)
        for said in self._said:
            self.wrong(found.address, f"the console says {said}")

    # --- The browser ------------------------------------------------------------------------

    def _give(self, route: Route) -> None:
        """Give the browser the answer that is looked at, and the files that it names."""
        if route.request.resource_type == "document" and self._shown is not None:
            answer = self._shown
        else:
            address = route.request.url
            if address not in self._files:
                self._files[address] = self.client.get(address)
            answer = self._files[address]
        headers = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
        route.fulfill(status=answer.status_code, headers=headers, body=answer.content)

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith("Failed to load resource") or "static" in message.text:
            self._said.append(message.text)


Looking = Callable[[str], Looker]
"""Makes lookers of users."""
