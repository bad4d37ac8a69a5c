"""The fields of a command's form, made from its model: what is asked, how, and what is let in."""

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from fastapi import UploadFile
from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from domain.kernel import RESTS_ON, marked
from service.desk import CommandRoute, Receipt, command_model
from service.pages.forms.wording import asked, form_of, from_states
from service.pages.render import field_words

REPEATED = frozenset({"list", "rows", "pairs"})
"""Kinds of which a person gives as many as there are."""

LONG = 1_000
"""What may be longer than this is asked for in more than one line."""

_SOURCES = {
    r"^\d{3}$": "council",
    r"^CASE-\d{4,}$": "case",
    r"^GRANT-\d{4,}$": "grant",
    r"^CONTRACT-\d{4,}$": "contract",
    r"^PROG-\d{4,}$": "programme",
    r"^MENT-\d{4,}$": "match",
    r"^PEER-\d{4,}$": "peer",
    r"^CHAL-\d{4,}$": "challenge",
    r"^RET-\d{4,}$": "dfe_return",
    r"^20\d\d-\d\d$": "year",
    r"^[a-z][a-z0-9.-]{1,63}$": "user",
    r"^[A-Za-z0-9][A-Za-z0-9.:_/-]{0,99}$": "person",
}
"""What the text of a field names, told by its pattern; options are offered for each."""

_NUMBERED = frozenset({"decision", "supersedes", "instalment", "session"})
"""Whole numbers that name a part of what the command's path names."""

_FOR_PROGRAMS = frozenset({"row", "sha256", "document", "shown_at"})
"""Filled in by a link or a program; on a form they are kept if they came with its address."""

_NEW = {("RegisterCouncil", "council"), ("InviteUser", "user")}
"""What a command begins: there is nothing yet to choose from."""

_UNITS = {
    "half_days": "half-days",
    "planned_half_days": "half-days",
    "minutes": "minutes",
    "hours": "hours",
    "rate": "an hour",
    "threshold_percent": "%",
    "worsening_years": "years",
}
"""What a number is a number of, where its name says it."""

_LAST = ("board_minute", "effective_on", "reason")
"""By what authority, when and why: asked for last."""

_DAY = "For example, 31 3 2026"


class Field(NamedTuple):
    """A field of a form, or one part of each item of a repeated one."""

    name: str
    """As sent: ``grades.overall``; of a part, the column: ``due_on``."""
    label: str
    kind: str
    """text, long, money, number, date, choice, flag, several, lines, numbers, named, file;
    list, rows and pairs are repeated."""
    required: bool
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    source: str = ""
    """What the text names, whose options are offered: council, case, decision."""
    default: str = ""
    longest: int = 0
    parts: tuple["Field", ...] = ()
    """What is asked of each item of a repeated field; of a list, one without a name."""
    hidden: bool = False
    group: str = ""
    """The heading under which a long form asks for it."""
    width: int = 0
    """How many characters the box has room for, where it isn't the whole line."""
    told: tuple[str, ...] = ()
    """What each choice means, in the order of the choices, where its word doesn't tell."""
    item: str = ""
    """One of it in words, where the label doesn't tell."""

    @property
    def unit(self) -> str:
        """What a number is a number of."""
        return _UNITS.get(self.name.rpartition(".")[2], "")

    def measured(self, text: str) -> str:
        """A number that was given, with its unit: 1 half-day, 40%."""
        if not (text and self.unit):
            return text
        one = text == "1" and self.unit.endswith("s")
        between = "" if self.unit == "%" else " "
        return f"{text}{between}{self.unit[:-1] if one else self.unit}"

    @property
    def repeated(self) -> bool:
        """Whether a person gives as many of it as there are."""
        return self.kind in REPEATED

    def at(self, number: int) -> tuple["Field", ...]:
        """The parts of one item, under the names that they are sent by."""
        base = f"{self.name}.{number}"
        named = f"{self.one.capitalize() or 'Number'} {number + 1}"
        return tuple(
            part._replace(name=f"{base}.{part.name}")
            if part.name
            else part._replace(name=base, label=named)
            for part in self.parts
        )

    @property
    def anchor(self) -> str:
        """The id of what an error or a Change link leads to."""
        match self.kind:
            case "date":
                return f"f-{self.name}-day"
            case _ if self.repeated:
                return self.at(0)[0].anchor
        return f"f-{self.name}"

    @property
    def one(self) -> str:
        """One item of it in words, if there is a word: an instalment of instalments."""
        if self.item:
            return self.item
        label = self.label.lower()
        first = label.partition(" ")[0]
        for several in (first, label):
            if several.endswith("s"):
                return several[:-1]
        return ""


