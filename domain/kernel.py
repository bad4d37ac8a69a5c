"""What every business area shares: facts, the state they add up to, refusals, money and years."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NoReturn, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)

from domain.legible import legible

LONDON = ZoneInfo("Europe/London")

# --- Values ---------------------------------------------------------------------------------

LARGEST_PENCE = 10_000_000_000_00
"""No single amount in the programme comes near ten billion pounds: more is a slip of the hand."""

_POUNDS = re.compile(r"(0|[1-9][0-9]{0,10})(\.[0-9]{2})?")


def pence_from_pounds(pounds: object) -> int:
    """Integer pence from pounds as people and programs write them: ``"120000.00"`` or ``120000``.

    Raises ValueError, with a sentence on what to write instead, for anything else: floats,
    exponents, signs, pound signs, commas and fractions of a penny.
    """
    if isinstance(pounds, Decimal) or (isinstance(pounds, int) and not isinstance(pounds, bool)):
        pounds = str(pounds)
    if not isinstance(pounds, str) or not _POUNDS.fullmatch(pounds.strip()):
        raise ValueError(
            "Write the amount in pounds as text, with two digits of pence or none and without "
            'a pound sign, commas or exponent, like "120000.00".'
        )
    amount = int(Decimal(pounds.strip()) * 100)
    if amount > LARGEST_PENCE:
        raise ValueError(f"Write an amount of at most {pounds_text(LARGEST_PENCE)}.")
    return amount


def pounds_text(pence: int) -> str:
    """Pence as people read them: ``£120,000.00``; a negative amount as ``−£5.00``."""
    return f"{'−' if pence < 0 else ''}£{Decimal(abs(pence)) / 100:,.2f}"


def _more_than_nothing(pence: int) -> int:
    if pence <= 0:
        raise ValueError("Write an amount of more than nothing.")
    return pence


def _pounds(pence: int) -> str:
    return f"{Decimal(pence) / 100:.2f}"


_AS_POUNDS = WithJsonSchema(
    {
        "type": "string",
        "pattern": rf"^{_POUNDS.pattern}$",
        "examples": ["120000.00"],
        "description": "Pounds sterling as text",
    }
)
_WRITTEN = PlainSerializer(_pounds, when_used="json")
MoneyOrNone = Annotated[int, BeforeValidator(pence_from_pounds), _WRITTEN, _AS_POUNDS]
"""An amount in a command, nothing included: written in pounds, held in integer pence."""
Money = Annotated[
    int,
    BeforeValidator(pence_from_pounds),
    AfterValidator(_more_than_nothing),
    _WRITTEN,
    _AS_POUNDS,
]
"""An amount in a command: written in pounds (``"120000.00"``), held in integer pence, above 0."""
Pence = Annotated[int, Field(gt=0, le=LARGEST_PENCE)]
"""An amount in an event: integer pence, above 0."""
PenceOrNone = Annotated[int, Field(ge=0, le=LARGEST_PENCE)]
"""An amount in an event that may be nothing: integer pence."""


def _consecutive(year: str) -> str:
    if (int(year[:4]) + 1) % 100 != int(year[5:]):
        raise ValueError("Write a financial year as its two calendar years, like 2025-26.")
    return year


FinancialYear = Annotated[
    str, Field(pattern=r"^20\d\d-\d\d$", examples=["2025-26"]), AfterValidator(_consecutive)
]
"""1 April to 31 March, written ``2025-26``."""


def financial_year(day: date) -> str:
    """The financial year (1 April to 31 March) that a day belongs to."""
    first = day.year if (day.month, day.day) >= (4, 1) else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def year_bounds(year: str) -> tuple[date, date]:
    """First and last day of a financial year."""
    first = int(year[:4])
    return date(first, 4, 1), date(first + 1, 3, 31)


def within(day: date, year: str) -> date:
    """A day, or the nearest to it that a financial year has."""
    first, last = year_bounds(year)
    return min(max(day, first), last)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
"""What a person wrote: never blank."""
RESTS_ON = object()
Grounds = Annotated[Text, RESTS_ON]
"""Why something is done, or what shows it: a reason that is asked for under a name of its own."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A name, title or reference: one short line, never blank."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

