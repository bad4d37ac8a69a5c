"""What the trail is asked for: one definition for the API, the page, the command line and
saved queries."""

import inspect
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar, get_type_hints

from fastapi import Depends, Query
from psycopg.sql import SQL
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from domain.kernel import LONDON, Event, Frozen, Refused
from service.desk import Fits, day_of, moment_of

D = TypeVar("D", bound=date)


def area_of(event: type[Event]) -> str:
    """The area of the programme that an event belongs to, as the domain's modules are named."""
    return event.__module__.split(".")[1]


def areas() -> list[str]:
    """Every area that has events."""
    return sorted({area_of(event) for event in Event.catalogue.values()})


# --- How values are written -----------------------------------------------------------------


def _blank(said: Any) -> Any:
    """A field of a form that was left empty asks for nothing."""
    return None if isinstance(said, str) and not said.strip() else said


def _day(said: Any) -> Any:
    if not isinstance(said, str):
        return said
    try:
        day = day_of(said.strip())
        if day is None:
            raise ValueError("no day")
        return _of_our_time(day)
    except ValueError:
        raise ValueError(f"Write {said!r} as a date, like 31 March 2026.") from None


def _of_our_time(day: D) -> D:
    """Not so far off that another time zone's day can't be told."""
    if not 1900 <= day.year <= 2200:
        raise ValueError("out of range")
    return day


def _moment(of_day: time) -> Callable[[Any], Any]:
    """A date is its start, or its end, in London; a time without a zone is London's."""

    def read(said: Any) -> Any:
        if not isinstance(said, str):
            return said
        try:
            if day := day_of(said.strip()):
                return _of_our_time(datetime.combine(day, of_day, LONDON))
            return _of_our_time(moment_of(said.strip()))
        except (ValueError, Refused):
            raise ValueError(
                f"Write {said!r} as a date, like 31 March 2026, or as a date and time, like"
                " 2026-03-31T17:00."
            ) from None

    return read


def _told(moment: datetime, of_day: time) -> str:
    """A moment as it is written: a day where it is that day's start, or its end, in London."""
    local = moment.astimezone(LONDON)
    return local.date().isoformat() if local.time() == of_day else local.isoformat()


def _listed(said: Any) -> Any:
    """Several names: one by one, or with commas between."""
    if isinstance(said, str):
        said = [said]
    if not isinstance(said, Iterable):
        return said or ()
    parts = [part.strip() for each in said for part in str(each).split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def _known_events(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in Event.catalogue:
            raise ValueError(f"There is no event {name!r}: docs/events.md lists them.")
    return names


def _known_area(name: str | None) -> str | None:
    if name is not None and name not in areas():
        raise ValueError(f"There is no area {name!r}: choose one of {', '.join(areas())}.")
    return name


_AS_TEXT = WithJsonSchema({"type": "string", "examples": ["2026-03-31", "2026-03-31T17:00"]})
_AS_DAY = WithJsonSchema({"type": "string", "format": "date"})

Word = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None,
    BeforeValidator(_blank),
]
Area = Annotated[Word, AfterValidator(_known_area)]
Events = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    AfterValidator(_known_events),
    Field(max_length=100),
]
Day = Annotated[date | None, BeforeValidator(_day), BeforeValidator(_blank), _AS_DAY]
Since = Annotated[
    datetime | None, BeforeValidator(_moment(time.min)), BeforeValidator(_blank), _AS_TEXT
]
Until = Annotated[
    datetime | None, BeforeValidator(_moment(time.max)), BeforeValidator(_blank), _AS_TEXT
]


# --- The filters ----------------------------------------------------------------------------


def names_person(person: str) -> Fits:
    """Events that name a person by their id wherever that is, or that they recorded."""
    user = person.removeprefix("USER-") if person.startswith("USER-") else None
    return Fits(
        SQL(
            "(jsonb_path_exists(payload, '$.** ? (@ == $who)', jsonb_build_object('who', %s::text))"
            ' OR actor = %s OR "user" = %s)'
        ),
        [person, user, user],
    )


