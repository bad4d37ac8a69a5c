"""A page's shape: what the rules of WCAG go by, without what the page tells.

A shape is the set of a page's joints. A joint is one element as it stands there: its tag and
attributes and those of everything around it, what kinds of element it holds, and whether it says
anything. A page none of whose joints is new has nothing that a rule about an element, its
surroundings or its parts could judge otherwise than before.

Of attributes the value is kept where rules read it (role, class, type, scope, lang, states of
ARIA); of what points elsewhere, whether that is there and says anything; of others, whether they
are empty. Of text is kept whether there is any, whether a label says what is shown, and whether a
word is so long that it might not fit a phone.
"""

import re

from lxml.html import HtmlElement

Shape = frozenset[int]

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
_DIGITS = re.compile(r"\d+")


def shape_of(page: HtmlElement) -> Shape:
    """The joints of a page."""
    saying = {element.get("id"): _says(element) for element in page.iter() if element.get("id")}
    found: set[int] = set()
    _joints(page, 0, saying, found)
    return frozenset(found)


def _joints(element: HtmlElement, around: int, saying: dict[str, str], found: set[int]) -> None:
    here = hash((around, _looks(element, saying)))
    held = {child.tag for child in element if isinstance(child.tag, str)}
    texts = [element.text, *(child.tail for child in element)]
    told = any(text and text.strip() for text in texts)
    long = any(text and _LONG_WORD.search(text) for text in texts)
    found.add(hash((here, frozenset(held), told, long)))
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ("script", "style"):
            _joints(child, here, saying, found)


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
    interactive = element.tag in ("a", "button", "summary")
    return "otherwise" if interactive and shown and shown not in label else ""
