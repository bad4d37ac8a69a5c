"""Financial implications: the award, each heading, the host's charge and staff time in kind."""

from collections.abc import Callable, Mapping

from domain.funding import Heading
from domain.kernel import financial_year
from projections.funding import BudgetPosition, BudgetRow
from projections.hosting import HostingClaimRow, StaffTimeRow
from service.executive.draft import Draft, sentence
from service.executive.looking import Look, Measured, counted_in, slug
from service.pictures import budget_bars
from service.writing import Strong, Table

TITLES = {
    Heading.REGIONS: "Regions",
    Heading.INTERVENTION_SUPPORT: "Intervention support",
    Heading.PEER_MENTORING: "Peer mentoring",
    Heading.CONTRACTS: "Contracts",
    Heading.POLICY_PROGRAMMES: "Policy programmes",
    Heading.HOSTING_CHARGE: "Hosting charge",
}
_COLUMNS: Mapping[str, tuple[str, Callable[[BudgetPosition], int]]] = {
    "allocated": ("Allocated", lambda row: row.allocated_pence),
    "committed": ("Committed", lambda row: row.committed_pence),
    "with-regions": ("With regions", lambda row: row.devolved_pence - row.region_spent_pence),
    "spent": ("Paid or spent", lambda row: row.paid_pence + row.region_spent_pence),
    "left": ("Free to commit", lambda row: row.available_pence),
}
"""The columns of the table, and what each sums of a heading's position: what regions hold and have
not spent is neither committed nor free."""


def award(look: Look) -> Measured:
    """What the department awarded for the financial year."""
    year = financial_year(look.on)
    return look.money(
        "award",
        f"The award for {year}",
        BudgetRow,
        lambda row: row.award_pence if row.year == year else 0,
    )


def spent(look: Look) -> Measured:
    """Paid to councils and suppliers and spent by regions in the year."""
    return _column(look, "spent", None)


def finance(draft: Draft, look: Look) -> None:
    """The section."""
    year = financial_year(look.on)
    draft.heading("Financial implications")
    given, out = award(look), spent(look)
    draft.paragraph(
        "Funding for the programme is provided by the Department for Education.",
        sentence(
            f"The award for {year} is ",
            look.said(given),
            *(
                (
                    ", of which ",
                    look.said(out),
                    " (",
                    look.share(out, given),
                    ") has been paid out or spent",
                )
                if out
                else ()
            ),
            ".",
        )
        if given
        else f"No award for {year} is on record yet.",
    )
    _headings(draft, look, year)
    _hosting(draft, look, year)


def _column(look: Look, column: str, heading: Heading | None) -> Measured:
    year = financial_year(look.on)
    label, pence = _COLUMNS[column]
    place = f", {TITLES[heading].lower()}" if heading else ""
    return look.money(
        f"{column}-{slug(heading.value)}" if heading else column,
        f"{label} in {year}{place}",
        BudgetPosition,
        lambda row: pence(row) if row.year == year and heading in (None, row.heading) else 0,
    )


def _headings(draft: Draft, look: Look, year: str) -> None:
    lines = [
        ((TITLES[heading],), *(look.exact(figure) for figure in figures))
        for heading in Heading
        if any(figures := [_column(look, column, heading) for column in _COLUMNS])
    ]
    if not lines:
        return
    whole = [_column(look, column, None) for column in _COLUMNS]
    lines.append(((Strong("All headings"),), *(look.exact(f) for f in whole)))
    draft.add(
        Table(
            f"The budget for {year} by heading",
            ("Heading", *(label for label, _ in _COLUMNS.values())),
            tuple(lines),
            tuple(range(1, len(_COLUMNS) + 1)),
        ),
        budget_bars([row for row in look.all(BudgetPosition) if row.year == year]),
    )


def _hosting(draft: Draft, look: Look, year: str) -> None:
    paid = look.money(
        "hosting-paid",
        f"Paid to the host in {year}",
        HostingClaimRow,
        lambda row: row.amount_pence if row.year == year and row.state == "paid" else 0,
    )
    waiting = look.money(
        "hosting-claimed",
        f"Claimed by the host in {year} and not yet settled",
        HostingClaimRow,
        lambda row: (
            row.amount_pence if row.year == year and row.state in ("claimed", "accepted") else 0
        ),
    )
    hours = look.measured(
        "staff-hours",
        f"Hours of staff time given in kind in {year}",
        StaffTimeRow,
        lambda row: row.hours if row.year == year else 0,
        counted_in("hour"),
    )
    worth = look.money(
        "staff-worth",
        f"Worth of staff time given in kind in {year}",
        StaffTimeRow,
        lambda row: row.value_pence if row.year == year else 0,
    )
    draft.paragraph(
        sentence(
            "The programme is hosted by the Local Government Association, which has been paid ",
            look.said(paid),
            " of this funding for the services it provides",
            *((", and has claimed ", look.said(waiting), " more") if waiting else ()),
            ".",
        )
        if paid
        else sentence(
            "The programme is hosted by the Local Government Association, which has claimed ",
            look.said(waiting),
            " for the services it provides.",
        )
        if waiting
        else None,
        sentence(
            look.opening(hours),
            " of staff time, worth ",
            look.said(worth),
            ", have been given in kind besides."
            if hours.value != 1
            else ", has been given in kind besides.",
        )
        if hours
        else None,
    )
