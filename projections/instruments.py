"""The intervention ladder as people see it: what a council was under, on every day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Self

from domain.councils import (
    AdviserAppointed,
    AdviserStoodDown,
    CommissionerAppointed,
    CommissionerStoodDown,
    CouncilEvent,
    DirectionReplaced,
    ImprovementNoticeIssued,
    ImprovementNoticeLifted,
    InstrumentKind,
    PartnerAppointed,
    PartnershipEnded,
    StatutoryDirectionIssued,
    StatutoryDirectionRevoked,
    TrustEstablished,
    TrustWoundUp,
)
from domain.kernel import CouncilCode, Event, Frozen, Record
from projections.engine import View

_Named = tuple[InstrumentKind, str]


def _begun(event: Event) -> list[_Named]:
    """What takes force by an event."""
    match event:
        case AdviserAppointed():
            return [(InstrumentKind.ADVISER, event.person)]
        case ImprovementNoticeIssued():
            return [(InstrumentKind.NOTICE, event.notice)]
        case StatutoryDirectionIssued():
            with_it = [(InstrumentKind.COMMISSIONER, event.commissioner)]
            return [
                (InstrumentKind.DIRECTION, event.direction),
                *((kind, person) for kind, person in with_it if person),
            ]
        case DirectionReplaced():
            notice = event.by_kind == "notice"
            return [(InstrumentKind.NOTICE if notice else InstrumentKind.DIRECTION, event.by)]
        case CommissionerAppointed():
            return [(InstrumentKind.COMMISSIONER, event.person)]
        case PartnerAppointed():
            return [(InstrumentKind.PARTNER, event.partner)]
        case TrustEstablished():
            return [(InstrumentKind.TRUST, event.trust)]
    return []


def _ended(event: Event) -> dict[_Named, str]:
    """What ends by an event, and how."""
    match event:
        case AdviserStoodDown():
            return {(InstrumentKind.ADVISER, event.person): "stood down"}
        case ImprovementNoticeLifted():
            return {(InstrumentKind.NOTICE, event.notice): "lifted"}
        case StatutoryDirectionRevoked():
            return {(InstrumentKind.DIRECTION, event.direction): "revoked"}
        case DirectionReplaced():
            how = f"replaced by {event.by_kind} {event.by}"
            return {(InstrumentKind.DIRECTION, event.direction): how}
        case CommissionerStoodDown():
            return {(InstrumentKind.COMMISSIONER, event.person): "stood down"}
        case PartnershipEnded():
            return {(InstrumentKind.PARTNER, event.partner): "ended"}
        case TrustWoundUp():
            return {(InstrumentKind.TRUST, event.trust): "wound up"}
    return {}


class Spell(Frozen):
    """One time in force."""

    from_on: date
    from_position: int
    until_on: date | None = None
    """The day on which it was no longer in force."""
    until_position: int | None = None
    ended: str = ""

    def covers(self, day: date) -> bool:
        """Whether it was in force on a day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


class InstrumentRow(View, indexes=("council", "kind", "in_force", "from_on"), scope="public"):
    """An adviser, notice, direction, commissioner, partner or trust of one council."""

    council: CouncilCode
    kind: InstrumentKind
    reference: str
    """Of a notice or direction, the name of a partner or trust, or a person id."""
    rung: int
    in_force: bool
    from_on: date
    until_on: date | None = None
    ended: str = ""
    """How: lifted, revoked, stood down, or replaced and by what."""
    spells: tuple[Spell, ...] = ()
    """Every time in force, the latest last."""

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        if not isinstance(event, CouncilEvent):
            return ()
        named = [*_ended(event), *_begun(event)]
        return [f"{event.council}/{kind.value}/{reference}" for kind, reference in named]

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, CouncilEvent):
            return row
        told = key.removeprefix(f"{event.council}/")
        for kind, reference in _begun(event):
            if told == f"{kind.value}/{reference}":
                spell = Spell(from_on=record.effective_on, from_position=record.position)
                return cls(
                    council=event.council,
                    kind=kind,
                    reference=reference,
                    rung=kind.rung,
                    in_force=True,
                    from_on=record.effective_on,
                    spells=(*(row.spells if row else ()), spell),
                )
        if row is None:
            return None
        (how,) = (
            how
            for (kind, reference), how in _ended(event).items()
            if told == f"{kind.value}/{reference}"
        )
        spell = row.spells[-1].but(
            until_on=record.effective_on, until_position=record.position, ended=how
        )
        return row.but(
            in_force=False,
            until_on=record.effective_on,
            ended=how,
            spells=(*row.spells[:-1], spell),
        )

    def on(self, day: date) -> bool:
        """Whether it was in force on a day, by what is known now."""
        return any(spell.covers(day) for spell in self.spells)


def forced_since(rows: Sequence[InstrumentRow]) -> dict[str, date]:
    """Since when each council has been under a notice or a direction without a break."""
    since: dict[str, date] = {}
    for row in rows:
        if row.kind in (InstrumentKind.NOTICE, InstrumentKind.DIRECTION):
            since[row.council] = min(row.from_on, since.get(row.council, row.from_on))
    return since
