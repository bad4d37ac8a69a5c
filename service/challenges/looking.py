"""Whose challenges, self-assessments and councils a reader sees, by query at the moment asked."""

import functools
from collections.abc import Mapping
from typing import Any

from domain.kernel import Refused
from projections.assessments import AssessmentRow, SharedAssessment
from projections.challenges import ChallengeRow, CouncilExchange, TeamRow
from service.desk import Reader
from service.desk.scope import Reach


class Whole(Reader):
    """A look past a reader's scope at the same moment, for what another rule lets them see."""

    @functools.cached_property
    def reach(self) -> Reach:
        """Everything: whoever makes one says what of it is shown."""
        return Reach(everything=True, regions=[], councils=[], peers=[])


def whole(reading: Reader) -> Whole:
    """Past the scope of this reading, at its moment and with its part of the list."""
    found = Whole(
        reading.installation,
        reading.person,
        reading.response,
        as_at=str(reading.moment.position),
        limit=reading.limit,
        cursor=reading.cursor,
        sort=reading.sort,
    )
    found.needs, found._moment = reading.needs, reading.moment
    return found


def challenges_seen(reading: Reader) -> tuple[Reader, Mapping[str, Any]]:
    """Where to look for challenges: a peer sees those whose team they are in."""
    reach = reading.reach
    if not reach.peers or reach.everything:
        return reading, {}
    theirs = [row.challenge for row in reading.all(TeamRow)]
    scoped = [row.challenge for row in reading.all(ChallengeRow)]
    return whole(reading), {"challenge": [*theirs, *scoped]}


def challenge_seen(reading: Reader, challenge: str) -> ChallengeRow:
    """One challenge. Raises Refused ``not-found`` if it is not the reader's to see."""
    looking, where = challenges_seen(reading)
    if where and challenge not in where["challenge"]:
        raise Refused("not-found", f"There is nothing under {challenge} in your scope.")
    return looking.item(ChallengeRow, challenge)


def assessments_seen(reading: Reader) -> tuple[Reader, Mapping[str, Any]]:
    """Where to look for self-assessments: one's own, one's region's, and those shared."""
    if reading.reach.everything:
        return reading, {}
    shared = {row.assessment for row in reading.all(SharedAssessment)}
    scoped = {row.assessment for row in reading.all(AssessmentRow)}
    return whole(reading), {"assessment": sorted(shared | scoped)}


def assessment_seen(reading: Reader, council: str, year: str) -> AssessmentRow:
    """One self-assessment. Raises Refused ``not-found`` if it is not the reader's to see."""
    key = f"ASSESS-{council}-{year}"
    looking, where = assessments_seen(reading)
    if where and key not in where["assessment"]:
        raise Refused("not-found", f"There is nothing under {key} in your scope.")
    return looking.item(AssessmentRow, key)


def councils_seen(reading: Reader, region: str | None = None) -> list[CouncilExchange]:
    """The councils on the register in the reader's scope at the moment, by name."""
    rows = reading.all(CouncilExchange, {"region": region}, order="name")
    on = reading.moment.on
    return [row for row in rows if not (row.succeeded_on and row.succeeded_on <= on)]
