"""The figures of a page's HTML: those that open up, those that say that they don't, and others."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

_VOID = frozenset(
    ["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_HOLDERS = frozenset({"td", "dd"})
_FIGURE = re.compile(r"[+−-]?£?\d[\d,]*(\.\d+)?\s*(%|of \d+)?|of \d+")


class Shown(NamedTuple):
    """What the figures of a page are."""

    opening: list[tuple[str, str]]
    """The text and address of each figure's own link."""
    closed: list[str]
    """Figures that neither lead anywhere nor say that they are names or what an event did."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opening: list[tuple[str, str]] = []
        self.closed: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.told, self.linked, self.link = "", "", ""

    def _within(self, tag: str, name: str = "") -> bool:
        return any(t == tag and name in ("", *names.split()) for t, names in self.open)

    @property
    def _holds(self) -> bool:
        key = self._within("ul", "cw-figures") and self._within("strong")
        return key or any(self._within(tag) for tag in _HOLDERS)

    @property
    def _plain(self) -> bool:
        return any({"cw-plain", "cw-noted"} & set(names.split()) for _, names in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self.open.append((tag, known.get("class", "")))
        if tag in ("td", "dd", "strong"):
            self.told = ""
        if tag == "a" and "cw-figure" in known.get("class", "").split():
            self.link, self.linked = known["href"], ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link:
            self.opening.append((self.linked.strip(), unescape(self.link)))
            self.link = ""
        if tag in ("td", "dd", "strong") and self._holds:
            told = " ".join(self.told.split())
            if ("£" in told and not told.endswith(".")) or _FIGURE.fullmatch(told):
                self.closed.append(told)
            self.told = ""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.link:
            self.linked += data
        if not self._within("a") and not self._plain:
            self.told += data


def figures_shown(page: str) -> Shown:
    """The figures in the tables, summaries and headlines of a page."""
    reader = _Reader()
    reader.feed(page[page.index("<main") : page.index("</main>")])
    return Shown(reader.opening, reader.closed)