class Filters(Frozen):
    """Which events: those that fit everything that is asked."""

    case: Word = Field(None, description="A case: CASE-0001")
    grant: Word = Field(None, description="A grant: GRANT-0001")
    council: Word = Field(None, description="A council, by its DfE number: 330")
    region: Word = Field(None, description="A region's own events: north-west")
    person: Word = Field(None, description="Whoever is named: PERSON-…, PEER-0001 or USER-name")
    peer: Word = Field(None, description="A peer: PEER-0001")
    match: Word = Field(None, description="A mentoring match: MENT-0001")
    challenge: Word = Field(None, description="A peer challenge: CHAL-0001")
    contract: Word = Field(None, description="A contract: CONTRACT-0001")
    programme: Word = Field(None, description="A policy programme: PROG-0001")
    practice: Word = Field(None, description="An example of good practice: PRACTICE-0001")
    year: Word = Field(None, description="A financial year: 2025-26")
    actor: Word = Field(None, description="Who recorded it: the user name")
    role: Word = Field(None, description="The role that they acted in: approver")
    channel: Word = Field(None, description="How it came in: api, web, cli, import or demo")
    area: Area = Field(None, description="A part of the programme: funding, mentoring")
    stream: Word = Field(
        None, description="A stream's whole name, or how it begins with a hyphen last: CHAL-"
    )
    event: Events = Field((), description="One or several types of event: GrantApproved")
    rule: Word = Field(None, description="A rule that refused an attempt: own-proposal")
    correlation: Word = Field(None, description="What one request or import run recorded")
    since: Since = Field(None, description="Recorded from: a date, or a date and time")
    until: Until = Field(None, description="Recorded to: a date, or a date and time")
    effective_from: Day = Field(None, description="Effective from: a date")
    effective_to: Day = Field(None, description="Effective to: a date")

    def where(self) -> dict[str, Any]:
        """The conditions on fields, as a Reading takes them."""
        return {name: getattr(self, name) for name in _FIELDS} | {
            "person": names_person(self.person) if self.person else None,
            "stream": self._streams(),
            "event": self._events(),
        }

    def ranges(self) -> dict[str, tuple[Any, Any]]:
        """The conditions on times and dates, as a Reading takes them."""
        return {
            "recorded_at": (self.since, self.until),
            "effective_on": (self.effective_from, self.effective_to),
        }

    def asked(self) -> dict[str, Any]:
        """What is asked and no more, as text: for addresses, and to be saved."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        for name, edge in (("since", time.min), ("until", time.max)):
            if name in said:
                said[name] = _told(getattr(self, name), edge)
        return said

    def _streams(self) -> Any:
        if self.stream and self.stream.endswith("-"):
            return Fits(SQL("starts_with(stream, %s)"), [self.stream])
        return self.stream

    def _events(self) -> list[str] | None:
        if self.area is None:
            return list(self.event) or None
        there = [name for name, kind in Event.catalogue.items() if area_of(kind) == self.area]
        return [name for name in there if not self.event or name in self.event]


_FIELDS = [
    name
    for name in Filters.model_fields
    if name
    not in ("person", "area", "stream", "event", "since", "until", "effective_from", "effective_to")
]


class _Asked:
    """The filters as a request asks for them, each a parameter of the query.

    ``from`` and ``to``, as the page once wrote ``since`` and ``until``, are still read.
    """

    def __init__(self) -> None:
        hints = get_type_hints(Filters, include_extras=True)
        written = {
            name: Query(description=f.description) for name, f in Filters.model_fields.items()
        }
        written |= {
            "from_": Query(alias="from", include_in_schema=False),
            "to": Query(include_in_schema=False),
        }
        hints |= {"from_": Since, "to": Until}
        self.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    inspect.Parameter.KEYWORD_ONLY,
                    annotation=Annotated[hints[name], query],
                    default=() if name == "event" else None,
                )
                for name, query in written.items()
            ]
        )

    def __call__(self, from_: datetime | None, to: datetime | None, **given: Any) -> Filters:
        given["since"], given["until"] = given["since"] or from_, given["until"] or to
        return Filters(**given)


AsFilters = Annotated[Filters, Depends(_Asked())]
