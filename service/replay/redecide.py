"""Every decision of the log, taken again by today's code."""

from collections import Counter
from collections.abc import Callable

from domain.kernel import Frozen
from service.installation import Installation
from service.replay.again import Difference, NotTakenAgain, compared, take_again
from service.replay.decisions import Decision, decisions
from service.replay.worlds import Walk


class Differs(Frozen):
    """A decision that today's code would not have made as it is on record."""

    position: int
    does: str
    actor: str
    differences: list[Difference]


class Redecided(Frozen):
    """What taking every decision again came to."""

    ok: bool
    decisions: int
    same: int
    differ: list[Differs]
    not_taken: dict[str, int]
    """Why some could not be taken again from the log alone, and how many."""


def redecide(
    installation: Installation, told: Callable[[int], None] = lambda position: None
) -> Redecided:
    """Take every recorded decision again, each from the record as it stood before it."""
    walk = Walk(installation.store)
    differ: list[Differs] = []
    not_taken: Counter[str] = Counter()
    same = 0
    for decision in decisions(installation.store):
        found, why = _compared(installation, decision, walk)
        if why:
            not_taken[why] += 1
        elif found:
            differ.append(
                Differs(
                    position=decision.first.position,
                    does=decision.asked.does if decision.asked else "",
                    actor=decision.first.actor,
                    differences=found,
                )
            )
        else:
            same += 1
        for record in decision.records:
            walk.add(record)
        told(decision.records[-1].position)
    total = same + len(differ) + sum(not_taken.values())
    return Redecided(
        ok=not differ, decisions=total, same=same, differ=differ, not_taken=dict(not_taken)
    )


def _compared(
    installation: Installation, decision: Decision, walk: Walk
) -> tuple[list[Difference], str]:
    try:
        return compared(decision, take_again(installation, decision, walk)), ""
    except NotTakenAgain as why:
        return [], str(why)
