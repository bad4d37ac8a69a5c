"""Specialists: the time that they have free, against the support that waits for one."""

from domain.kernel import CaseRef, CouncilCode, FinancialYear, Frozen, PeerRef, financial_year
from domain.people import PeerKind
from projections.interventions import CasePage
from projections.people import PeerRow
from service.desk import Reader, Reading, query, router_for

router = router_for("people")


class ThemeBalance(Frozen):
    """A theme's specialists and the support planned that names it, in half-days."""

    theme: str
    specialists: tuple[PeerRef, ...]
    free_half_days: int
    items: int
    planned_half_days: int

    @property
    def short_half_days(self) -> int:
        """What is planned beyond the time that is free."""
        return max(0, self.planned_half_days - self.free_half_days)


class PlannedSupport(Frozen):
    """Support of a package that waits for a specialist."""

    case: CaseRef
    council: CouncilCode
    item: int
    description: str
    provider: str
    planned_half_days: int
    themes: tuple[str, ...]
    """Themes of specialists that its description names."""


class SpecialistSupply(Frozen):
    """Supply and demand of specialists' time in a financial year, in half-days."""

    year: FinancialYear
    specialists: int
    free_half_days: int
    planned_half_days: int
    themes: list[ThemeBalance]
    """A specialist counts under each of their themes, an item under each that it names."""
    waiting: list[PlannedSupport]


def specialist_supply(reading: Reader) -> SpecialistSupply:
    """Specialists' free time against the planned items that ask for one, by theme."""
    year = financial_year(reading.moment.on)
    peers = reading.all(PeerRow, {"kind": PeerKind.SPECIALIST, "active": True}, order="peer")
    free = {peer.peer: peer.free_half_days(reading.moment.on) for peer in peers}
    themes = sorted({theme for peer in peers for theme in peer.themes})
    waiting = [
        PlannedSupport(
            case=row.case,
            council=row.council,
            item=item.item,
            description=item.description,
            provider=item.provider,
            planned_half_days=item.planned_half_days,
            themes=tuple(t for t in themes if t.lower() in item.description.lower()),
        )
        for row in reading.all(CasePage, order="case")
        for item in row.for_specialists
    ]
    return SpecialistSupply(
        year=year,
        specialists=len(peers),
        free_half_days=sum(free.values()),
        planned_half_days=sum(each.planned_half_days for each in waiting),
        themes=[
            ThemeBalance(
                theme=theme,
                specialists=tuple(p.peer for p in peers if theme in p.themes),
                free_half_days=sum(free[p.peer] for p in peers if theme in p.themes),
                items=sum(theme in each.themes for each in waiting),
                planned_half_days=sum(
                    each.planned_half_days for each in waiting if theme in each.themes
                ),
            )
            for theme in themes
        ],
        waiting=waiting,
    )


@query(router, "/specialists", needs="peer.read")
def show_specialist_supply(reading: Reading) -> SpecialistSupply:
    """Specialists' free time by theme, against the support that waits for a specialist."""
    return specialist_supply(reading)
