"""Somebody who looks at pages as they are answered, and opens some of them in a browser.

What goes by the text is judged of every answer: that it is no failure, has one heading of the
first level and no id twice, leads nowhere that its reader may not go, shows no figure that does
not open up, and has a title that no other page has. What goes by the shape (see ``shapes``) is
judged once for a shape, in a browser that is given the very answer: that axe finds nothing against
WCAG 2.2 AA, and that the console is silent. What goes by how long texts are, whether all of it fits
(see ``fitting``) and nothing is wider than a phone, is judged there too, and of those answers
besides in which any place of a page is at its hardest.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
from lxml.html import HtmlElement, document_fromstring
from playwright.sync_api import Browser, ConsoleMessage, Route, ViewportSize

from service.demo import DEMO_PASSWORD
from service.identity import SESSION_COOKIE, accounts_of
from tests.conftest import Service
from tests.journeys.browsing import a_page, violations, violations_of
from tests.journeys.figures import figures_shown
from tests.journeys.states.fitting import misfits
from tests.journeys.states.shapes import Measure, Shape, shape_of

DESK, PHONE = ViewportSize(width=1200, height=900), ViewportSize(width=320, height=800)
TARGETS = {"type": "rule", "values": ["target-size"]}
"""What axe is asked of a page whose shape is known: whether a target is too small for its text."""
_OTHERWISE = ("/work", "/do/")
"""Pages whose figures are those of work, or of what is being typed."""
_HOP = frozenset(["content-encoding", "content-length", "set-cookie", "transfer-encoding"])
_STEPS = re.compile(r"/do/\w+(/\w+)?$")
"""Forms, whose steps are headed alike."""


class Opened:
    """What was opened in a browser: the joints of every shape, and how hard each place has been."""

    def __init__(self) -> None:
        self.joints: set[int] = set()
        self.texts: dict[Measure, int] = {}

    def add(self, shape: Shape) -> None:
        """Remember a page that is opened."""
        self.joints |= shape.joints
        self.texts |= self.harder(shape)

    def harder(self, shape: Shape) -> dict[Measure, int]:
        """The places of a page that are harder there than they have been."""
        return {
            measure: size
            for measure, size in shape.texts.items()
            if size > self.texts.get(measure, size - 1)
        }


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


@dataclass(frozen=True, eq=False)
class Unopened:
    """An answer of a shape that is known, in which some place is harder than it has been."""

    address: str
    answer: httpx.Response
    shape: Shape


class Looker:
    """One user who looks at pages."""

    def __init__(self, browser: Browser, service: Service, user: str, opened: Opened) -> None:
        self.service, self.user, self.opened = service, user, opened
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.token: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self.client = httpx.Client(base_url=service.address, timeout=300, follow_redirects=True)
        self._hardest: dict[Measure, tuple[int, Unopened]] = {}
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
        """Open what was found hardest to fit, the answer that is so in most places first."""
        while hardest := self._hardest_left():
            self.counts["opened in a browser for their texts"] += 1
            self._open(hardest.address, hardest.answer, hardest.shape)
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
        if not shape.joints <= self.opened.joints:
            self.counts["opened in a browser for their shape"] += 1
            self._open(address, answer, shape, anew=True)
        elif harder := self.opened.harder(shape):
            unopened = Unopened(address, answer, shape)
            for measure, size in harder.items():
                if measure not in self._hardest or size > self._hardest[measure][0]:
                    self._hardest[measure] = size, unopened
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

    def _open(
        self, address: str, answer: httpx.Response, shape: Shape, *, anew: bool = False
    ) -> None:
        """Judge in the browser whether an answer fits; and where its shape is new, all of it."""
        self.opened.add(shape)
        self._shown = answer
        self._said.clear()
        self.page.goto(str(answer.url))
        faults: list[str] = []
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            whole = anew and size is DESK
            faults += violations(self.page) if whole else violations_of(self.page, TARGETS)
            faults += misfits(self.page)
            width = self.page.evaluate("document.documentElement.scrollWidth")
            if width != size["width"]:
                faults.append(f"is {width} pixels wide where {size['width']} are to be had")
        self.page.set_viewport_size(DESK)
        faults += [f"the console says {said}" for said in self._said]
        for fault in dict.fromkeys(faults):
            self.wrong(address, fault)

    def _hardest_left(self) -> Unopened | None:
        """The answer in which the most places are harder than in any that was opened."""
        self._hardest = {
            measure: (size, found)
            for measure, (size, found) in self._hardest.items()
            if size > self.opened.texts[measure]
        }
        places = Counter(found for _, found in self._hardest.values())
        return max(places, key=places.__getitem__, default=None)

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
