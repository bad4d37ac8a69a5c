"""The form twin of every command: fields from its model, the JSON function behind it."""

import inspect
import re
import types
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from domain.kernel import Command, Refused
from service.desk import (
    AtFormDesk,
    CommandRoute,
    Desk,
    Reader,
    Receipt,
    Replayed,
    Routes,
    command_model,
    page,
    status_of,
)
from service.desk.reading import Reading
from service.identity import Person
from service.pages.render import render, words

router = APIRouter()

PLACES = {
    "contract": "/contracts/{}",
    "programme": "/programmes/{}",
    "claim": "/hosting",
    "case": "/cases/{}",
    "grant": "/grants/{}",
    "match": "/mentoring/{}",
    "council": "/councils/{}",
    "year": "/budgets/{}",
    "challenge": "/challenges/{}",
    "peer": "/peers",
    "region": "/regions/{}",
    "person": "/persons/{}",
    "practice": "/practice/{}",
}


class Field(NamedTuple):
    """A field of a form."""

    name: str
    label: str
    kind: str
    """text, money, date, number, choice, lines, pairs, rows or long"""
    required: bool
    hint: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


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


def fields_of(model: type[BaseModel], prefix: str = "") -> list[Field]:
    """The fields of a model as a form asks for them; a nested model's are asked one by one."""
    found: list[Field] = []
    for name, info in model.model_fields.items():
        key = f"{prefix}{info.alias or name}"
        hint, meta = _bare(info.annotation)
        meta = (*meta, *info.metadata)
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            found += fields_of(hint, f"{key}.")
            continue
        found.append(_field(key, hint, meta, info))
    return sorted(found, key=lambda field: field.name in ("effective_on", "reason"))


def _field(key: str, hint: Any, meta: tuple[Any, ...], info: FieldInfo) -> Field:
    label = words(key.rpartition(".")[2].rstrip("_"))
    said = info.description or ""
    required = info.is_required()
    if any("pounds" in str(getattr(m, "func", m)) for m in meta):
        return Field(key, label, "money", required, said or "In pounds, like 120000.00")
    if get_origin(hint) is Literal:
        return Field(key, label, "choice", required, said, tuple(map(str, get_args(hint))))
    if hint is bool:
        return Field(key, label, "choice", required, said, ("yes", "no"))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Field(key, label, "choice", required, said, tuple(e.value for e in hint))
    if hint is date:
        return Field(key, label, "date", required, said or "For example, 2026-03-31")
    if hint is int:
        return Field(key, label, "number", required, said)
    if get_origin(hint) is tuple:
        inner, _ = _bare(get_args(hint)[0])
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            columns = tuple(f.name for f in fields_of(inner))
            hint_text = f"One a line: {' | '.join(columns)}"
            return Field(key, label, "rows", required, hint_text, columns=columns)
        return Field(key, label, "lines", required, said or "One a line")
    if get_origin(hint) is dict:
        return Field(key, label, "pairs", required, said or "One a line, as name: value")
    long = any(getattr(m, "max_length", 0) and m.max_length > 1000 for m in meta)
    return Field(key, label, "long" if long else "text", required, said)


