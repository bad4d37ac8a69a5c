"""How cases end, begin again, go over to a successor, and what is checked afterwards."""

from collections.abc import Sequence

from domain.councils import (
    CaseHandedOver,
    CaseTakenOver,
    Council,
    InterventionBegan,
    InterventionEnded,
)
from domain.interventions.commands import CarryOver, CheckSustained, CloseCase, WithReason
from domain.interventions.decisions import no_open_case, region_of, still_open
from domain.interventions.events import (
    CaseCarriedOver,
    CaseClosed,
    CaseNoteErased,
    CaseReopened,
    SustainedImprovementChecked,
)
from domain.interventions.state import InterventionCase
from domain.interventions.vocabulary import Stage
from domain.kernel import Actor, Command, Event, Refused, not_before, require


def close(
    command: CloseCase,
    case: InterventionCase,
    council: Council,
    unsettled: tuple[str, ...],
    by: Actor,
) -> list[Event]:
    """Close a case; what is still open is named with a reason for each.

    ``unsettled`` names the case's grants and conditions that are not settled.
    """
    still_open(command, case)
    still = [f"item {n}" for n, state in case.items.items() if state == "planned"]
    still += [f"milestone {n}" for n, (_, state) in case.milestones.items() if state == "set"]
    still += [f"decision {n}" for n, p in case.decisions.items() if p.outcome == "waiting"]
    still += unsettled
    named = {left.what for left in command.left_open}
    missing = [what for what in still if what not in named]
    require(
        not missing,
        "still-open",
        f"Settle these first, or name each with a reason: {', '.join(missing)}.",
        still_open=missing,
    )
    extra = named - set(still)
    require(not extra, "not-open", f"These are not open: {', '.join(sorted(extra))}.")
    not_before(command, case.since.get("all"), f"Something was done in {case.case} last")
    return [
        CaseClosed(
            case=case.case,
            council=case.council,
            outcome=command.outcome,
            lessons=command.lessons,
            left_open=command.left_open,
        ),
        InterventionEnded(council=council.council, case=case.case),
    ]


def reopen(command: WithReason, case: InterventionCase, council: Council, by: Actor) -> list[Event]:
    """Open a closed case again, if its council has no other open."""
    require(not case.is_open, "case-open", f"{case.case} is open.", case=case.case)
    no_open_case(council)
    _since_closed(command, case)
    return [
        CaseReopened(case=case.case, council=case.council),
        InterventionBegan(council=council.council, case=case.case),
    ]


def carry_over(
    command: CarryOver,
    case: InterventionCase,
    old: Council,
    new: Council,
    unsettled: Sequence[str],
    by: Actor,
) -> list[Event]:
    """Decide that a successor carries on the open case of the council that it succeeded.

    ``unsettled`` names the case's grants that are still running: the decision says of each
    that it goes with the case, and due diligence on the new payee begins afresh.
    """
    still_open(command, case)
    require(
        new.council in old.successors,
        "not-successor",
        f"{new.council} did not succeed {old.name}: carry the case over to a successor.",
        successors=old.successors,
    )
    require(
        region_of(new) == case.region, "other-region", "A case is carried over within its region."
    )
    no_open_case(new)
    missing = sorted(set(unsettled) - set(command.grants))
    require(
        not missing,
        "grants-unnamed",
        f"Say that these grants go with the case, or settle them first: {', '.join(missing)}.",
        grants=missing,
    )
    extra = sorted(set(command.grants) - set(unsettled))
    require(not extra, "not-open", f"These grants are not running: {', '.join(extra)}.")
    return [
        CaseCarriedOver(
            case=case.case,
            council=old.council,
            successor=new.council,
            grants=command.grants,
        ),
        CaseHandedOver(council=old.council, case=case.case, successor=new.council),
        CaseTakenOver(council=new.council, case=case.case, predecessor=old.council),
    ]


def erase_note(command: WithReason, case: InterventionCase, note: str, by: Actor) -> list[Event]:
    """Erase the text of a note, by destroying its key; that there was a note stays on record."""
    if note not in case.notes:
        raise Refused("not-found", f"{case.case} has no such note, or it is erased already.")
    return [CaseNoteErased(case=case.case, council=case.council, note=note)]


def check_sustained(command: CheckSustained, case: InterventionCase, by: Actor) -> list[Event]:
    """Check after closing whether the improvement lasts."""
    require(
        case.stage == Stage.CLOSED,
        "case-not-closed",
        "Sustained improvement is checked once a case is closed.",
    )
    _since_closed(command, case)
    return [
        SustainedImprovementChecked(
            case=case.case,
            council=case.council,
            sustained=command.sustained,
            findings=command.findings,
        )
    ]


def _since_closed(command: Command, case: InterventionCase) -> None:
    not_before(command, case.since.get("closing"), f"{case.case} was closed")
