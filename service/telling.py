"""A value by the name of its field, and an event, as people read them: on pages and elsewhere."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from domain import sentences
from domain.councils import Region
from domain.funding.ledger import Account
from domain.kernel import LONDON, RESTS_ON, Event, marked, pounds_text
from domain.sentences import NO_NAMES, Names, day_text
from projections.audit import JournalRow

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NOT_SHOWN = {
    "case",
    "council",
    "grant",
    "match",
    "peer",
    "published",
    "region",
    "source",
    "state",
    "user",
}
"""What the envelope or the place where an event is shown tells."""
EMPTY: tuple[Any, ...] = (None, "", [], {}, ())
"""What is nothing to tell."""


_TITLES = {
    "gss_code": "GSS code",
    "population_0_25": "population aged 0 to 25",
    "sha256": "SHA-256",
}
"""Names that words alone do not tell."""


def titled(name: str) -> str:
    """A field's name in words, its unit left out or as it is told: ``amount_pence`` is an amount,
    ``half_days`` are days."""
    plain = name.removesuffix("_pence").replace("half_days", "days").strip("_").replace("_", " ")
    return _TITLES.get(name, plain)


def told(name: str, value: Any) -> str:
    """Pence as pounds, half-days as days, yes or no; lists and what has parts in one line."""
    match value:
        case _ if value in EMPTY:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith("_pence"):
            return pounds_text(value)
        case int() if name.endswith("half_days"):
            return sentences.half_days_text(value)
        case int():
            return f"{value:,}"
        case dict():
            parts = ((titled(k), told(k, v)) for k, v in value.items() if v not in EMPTY)
            return "; ".join(f"{title}: {text}" for title, text in parts)
        case list() | tuple():
            return ", ".join(told(name, each) for each in value)
        case str() if _DAY.fullmatch(value):
            return sentences.day_text(date.fromisoformat(value))
    return str(value)


def govuk_date(value: date | datetime | None) -> str:
    """A date as GOV.UK writes it: 2 June 2025; with a time, 2 June 2025, 9:05am."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        hour = local.hour % 12 or 12
        half = "am" if local.hour < 12 else "pm"
        return f"{day_text(local.date())}, {hour}:{local.minute:02d}{half}"
    return day_text(value)


def sentence(row: JournalRow, names: Names = NO_NAMES) -> str:
    """What happened, in one sentence, with names where there are ids that they are known of."""
    return sentences.sentence(Event.catalogue[row.event], row.payload, names)


def reasons(row: JournalRow, names: Names = NO_NAMES) -> list[tuple[str, str]]:
    """Why it was done or what shows it, as name and text: what the event says of that and its
    sentence does not tell, and the reason that was given with it."""
    kind = Event.catalogue[row.event]
    own = {*marked(kind, RESTS_ON)} - sentences.told_whole(kind, row.payload)
    found = _particulars(row, names, lambda name: name in own)
    return [*found, ("Why", row.reason)] if row.reason else found


def details(row: JournalRow, names: Names = NO_NAMES) -> list[tuple[str, str]]:
    """The event's particulars besides its sentence and its reasons, as name and text."""
    kind = Event.catalogue[row.event]
    said = {*_NOT_SHOWN, *marked(kind, RESTS_ON)} | sentences.told_whole(kind, row.payload)
    return _particulars(row, names, lambda name: name not in said)


def _particulars(
    row: JournalRow, names: Names, shown: Callable[[str], bool]
) -> list[tuple[str, str]]:
    return [
        (sentences.capital(titled(name)), told(name, _named(value, names)))
        for name, value in row.payload.items()
        if shown(name) and value not in EMPTY
    ]


def _named(value: Any, names: Names) -> Any:
    """Whom an id, or a list of ids, is of: a number alone may be of anything."""
    match value:
        case str() if value in names and not value.isdecimal():
            return names[value]
        case list() if all(isinstance(each, str) and each in names for each in value):
            return [names[each] for each in value]
    return value


def happened(event: str) -> str:
    """What an event of a name says of all its kind, without any of its values."""
    kind = Event.catalogue.get(event)
    return ((kind.__doc__ if kind else None) or event).strip().split("\n")[0]


def event_words(kind: str) -> str:
    """The name of a kind of events in words: ``InstalmentPaid`` as Instalment paid."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).capitalize()


def account_text(name: str, names: Names = NO_NAMES) -> str:
    """An account in words: ``grant-commitment/2025-26/GRANT-0001`` as Set aside for GRANT-0001,
    2025-26; a council by its name where that is known."""
    kind, year, kept_by = (*name.split("/"), "")[:3]
    account = Account(kind)
    if not kept_by:
        return f"{account.label}, {year}"
    if account is Account.COUNCIL_PAID:
        kept_by = names.get(kept_by, f"council {kept_by}")
    elif account in (Account.REGION, Account.REGION_SPENT):
        kept_by = Region(kept_by).label
    elif account is Account.HEADING:
        return f"{account.label} of {sentences.words(kept_by)}, {year}"
    return f"{account.label} {kept_by}, {year}"


def grouped(figure: str) -> str:
    """A figure as people read it: ``-3322500.00`` as −3,322,500.00; what is no number as it is."""
    if not _NUMBER.fullmatch(figure):
        return figure
    whole, point, rest = figure.removeprefix("-").partition(".")
    return f"{'−' if figure.startswith('-') else ''}{int(whole):,}{point}{rest}"


def share_of(part: int, whole: int) -> str:
    """A share in whole per cents, rounded down: only all is 100%, and only nothing is 0%."""
    percent = part * 100 // whole if whole else 0
    return "fewer than 1%" if part and whole and not percent else f"{percent}%"
