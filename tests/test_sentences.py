"""Every event is told in one sentence of its own, whatever its values and its stored shape."""

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from itertools import product
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

import domain  # noqa: F401 - completes the catalogue
from domain.kernel import Event
from domain.sentences import (
    counted,
    days_text,
    fields,
    half_days_text,
    joined,
    measured,
    minutes_text,
    region_text,
    sentence,
    short,
    words,
)

WITH_ANOTHER = ("to", "measured")
"""Ways of telling a field together with another."""
EVENTS = sorted(Event.catalogue)
LEFTOVER = re.compile(r"None|True|False|_|[{}\[\]<>|]|\(\s*\)|“\s*”|  |\s[,.;:)]|\.\.|…\.|,,")
"""What a template shows when something it names was not there, or was not told in words."""


def inner(annotation: Any) -> Any:
    """An annotation without what makes it optional or constrains it."""
    if get_origin(annotation) in (Union, UnionType):
        return inner(next(arg for arg in get_args(annotation) if arg is not NoneType))
    if hasattr(annotation, "__metadata__"):
        return inner(get_args(annotation)[0])
    return annotation


def optional(annotation: Any) -> bool:
    return NoneType in get_args(annotation)


CODES = {"council": "330", "user": "case-officer", "month": "2025-06", "year": "2025-26"}


def example(name: str, annotation: Any, number: int) -> Any:
    """A value as the log's JSON has it: lists and counts of this many."""
    kind = inner(annotation)
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return args[-1]
    if origin is tuple:
        return [example(name, args[0], number)] * number
    if origin is dict:
        return {"overall": example("", args[1], number)} if number else {}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[-1].value
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return shape(kind, number)
    if kind is date:
        return "2025-06-12"
    if kind in (int, bool):
        return kind(number)
    return CODES.get(name, f"Told {name.replace('_', ' ')}".strip())


def shape(kind: type[BaseModel], number: int, *, barest: bool = False) -> dict[str, Any]:
    """An event's payload; the barest has nothing in what may be empty, or leaves it out."""
    return {
        name: None
        if barest and optional(field.annotation)
        else example(name, field.annotation, number)
        for name, field in kind.model_fields.items()
        if not (barest and not field.is_required())
    }


@pytest.mark.parametrize("name", EVENTS)
def test_a_template_names_only_what_its_event_has(name: str) -> None:
    found = list(fields(Event.catalogue[name].says))
    assert found, "say with its values what happened"
    for field in found:
        for path in filter(None, [field.path, field.beside if field.way in WITH_ANOTHER else ""]):
            kind: Any = Event.catalogue[name]
            for part in path.split("."):
                if get_origin(kind) is not dict and kind is not Any:
                    assert part in kind.model_fields, f"{name} has no {path}"
                    kind = inner(kind.model_fields[part].annotation)


@pytest.mark.parametrize("name", EVENTS)
def test_whatever_its_values_an_event_reads_well(name: str) -> None:
    kind = Event.catalogue[name]
    for number, barest in product((0, 1, 2), (False, True)):
        said = sentence(kind, shape(kind, number, barest=barest))
        assert said[0] == said[0].upper()
        assert said.endswith(".")
        assert not LEFTOVER.search(said), said
        assert said != (kind.__doc__ or "").strip().split("\n")[0]