def leaves(fields: list[Field], sent: Mapping[str, str]) -> Iterator[Field]:
    """Every single field that a form shows for what was sent: items of the repeated one by one."""
    for field in fields:
        if field.repeated:
            for number in range(shown(field, sent)):
                yield from field.at(number)
        else:
            yield field


def given(field: Field, sent: Mapping[str, str]) -> int:
    """How many items of a repeated field were sent, blank ones included."""
    head = f"{field.name}."
    numbers = (name.removeprefix(head).partition(".")[0] for name in sent if name.startswith(head))
    found = [int(n.partition("-")[0]) for n in numbers if n.partition("-")[0].isdecimal()]
    return min(max(found, default=-1) + 1, 1_000)


def shown(field: Field, sent: Mapping[str, str]) -> int:
    """How many items of a repeated field the form shows: at least one."""
    return max(1, given(field, sent))


def fields_of_route(route: CommandRoute) -> list[Field]:
    """The fields of a command: of its model, or of what its function takes besides the desk."""
    model = command_model(route.function)
    found = _fields(model) if model else _of_function(route.function)
    return [
        field._replace(hidden=True) if model and _asked_already(field, model) else field
        for field in _in_words(route.name, found)
    ]


def _asked_already(field: Field, model: type[BaseModel]) -> bool:
    """Whether a command asks why by a field of its own, so that its form asks for no reason."""
    return field.name == "reason" and not field.required and bool(marked(model, RESTS_ON))


