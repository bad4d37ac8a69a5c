"""A page's shape: what the rules of WCAG go by, without what the page tells.

A shape is the set of a page's joints. A joint is one element as it stands there: its tag and
attributes and those of everything around it, what kinds of element it holds, and whether it says
anything. A page none of whose joints is new has nothing that a rule about an element, its
surroundings or its parts could judge otherwise than before.

What a shape leaves out is how long texts are. Beside the shape is told of each place (an element
as it looks, within all that is around it) how hard its texts are to fit: its longest word, its
longest text, its shortest link, and of how many parts it is made. By that, those of all answers are
found in which a place is at its hardest.

Of attributes the value is kept where rules read it (role, class, type, scope, lang, states of
ARIA); of what points elsewhere, whether that is there and says anything; of others, whether they
are empty. Of text is kept whether there is any, whether a label says what is shown, and whether a
word is so long that it might not fit a phone.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

Measure = tuple[int, str]
"""A place and what is measured there."""


class Shape(NamedTuple):
    """A page's shape, and how hard its texts are to fit into it."""

    joints: frozenset[int]
    texts: Mapping[Measure, int]
    """The more, the harder."""


_WHOLE = frozenset(
    [
        "autocomplete",
        "colspan",
        "content",
        "dir",
        "http-equiv",
        "lang",
        "role",
        "rowspan",
        "scope",
        "style",
        "tabindex",
        "target",
        "type",
    ]
)
_POINTS = frozenset(
    [
        "aria-controls",
        "aria-describedby",
        "aria-labelledby",
        "aria-owns",
        "for",
        "form",
        "headers",
        "list",
    ]
)
_TOLD = frozenset(["aria-label", "aria-valuetext", "aria-roledescription"])
_PASSING = frozenset(["checked", "selected", "nonce"])
_NAMED = frozenset(
    [
        "a",
        "button",
        "caption",
        "h1",
        "h2",
        "h3",
        "h4",
        "label",
        "legend",
        "option",
        "summary",
        "th",
        "title",
    ]
)
_LONG_WORD = re.compile(r"\S{24}")
_WORD = re.compile(r"[^\s-]+-?")
_TARGETS = frozenset(["a", "button", "summary"])
_DIGITS = re.compile(r"\d+")


def shape_of(page: HtmlElement) -> Shape:
    """The shape of a page."""
    saying = {element.get("id"): _says(element) for element in page.iter() if element.get("id")}
    found: set[int] = set()
    texts: dict[Measure, int] = {}
    _joints(page, 0, saying, found, texts)
    return Shape(frozenset(found), texts)


def _joints(
    element: HtmlElement,
    around: int,
    saying: dict[str, str],
    found: set[int],
    texts: dict[Measure, int],
) -> None:
    here = hash((around, _looks(element, saying)))
    parts = [child for child in element if isinstance(child.tag, str)]
    own = [text for text in (element.text, *(child.tail for child in element)) if text]
    told = any(text.strip() for text in own)
    long = any(_LONG_WORD.search(text) for text in own)
    found.add(hash((here, frozenset(child.tag for child in parts), told, long)))
    for what, size in _measures(element, " ".join(" ".join(own).split()), len(parts)):
        texts[here, what] = max(size, texts.get((here, what), size))
    for child in parts:
        if child.tag not in ("script", "style"):
            _joints(child, here, saying, found, texts)


def _measures(element: HtmlElement, text: str, parts: int) -> Iterator[tuple[str, int]]:
    """How hard it is to fit what an element says itself, and what it is made of."""
    yield "parts", parts
    if text:
        yield "word", max(len(word) for word in _WORD.findall(text) or [text])
        yield "text", len(text)
    if element.tag in _TARGETS:
        yield "short", -len(element.text_content().strip())


def _looks(element: HtmlElement, saying: dict[str, str]) -> str:
    known = sorted(f"{name}={_kept(name, value, saying)}" for name, value in element.items())
    named = _says(element) if element.tag in _NAMED else ""
    return " ".join([element.tag, *known, named, _otherwise(element)])


def _kept(name: str, value: str, saying: dict[str, str]) -> str:
    if name == "class":
        return " ".join(sorted(value.split()))
    if name in _PASSING:
        return ""
    if name in _POINTS:
        return "&".join(saying.get(to, "nowhere") for to in value.split())
    if name == "href" and value.startswith("#") and len(value) > 1:
        return saying.get(value[1:], "nowhere")
    if name in _WHOLE:
        return value
    if name.startswith("aria-") and name not in _TOLD:
        return _DIGITS.sub("0", value)
    return "said" if value.strip() else "blank"


def _says(element: HtmlElement) -> str:
    alternatives = "".join(element.xpath(".//@alt | .//@aria-label"))
    return "said" if (element.text_content() + alternatives).strip() else "blank"


def _otherwise(element: HtmlElement) -> str:
    """Whether a label leaves out what is shown under it."""
    label = (element.get("aria-label") or "").lower()
    shown = " ".join(element.text_content().split()).lower() if label else ""
    return "otherwise" if element.tag in _TARGETS and shown and shown not in label else ""