CouncilCode = Annotated[str, Field(pattern=r"^\d{3}$", examples=["330"])]
"""DfE number of a local authority."""
CaseRef = Annotated[str, Field(pattern=r"^CASE-\d{4,}$", examples=["CASE-0001"])]
GrantRef = Annotated[str, Field(pattern=r"^GRANT-\d{4,}$", examples=["GRANT-0001"])]
ContractRef = Annotated[str, Field(pattern=r"^CONTRACT-\d{4,}$", examples=["CONTRACT-0001"])]
ProgrammeRef = Annotated[str, Field(pattern=r"^PROG-\d{4,}$", examples=["PROG-0001"])]
MatchRef = Annotated[str, Field(pattern=r"^MENT-\d{4,}$", examples=["MENT-0001"])]
PeerRef = Annotated[str, Field(pattern=r"^PEER-\d{4,}$", examples=["PEER-0001"])]
ChallengeRef = Annotated[str, Field(pattern=r"^CHAL-\d{4,}$", examples=["CHAL-0001"])]
ReturnRef = Annotated[str, Field(pattern=r"^RET-\d{4,}$", examples=["RET-0001"])]
ReportRef = Annotated[str, Field(pattern=r"^REP-\d{4,}$", examples=["REP-0001"])]
UserId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9.-]{1,63}$", examples=["case-officer"])]

PersonId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:_/-]{0,99}$", examples=["PERSON-7f3a9c21"])
]
"""Whose data the register of persons keeps: never a name."""


# --- Facts and what they add up to ----------------------------------------------------------


class Frozen(BaseModel):
    """A value: never changed, only replaced by a changed copy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, **changes: Any) -> Self:
        """A copy with these fields changed. Raises TypeError for a field that does not exist."""
        if unknown := changes.keys() - type(self).model_fields.keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return self.model_copy(update=changes)


def marked(kind: type[BaseModel], mark: object) -> list[str]:
    """The fields of a command or event that carry a mark."""
    return [name for name, field in kind.model_fields.items() if mark in field.metadata]


class Beside:
    """Marks a command's field that is kept beside the log: its value is in no event."""


BESIDE = Beside()
WITHHELD = "withheld"
"""What the log says in place of a value that is kept beside it."""


class Command(Frozen):
    """What a person asks for: at once the JSON body, the form and the command line's input.

    What holds in the world cannot be told before it does; a command that plans ahead of its
    effective date is declared ``ahead = True``.
    """

    ahead: ClassVar[bool] = False
    effective_on: date | None = Field(
        default=None, description="When it holds in the world; today in London if left out"
    )
    reason: Text | None = Field(default=None, description="Why, in the person's own words")
    _legible = field_validator("*")(legible)

    def asked(self) -> dict[str, Any]:
        """What was asked as the log may keep it: what is kept beside the log is withheld."""
        said = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        kept = {type(self).model_fields[name].alias or name for name in marked(type(self), BESIDE)}
        return said | dict.fromkeys(kept & said.keys(), WITHHELD)

    @property
    def on(self) -> date:
        """The effective date, which the desk has filled in before anything is decided."""
        if self.effective_on is None:
            raise TypeError("a command is decided only after its effective date is filled in")
        return self.effective_on