@cache
def _in_words(form: str, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Fields as their form asks for them, in the order that it asks for them in."""
    said = form_of(form)
    groups = {name: group for group, names in said.groups.items() for name in names}
    asked_first = [name for name in (groups or said.asks) if name != "effective_on"]
    order = [*asked_first, "", *_LAST]

    def heads(field: Field) -> tuple[str, str]:
        return field.name, field.name.partition(".")[0]

    def place(field: Field) -> int:
        return min((order.index(h) for h in heads(field) if h in order), default=order.index(""))

    worded = [
        _worded(form, field, field.name)._replace(
            group=next((groups[head] for head in heads(field) if head in groups), "")
        )
        for field in fields
    ]
    return tuple(sorted(worded, key=place))


def _worded(form: str, field: Field, name: str) -> Field:
    ask = asked(form, name)
    if ask is None:
        return field._replace(hidden=True)
    source = ask.source or field.source
    parts = tuple(
        _worded(form, part, f"{name}.{part.name}") if part.name else part for part in field.parts
    )
    return field._replace(
        label=ask.label,
        hint=ask.hint or field.hint,
        source=from_states(source, ask.states) if source else "",
        width=ask.width,
        item=ask.one,
        parts=parts,
    )


def takes_file(function: Callable[..., Receipt]) -> bool:
    """Whether a command takes a document."""
    return any(field.kind == "file" for field in _of_function(function))


@cache
def model_of(function: Callable[..., Receipt]) -> type[BaseModel]:
    """What checks a form's answers: the command, or a model of what its function takes besides.

    Of a document the answer is its name.
    """
    hints = inspect.get_annotations(inspect.unwrap(function), eval_str=True)
    taken: dict[str, Any] = {
        field.name: (str if field.kind == "file" else hints[field.name], ...)
        for field in _of_function(function)
    }
    return command_model(function) or create_model("Answers", **taken)


@cache
def _of_function(function: Callable[..., Receipt]) -> tuple[Field, ...]:
    found = []
    for name, hint in inspect.get_annotations(inspect.unwrap(function), eval_str=True).items():
        bare, meta = _bare(hint)
        if bare is UploadFile:
            found.append(Field(name, name, "file", True))
        elif any(type(each).__name__ == "Form" for each in meta):
            found.append(_text(name, name, True, meta, ""))
    return tuple(found)


@cache
def _fields(model: type[BaseModel]) -> tuple[Field, ...]:
    return tuple(_asked(model, "", True))


def _asked(model: type[BaseModel], prefix: str, needed: bool) -> Iterator[Field]:
    """A nested model's fields are asked for one by one."""
    for name, info in model.model_fields.items():
        key = f"{prefix}{info.alias or name}"
        hint, meta = _bare(info.annotation)
        meta = (*meta, *info.metadata)
        required = needed and info.is_required()
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            yield from _asked(hint, f"{key}.", required)
            continue
        field = _field(key, hint, meta, info, required)
        if (model.__name__, name) in _NEW:
            field = field._replace(source="")
        yield field


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without Optional and Annotated, and what was annotated."""
    meta: tuple[Any, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *more = get_args(hint)
            meta = (*meta, *more)
        elif get_origin(hint) in (Union, types.UnionType):
            hint = next(a for a in get_args(hint) if a is not type(None))
        else:
            return hint, meta


def _marks(meta: tuple[Any, ...]) -> Iterator[Any]:
    """What a type was annotated with, however deep."""
    for mark in meta:
        yield mark
        if isinstance(mark, FieldInfo):
            yield from _marks(tuple(mark.metadata))


def _field(
    key: str, hint: Any, meta: tuple[Any, ...], info: FieldInfo | None, required: bool
) -> Field:
    last = key.rpartition(".")[2].rstrip("_")
    label = key.rstrip("_") or "Value"
    default = _default(info)
    if any("pounds" in str(getattr(m, "func", m)) for m in meta):
        return Field(key, label, "money", required, default=default)
    if hint is bool:
        either = (("yes", "Yes"), ("no", "No"))
        return Field(key, label, "flag", required, "", either, default=default)
    if choices := _choices(hint):
        told = tuple(str(getattr(each, "readers", "")) for each in hint) if _is_enum(hint) else ()
        return Field(key, label, "choice", required, "", choices, default=default, told=told)
    if hint is date:
        return Field(key, label, "date", required, _DAY)
    if hint in (int, Decimal):
        source = last if last in _NUMBERED else ""
        hidden = last in _FOR_PROGRAMS
        return Field(key, label, "number", required, source=source, hidden=hidden)
    if get_origin(hint) in (tuple, dict):
        return _several(key, label, hint, required)
    return _text(key, label, required, meta, default)


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def _choices(hint: Any) -> tuple[tuple[str, str], ...]:
    """The values of an enumeration or literal with their words."""
    if get_origin(hint) is Literal:
        return tuple((str(value), field_words(str(value))) for value in get_args(hint))
    if _is_enum(hint):
        return tuple((e.value, getattr(e, "label", "") or field_words(e.value)) for e in hint)
    return ()


def _several(key: str, label: str, hint: Any, required: bool) -> Field:
    """What is given any number of times."""
    if get_origin(hint) is dict:
        name, value = (_part("", inner) for inner in get_args(hint))
        name = name._replace(name="key", label=field_words(name.source) or "Name")
        value = value._replace(name="value", label="How it stands" if value.choices else "Value")
        return Field(key, label, "pairs", required, parts=(name, value))
    inner = get_args(hint)[0]
    bare, _ = _bare(inner)
    if choices := _choices(bare):
        return Field(key, label, "several", required, "Choose all that apply", choices)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        parts = tuple(_within(part) for part in _asked(bare, "", True))
        return Field(key, label, "rows", required, parts=parts)
    return Field(key, label, "list", required, parts=(_part("", inner),))


def _part(name: str, hint: Any) -> Field:
    bare, meta = _bare(hint)
    return _field(name, bare, tuple(_marks(meta)), None, True)


def _within(part: Field) -> Field:
    """A part of an item: what would itself be repeated is asked for in lines."""
    if not part.repeated:
        return part
    kind = {"pairs": "named", "rows": "named"}.get(part.kind, "lines")
    if part.kind == "list" and part.parts[0].kind == "number":
        kind = "numbers"
    said = {
        "lines": "One a line",
        "numbers": "Numbers from 1, like 1, 2",
        "named": "One a line: name: value",
    }
    return part._replace(kind=kind, parts=(), hint=part.hint or said[kind])


def _text(key: str, label: str, required: bool, meta: tuple[Any, ...], default: str) -> Field:
    marks = list(_marks(meta))
    longest = max((getattr(m, "max_length", None) or 0 for m in marks), default=0)
    patterns = [p for m in marks if (p := getattr(m, "pattern", None))]
    source = next((_SOURCES[str(p)] for p in patterns if str(p) in _SOURCES), "")
    last = key.rpartition(".")[2]
    if source == "council" and last != "council":
        source = "any council"
    kind = "long" if longest > LONG else "text"
    return Field(
        key,
        label,
        kind,
        required,
        source=source,
        default=default,
        longest=longest,
        hidden=last in _FOR_PROGRAMS,
    )


def _default(info: FieldInfo | None) -> str:
    """What a field holds if nothing is chosen, as it is sent."""
    value = None if info is None or info.default is PydanticUndefined else info.default
    match value:
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case str():
            return value
    return ""