TOLD: list[tuple[str, Mapping[str, Any], str]] = [
    (
        "GrantApproved",
        {
            "grant": "GRANT-0003",
            "amount_pence": 120_000_00,
            "authority": {"limit_pence": 250_000_00},
        },
        "GRANT-0003 of £120,000.00 was approved within a limit of £250,000.00.",
    ),
    (
        "GrantApproved",
        {
            "grant": "GRANT-0003",
            "amount_pence": 120_000_00,
            "authority": {"limit_pence": 0, "board_minute": "CIB/2025/3"},
        },
        "GRANT-0003 of £120,000.00 was approved by the Board in minute CIB/2025/3.",
    ),
    (
        "SessionHeld",
        {"match": "MENT-0001", "session": 2, "on": "2025-05-14", "minutes": 120, "mode": "video"},
        "Session 2 of MENT-0001 was held on 14 May 2025 by video, for 2 hours.",
    ),
    (
        "InspectionOutcomeRecorded",
        {"council": "330", "grades": {"overall": "inadequate"}, "published_on": "2025-06-12"},
        (
            "Birmingham was judged inadequate overall by Ofsted, in a report published on 12 June"
            " 2025."
        ),
    ),
    (
        "InspectionOutcomeRecorded",
        {"council": "331", "grades": {"overall": None}, "published_on": "2025-06-12"},
        (
            "Council 331 was judged without an overall grade by Ofsted, in a report published on"
            " 12 June 2025."
        ),
    ),
    (
        "DaysReserved",
        {"peer": "PEER-0001", "match": "MENT-0001", "council": "330", "year": "2025-26"}
        | {"half_days": 3},
        "PEER-0001 had 1½ days of 2025-26 reserved for MENT-0001 in Birmingham.",
    ),
    (
        "SelfAssessmentShared",
        {"council": "330", "year": "2025-26", "shared_with": ["331"], "shared_region": "london"},
        "Birmingham shared its self-assessment of 2025-26 with council 331 and with all of London.",
    ),
    (
        "FundsRecovered",
        {"council": "330", "amount_pence": 1, "grant": "GRANT-0001", "to": "department"},
        "Birmingham paid back £0.01 of GRANT-0001 to the department.",
    ),
    (
        "AttemptRefused",
        {
            "user": "approver",
            "attempt": {
                "does": "take_decision",
                "subjects": {"case": "CASE-0001", "decision": "2"},
            },
            "sentence": (
                "This is above your limit of £100.00: the Board decides, and you record its"
                " minute reference, which is a long sentence."
            ),
        },
        (
            "User approver was refused the step “take decision” for CASE-0001 and decision 2: “This"
            " is above your limit of £100.00: the Board decides, and you record its minute"
            " reference, which…”."
        ),
    ),
]


@pytest.mark.parametrize(("name", "values", "said"), TOLD)
def test_a_sentence_carries_the_events_own_values(
    name: str, values: Mapping[str, Any], said: str
) -> None:
    assert sentence(Event.catalogue[name], values, {"330": "Birmingham"}) == said


def test_without_a_value_that_it_needs_an_event_says_what_its_kind_says() -> None:
    assert sentence(Event.catalogue["GrantSuspended"], {}) == "Payment of a grant was suspended."


def test_what_a_person_wrote_is_never_taken_for_a_template() -> None:
    values = {"case": "CASE-0001", "title": "[{grant}|x] {case}", "confidentiality": "open"}
    said = sentence(Event.catalogue["CaseNoteAdded"], values)
    assert said == "A note was added to CASE-0001 (open): “[{grant}|x] {case}”."


def test_values_are_told_as_people_write_them() -> None:
    assert [half_days_text(n) for n in range(6)] == [
        "no days",
        "half a day",
        "1 day",
        "1½ days",
        "2 days",
        "2½ days",
    ]
    assert [minutes_text(n) for n in (0, 1, 45, 60, 90, 121)] == [
        "0 minutes",
        "1 minute",
        "45 minutes",
        "1 hour",
        "1 hour 30 minutes",
        "2 hours 1 minute",
    ]
    assert days_text("2025-06-02", "2025-06-02") == "on 2 June 2025"
    assert days_text("2025-06-02", "2025-06-04") == "from 2 to 4 June 2025"
    assert days_text("2025-06-30", "2025-07-01") == "from 30 June to 1 July 2025"
    assert days_text("2025-12-31", "2026-01-01") == "from 31 December 2025 to 1 January 2026"
    assert [joined(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [counted(n, "entry") for n in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]
    assert counted(2, "criterion/criteria") == "2 criteria"
    assert region_text("yorkshire-and-the-humber") == "Yorkshire and the Humber"
    assert region_text("east-of-england") == "the East of England"
    assert words("dfe-analyst") == "DfE analyst"
    assert measured("31.0", "%") == "31.0%"
    assert measured("4", "per 10,000") == "4 per 10,000"
    assert short("Done.\nAnd more.") == "Done. And more"
    assert short("a" * 200) == "a" * 100 + "…"


def test_only_an_id_is_told_by_the_name_that_is_known_of_it() -> None:
    values = {
        "challenge": "CHAL-0001",
        "peer": "PEER-0001",
        "peer_kind": "director",
        "home_council": "330",
        "role": "member",
        "year": "2025-26",
        "half_days": 3,
    }
    names = {"PEER-0001": "Ann Example", "330": "Birmingham", "director": "A user of that name"}
    assert sentence(Event.catalogue["TeamMemberAssigned"], values, names) == (
        "Ann Example, a director from Birmingham, joined the team of CHAL-0001,"
        " with 1½ days of 2025-26 reserved."
    )
