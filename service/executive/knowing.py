"""Good practice and data: contracts, published practice, specialists, indicators and concerns."""

from collections.abc import Callable

from domain.contracts import Lot
from domain.people import PeerKind
from domain.practice import Evidence
from domain.sentences import capital
from projections.contracts import ContractRow
from projections.insight import IndicatorSetRow, WarningRow
from projections.people import PeerRow
from projections.practice import PracticeRow, PublishedPractice
from service.executive.draft import Draft, sentence
from service.executive.looking import Look, Measured, counted_in, slug
from service.executive.wording import has_have, is_are, many, was_were
from service.figures import asking
from service.figures.told import Told
from service.writing import Runs

_FOR = {
    Lot.GOOD_PRACTICE: "validate and disseminate good practice, research and evidence of what"
    " works",
    Lot.SPECIALISTS: "secure a supply of specialists from the sector, who contribute to policy"
    " implementation and improvement support",
    Lot.PERFORMANCE: "identify the key items of nationally available performance information that"
    " councils need to understand their performance",
}
"""What each lot is let for."""


def knowing(draft: Draft, look: Look) -> None:
    """The section."""
    draft.heading("Supporting councils with good practice and data")
    _contracts(draft, look)
    _practice(draft, look)
    _data(draft, look)


def _contracts(draft: Draft, look: Look) -> None:
    let = look.count("contracts", "Contracts let", ContractRow, lambda row: True, "contract")
    if not let:
        return
    value = look.money(
        "contract-value", "Value of the contracts", ContractRow, lambda row: row.value_pence
    )
    paid = look.money("contracts-paid", "Paid on contracts", ContractRow, lambda r: r.paid_pence)
    draft.paragraph(
        sentence(
            "The Board supports work that equips all councils with tools to understand their"
            " services and their performance. ",
            look.opening(let),
            ", worth ",
            look.said(value),
            f"{' together' if let.value > 1 else ''}, {has_have(let.value)} been let",
            *((", and ", look.said(paid), " has been paid for what was delivered") if paid else ()),
            ". ",
            f"{'It is' if let.value == 1 else 'They are'} to:",
        )
    )
    for lot in Lot:
        _lot(draft, look, lot)


def _lot(draft: Draft, look: Look, lot: Lot) -> None:
    rows = [row for row in look.all(ContractRow) if row.lot == lot]
    if not rows:
        return

    def deliverables(state: str, of: Callable[[ContractRow], int]) -> Measured:
        return look.measured(
            f"deliverables-{state}-{slug(lot.value)}",
            f"Deliverables {state} for {lot.value}",
            ContractRow,
            lambda row: of(row) if row.lot == lot else 0,
            counted_in("deliverable"),
        )

    planned = deliverables("planned", lambda row: len(row.schedule(look.on)))
    accepted = deliverables(
        "accepted", lambda row: sum(d.accepted_on is not None for d in row.deliveries.values())
    )
    overdue = deliverables(
        "overdue",
        lambda row: sum(x.state in ("overdue", "rejected") for x in row.schedule(look.on)),
    )
    draft.part(
        sentence(
            f"{capital(_FOR[lot])}: ",
            *_how_many(look, accepted, planned),
            f" {is_are(accepted.value or 1)} accepted",
            *(
                (", and ", look.number(overdue), f" {is_are(overdue.value)} overdue")
                if overdue
                else ()
            ),
            ".",
        )
    )


def _how_many(look: Look, accepted: Measured, planned: Measured) -> Runs:
    if accepted.value == planned.value:
        return ("all " if planned.value > 1 else "", look.said(accepted))
    return (look.number(accepted), " of ", look.said(planned))


def _practice(draft: Draft, look: Look) -> None:
    published = look.count(
        "practice-published",
        "Examples of good practice that are published",
        PublishedPractice,
        lambda row: True,
        "example of good practice",
    )
    strong = look.count(
        "practice-strong",
        "Published examples whose evidence is of the highest level",
        PublishedPractice,
        lambda row: row.level == Evidence.PROVEN,
        "example",
    )
    waiting = look.count(
        "practice-waiting",
        "Examples that wait to be validated or published",
        PracticeRow,
        lambda row: row.status.value in ("submitted", "validated"),
        "example",
    )
    draft.paragraph(
        sentence(
            look.opening(published),
            f" from councils {is_are(published.value)} published for all",
            *look.since(published),
            *(
                (
                    ", of which ",
                    look.number(strong),
                    f" {is_are(strong.value)} {Evidence.PROVEN.value}",
                )
                if strong
                else ()
            ),
            ".",
        )
        if published
        else None,
        sentence(
            look.opening(waiting),
            f" {'waits' if waiting.value == 1 else 'wait'} to be validated or published.",
        )
        if waiting
        else None,
    )


def _data(draft: Draft, look: Look) -> None:
    specialists = _active(look, PeerKind.SPECIALIST, "specialist")
    indicators = look.measured(
        "indicators",
        "Indicators with published definitions",
        IndicatorSetRow,
        lambda row: len(row.definitions) if row.loads else 0,
        counted_in("indicator"),
    )
    concerns = look.count(
        "concerns-open",
        "Concerns about councils that are open",
        WarningRow,
        lambda row: row.status == "open",
        "concern",
    )
    about = {row.council for row in look.all(WarningRow) if row.status == "open"}
    whom = asking.distinct("warning-row", "council", status="open")
    draft.paragraph(
        sentence(
            look.opening(specialists),
            f" from the sector {is_are(specialists.value)} on the register, ready to support"
            " councils.",
        )
        if specialists
        else None,
        sentence(
            "Every council has a data profile of ",
            look.said(indicators),
            ", beside its statistical neighbours, its region and England.",
        )
        if indicators
        else None,
        sentence(
            look.opening(concerns),
            ", about ",
            Told(many(len(about), "council"), whom),
            f", {was_were(concerns.value)} open on this date",
            *look.since(concerns),
            ": early warnings that lead to an offer of support, and are no judgement.",
        )
        if concerns
        else None,
    )


def _active(look: Look, kind: PeerKind, noun: str) -> Measured:
    return look.count(
        f"peers-{slug(kind.value)}",
        f"{capital(kind.value)} peers on the register",
        PeerRow,
        lambda row: row.active and row.kind == kind,
        noun,
    )