class Streamed(Frozen):
    """Anything that belongs to one stream, named from its own fields."""

    stream_pattern: ClassVar[str] = ""

    def __init_subclass__(cls, *, stream: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.stream_pattern = stream or cls.stream_pattern

    @property
    def stream(self) -> str:
        """The name of the stream, as an auditor reads it in the log."""
        return self.stream_pattern.format(**self.__dict__)


SUBJECTS = (
    "region",
    "council",
    "case",
    "grant",
    "match",
    "peer",
    "challenge",
    "programme",
    "contract",
    "practice",
    "assessment",
    "person",
    "user",
    "year",
)
"""What events concern: a field of one of these names makes the journal findable by it."""

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class Event(Streamed):
    """A fact. Its class name is its stored name, so it is never renamed or reused.

    A class that only gathers what several events share is declared ``abstract=True``.
    A changed shape raises ``schema_version`` and names in ``upcasters`` how each older
    version is read.
    """

    catalogue: ClassVar[dict[str, type["Event"]]] = {}
    schema_version: ClassVar[int] = 1
    upcasters: ClassVar[dict[int, Upcaster]] = {}
    says: ClassVar[str] = ""
    """The sentence that tells it with its values: see ``domain.sentences``."""

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if abstract:
            return
        if cls.__name__ in Event.catalogue:
            raise TypeError(f"two events are called {cls.__name__}")
        Event.catalogue[cls.__name__] = cls

    @classmethod
    def from_stored(cls, payload: dict[str, Any], schema_version: int) -> Self:
        """The event from its stored shape, whichever version that was.

        Raises KeyError for a version that no upcaster reads.
        """
        for version in range(schema_version, cls.schema_version):
            payload = cls.upcasters[version](payload)
        return cls.model_validate(payload)


Dated = tuple[Event, date]
"""An event with an effective date of its own, where that is not its command's."""


class Decided(Frozen):
    """What was asked and what the answer relied upon: all that it takes to decide it again."""

    does: str
    """The command, by the name of its function: ``approve_grant``."""
    needs: str
    """The permission that it was done under."""
    subjects: dict[str, str] = {}
    """What its path names: ``{"grant": "GRANT-0001"}``."""
    command: dict[str, Any] | None = None
    """What was asked; what is kept beside the log is withheld."""
    basis: dict[str, int] = {}
    """The version of each stream that the decision relied upon."""
    records: int = 1
    """How many records came of it: the one that carries this, and those after it."""


class Record(Frozen):
    """An event in its envelope: where, in what order, when, by whom and why."""

    position: int = 0
    """Global order in the log; gaps are normal."""
    stream: str
    version: int
    """Order in its stream, from 1 without gaps."""
    event: Event
    recorded_at: datetime
    """When the service learned it: UTC, rising with position."""
    effective_on: date
    """When it holds in the world."""
    actor: str
    role: str
    """The role that the actor acted in."""
    channel: str = "api"
    """How it came in: api, web, cli, import, demo."""
    correlation: str
    """One per request or import run."""
    causation: str | None = None
    reason: str | None = None
    decision: Decided | None = None
    """On the first record of what was decided, since 0.3."""

    # The names that the eventsourcing library's stores look for.
    @property
    def originator_id(self) -> str:
        return self.stream

    @property
    def originator_version(self) -> int:
        return self.version


class Aggregate(Streamed):
    """What one stream's records add up to: only what its decisions need to know."""

    version: int = 0

    def apply(self, record: Record) -> Self:
        """The state after one more record. Never refuses and never decides."""
        raise NotImplementedError

    def after(self, records: Iterable[Record]) -> Self:
        """The state after these records of this stream."""
        state = self
        for record in records:
            state = state.apply(record).but(version=record.version)
        return state

    @property
    def exists(self) -> bool:
        return self.version > 0


# --- Who decides, and the word no -----------------------------------------------------------


class Actor(Frozen):
    """Who decides, in which role, under which authority at that moment."""

    id: str
    role: str
    limit_pence: int = 0
    """Delegated limit of the role held, 0 where it carries none."""
    authority: str = ""
    """The record that granted the role, as stream/version: ``USER-approver/3``."""
    granted_by: str = ""
    """Who granted it."""
    standing_in_for: str | None = None


class Check(Frozen):
    """A rule that a decision looked at, with the values that it compared and its verdict."""

    code: str
    holds: bool
    values: dict[str, Any]


_checks: ContextVar[list[Check] | None] = ContextVar("checks", default=None)


@contextmanager
def checks() -> Iterator[list[Check]]:
    """The rules that decisions look at meanwhile, in their order: for replaying a decision."""
    seen: list[Check] = []
    token = _checks.set(seen)
    try:
        yield seen
    finally:
        _checks.reset(token)


def require(holds: object, code: str, sentence: str | Callable[[], str], /, **values: Any) -> None:
    """A rule: refuse unless it holds. Raises Refused with the code, the sentence and the values.

    A sentence that can be said only of what is wrong is given as a function.
    """
    seen = _checks.get()
    if seen is not None:
        seen.append(Check(code=code, holds=bool(holds), values=values))
    if not holds:
        raise Refused(code, sentence if isinstance(sentence, str) else sentence(), **values)


def somebody_else(by: Actor, code: str, sentence: str, /, **did: str | Iterable[str]) -> None:
    """Separation of duties: refuse whoever did one of these things before, and their deputy."""
    known = {who for one in did.values() for who in ((one,) if isinstance(one, str) else one)}
    if by.id not in known and by.standing_in_for in known:
        sentence = f"You stand in for {by.standing_in_for}, who may not do this: ask another."
    deputy = {"standing_in_for": by.standing_in_for} if by.standing_in_for else {}
    free = known.isdisjoint((by.id, by.standing_in_for))
    require(free, code, sentence, by=by.id, **deputy, **did)


class Refused(Exception):
    """The rules said no.

    The code is for programs and never changes; the sentence is for a person and says what to
    do; the values are what the rule saw.
    """

    def __init__(self, code: str, sentence: str, **values: Any) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.values = code, sentence, values


def not_before(command: Command, first: date | None, what: str) -> None:
    """Refuse a step that is dated before what it follows from."""
    if first:
        require(
            command.on >= first,
            "before-its-cause",
            f"{what} on {first.isoformat()}: use a date from then on.",
            first=first.isoformat(),
            effective_on=command.on.isoformat(),
        )


def refuse(code: str, sentence: str, **values: Any) -> NoReturn:
    """Raise Refused: for the last line of a function that looks something up."""
    raise Refused(code, sentence, **values)
