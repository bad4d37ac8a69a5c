"""The calendar of peer challenges: when each takes place, and when it is looked back at."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from domain.challenges import ChallengeKind, ChallengeStatus
from projections.challenges import ChallengeRow
from service.pictures.svg import (
    DARK,
    INK,
    PALE,
    PAPER,
    QUIET,
    TEAL,
    WIDTH,
    Days,
    Key,
    box,
    drawn,
    fitted,
    line,
    shape,
    text,
    titled,
)
from service.pictures.telling import name_told
from service.telling import govuk_date
from service.writing.blocks import Picture

_LEFT, _ROW, _MOST = 224.0, 24.0, 40
"""The most rows: of more, those nearest to the day that is looked from are drawn."""
_KINDS = {
    ChallengeKind.REGIONAL: ("circle", DARK),
    ChallengeKind.SAFEGUARDING: ("square", TEAL),
    ChallengeKind.CORPORATE: ("triangle", PALE),
}
_TO_COME = (ChallengeStatus.AGREED, ChallengeStatus.SCHEDULED)


def challenges_over_time(
    rows: Sequence[ChallengeRow],
    names: Mapping[str, str],
    on: date,
    *,
    prefix: str = "calendar",
    title: str = "Peer challenges over time",
) -> Picture:
    """A line a challenge that has a day: its days, then how long until it is followed up."""
    dated = sorted((row for row in rows if row.first_day), key=lambda r: (_first(r), r.challenge))
    shown = dated
    if len(dated) > _MOST:
        near = sorted(dated, key=lambda r: (abs((_first(r) - on).days), r.challenge))[:_MOST]
        shown = [row for row in dated if row in near]
    key = _key(shown)
    top = key.bottom + 12
    bottom = top + max(1, len(shown)) * _ROW
    ends = [day for row in shown for day in (_first(row), *_after(row))] or [on]
    first = min(ends).replace(day=1)
    days = Days(first, max(*ends, first + timedelta(days=59)), _LEFT, WIDTH - 16)
    parts = [key.drawn]
    parts += days.axis(top, bottom, 36)
    if days.first <= on <= days.last:
        parts.append(line(days.on(on), top - 4, days.on(on), bottom, INK, thick=1.5))
    for n, row in enumerate(shown):
        parts.append(_line(row, names, days, top + n * _ROW + _ROW / 2))
    if not shown:
        parts.append(text(0, top + 16, "No challenge has a day yet."))
    return drawn(
        prefix,
        title,
        _said(dated, len(shown), on),
        bottom + 38,
        parts,
        ("Challenge", "Host", "Kind", "First day", "Last day", "State", "Follow-up due", "Held"),
        [
            (
                row.challenge,
                names.get(row.council, row.council),
                name_told(row.kind),
                govuk_date(row.first_day),
                govuk_date(row.last_day),
                name_told(row.status),
                govuk_date(row.follow_up_due_on),
                govuk_date(row.follow_ups[-1].held_on if row.follow_ups else None),
            )
            for row in dated
        ],
    )


def _first(row: ChallengeRow) -> date:
    return row.first_day or date.max


def _after(row: ChallengeRow) -> list[date]:
    """The days after its first that a challenge's line reaches."""
    held = row.follow_ups[-1].held_on if row.follow_ups else row.follow_up_due_on
    return [day for day in (row.last_day, held) if day]


def _key(rows: Sequence[ChallengeRow]) -> Key:
    entries = [
        (shape(kind, 8, 0, 6, fill), name_told(name))
        for name, (kind, fill) in _KINDS.items()
        if any(row.kind == name for row in rows)
    ]
    if any(row.status in _TO_COME for row in rows):
        entries.append((shape("circle", 8, 0, 6, PAPER), "White: still to come"))
    if any(row.status == ChallengeStatus.CANCELLED for row in rows):
        entries.append((shape("cross", 8, 0, 6, INK), "Cancelled"))
    if any(row.follow_ups for row in rows):
        entries.append((shape("diamond", 8, 0, 5, INK), "Followed up"))
    if any(row.follow_up_due_on and not row.follow_ups for row in rows):
        entries.append((shape("diamond", 8, 0, 5, PAPER), "Follow-up due"))
    return Key(entries, 0, 12, WIDTH)


def _line(row: ChallengeRow, names: Mapping[str, str], days: Days, y: float) -> str:
    host = fitted(names.get(row.council, row.council), _LEFT - 100)
    parts = [text(0, y + 4, row.challenge, fill=QUIET), text(84, y + 4, host)]
    x, end = days.on(_first(row)), days.on(row.last_day or _first(row))
    said = f"{row.challenge}, {row.kind}, {govuk_date(row.first_day)}: {row.status}"
    kind, fill = _KINDS[row.kind]
    if row.status == ChallengeStatus.CANCELLED:
        kind, fill = "cross", INK
    elif row.status in _TO_COME:
        fill = PAPER
    held = row.follow_ups[-1].held_on if row.follow_ups else row.follow_up_due_on
    if held:
        parts.append(line(end, y, days.on(held), y, QUIET, thick=1.5))
        known = "followed up" if row.follow_ups else "follow-up due"
        look = shape("diamond", days.on(held), y, 5, INK if row.follow_ups else PAPER)
        parts.append(titled(f"{row.challenge} {known} {govuk_date(held)}", look))
    if end - x > 14:
        parts.append(box(x, y - 4, end - x, 8, fill, stroke=INK))
    parts.append(titled(said, shape(kind, x, y, 6, fill)))
    return "".join(parts)


def _said(dated: Sequence[ChallengeRow], shown: int, on: date) -> str:
    if not dated:
        return "No challenge has a day yet."
    gone = sum(row.status not in (*_TO_COME, ChallengeStatus.CANCELLED) for row in dated)
    come = sum(row.status in _TO_COME for row in dated)
    followed = sum(bool(row.follow_ups) for row in dated)
    overdue = sum(row.follow_up_overdue(on) for row in dated)
    told = (
        f"{gone} of {len(dated)} challenges with a day have taken place and {come}"
        f" {'is' if come == 1 else 'are'} to come; {followed} were followed up and {overdue}"
        f" follow-up{'' if overdue == 1 else 's'} {'is' if overdue == 1 else 'are'} overdue."
    )
    if shown < len(dated):
        told += f" Drawn are the {shown} nearest to {govuk_date(on)}."
    return told