def body_of(fields: list[Field], sent: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, in the shape that the model takes."""
    body: dict[str, Any] = {}
    for field in fields:
        value = sent.get(field.name, "").strip()
        if not value:
            continue
        place = body
        *outer, last = field.name.split(".")
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = _typed(field, value)
    return body


def _typed(field: Field, value: str) -> Any:
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    match field.kind:
        case "lines":
            return lines
        case "pairs":
            return {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        case "rows":
            return [_row(field.columns, line) for line in lines]
        case "choice" if set(field.choices) == {"yes", "no"}:
            return value == "yes"
    return value


def _row(columns: tuple[str, ...], line: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in line.split("|")]
    row: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=False):
        if cell:
            several = column == "conditions"
            row[column] = re.split(r"[ ,]+", cell) if several else cell
    return row


def route_named(name: str) -> CommandRoute:
    """A command by its name. Raises Refused ``not-found``."""
    for route in Routes.commands:
        if route.name == name and command_model(route.function):
            return route
    raise Refused("not-found", "There is no such form.")


def subjects_of(route: CommandRoute) -> list[str]:
    """What the command's path names: case, grant, item."""
    return re.findall(r"{(\w+)}", route.path)


async def _sent(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _page(
    request: Request,
    reading: Reader | None,
    person: Person,
    route: CommandRoute,
    sent: Mapping[str, str],
    errors: list[tuple[str, str]],
    status: int = 200,
) -> Response:
    model = command_model(route.function) or Command
    doc = (route.function.__doc__ or "").strip().split("\n")[0]
    return render(
        request,
        "form.html",
        reading=reading,
        person=person,
        status=status,
        title=words(route.name),
        said=doc,
        fields=fields_of(model),
        subjects=subjects_of(route),
        sent=sent,
        errors=errors,
        error_for=dict(reversed(errors)),
        form_key=sent.get("form_key") or str(uuid4()),
    )


@page(router, "/do/{name}", needs="council.read")
def form_page(request: Request, name: str, reading: Reading) -> Response:
    """The form of a command, for whoever may send it."""
    route = route_named(name)
    if not reading.sees(route.needs):
        raise Refused("forbidden", "None of your roles allows this: ask a colleague whose does.")
    if reading.moment.is_past:
        raise Refused("past-read-only", "The past is read-only: return to now to record anything.")
    return _page(request, reading, reading.person, route, dict(request.query_params), [])


@router.post("/do/{name}")
def send_form(
    request: Request,
    name: str,
    desk: AtFormDesk,
    sent: Annotated[dict[str, str], Depends(_sent)],
) -> Response:
    """Do what the form asks, or show it again with what to correct."""
    route = route_named(name)
    model = command_model(route.function) or Command
    person = Person(user=desk.user, channel="web", session=desk.session)
    reading = Reader(desk.installation, person)
    reading.needs = "council.read"
    subjects = {subject: sent.get(subject, "").strip() for subject in subjects_of(route)}
    if empty := [s for s, value in subjects.items() if not value]:
        wrong = [(s, f"Say which {words(s).lower()}") for s in empty]
        return _page(request, reading, person, route, sent, wrong, 422)
    try:
        command = model.model_validate(body_of(fields_of(model), sent))
        receipt = _carried_out(route, subjects, command, desk)
    except ValidationError as invalid:
        wrong = [_error(found["loc"], found["msg"]) for found in invalid.errors()]
        return _page(request, reading, person, route, sent, wrong, 422)
    except Refused as refusal:
        wrong = [("", refusal.sentence)]
        return _page(request, reading, person, route, sent, wrong, status_of(refusal.code))
    return RedirectResponse(_place(subjects, receipt), status_code=303)


def _carried_out(
    route: CommandRoute, subjects: Mapping[str, str], command: Command, desk: Desk
) -> Receipt:
    hints = inspect.get_annotations(inspect.unwrap(route.function), eval_str=True)
    typed: dict[str, Any] = {}
    for subject, value in subjects.items():
        number = hints[subject] is int
        if number and not value.isdecimal():
            raise Refused("bad-number", f"Write the number of the {words(subject).lower()}.")
        typed[subject] = int(value) if number else value
    try:
        return route.function(**typed, command=command, desk=desk)
    except Replayed as done:
        return done.receipt


def _error(loc: tuple[int | str, ...], message: str) -> tuple[str, str]:
    name = ".".join(str(part) for part in loc if isinstance(part, str))
    said = message.removeprefix("Value error, ")
    label = words(name.rpartition(".")[2]) or "This form"
    return name, said if said.startswith("Write") else f"{label}: {said}"


def _place(subjects: Mapping[str, str], receipt: Receipt) -> str:
    """Where what was done can be seen."""
    if receipt.reference.startswith("ASSESS-"):
        _, council, year = receipt.reference.split("-", 2)
        return f"/self-assessments/{council}/{year}?after={receipt.position}"
    for subject, place in PLACES.items():
        if subject in subjects:
            return f"{place.format(subjects[subject])}?after={receipt.position}"
    kinds = {
        "CASE": "/cases/{}",
        "GRANT": "/grants/{}",
        "MENT": "/mentoring/{}",
        "CHAL": "/challenges/{}",
        "CONTRACT": "/contracts/{}",
        "PROG": "/programmes/{}",
        "HOSTING": "/hosting",
        "STAFF": "/hosting",
        "PRACTICE": "/practice/{}",
        "INDICATORS": "/indicators",
        "WATCH": "/watch-list",
    }
    if kind := kinds.get(receipt.reference.partition("-")[0]):
        return f"{kind.format(receipt.reference)}?after={receipt.position}"
    return f"/audit?stream={receipt.reference}&after={receipt.position}"
