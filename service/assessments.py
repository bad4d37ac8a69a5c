"""Self-assessments over HTTP."""

from domain.assessments import (
    ReceiveChallenge,
    ReviseAssessment,
    SelfAssessment,
    ShareAssessment,
    SubmitAssessment,
    receive_challenge,
    revise,
    share,
    submit,
)
from domain.challenges import PeerChallenge
from domain.councils import Council, Region
from domain.kernel import CouncilCode, FinancialYear, Frozen, Refused
from projections.assessments import AssessmentRow
from service.challenges.looking import assessment_seen, assessments_seen, councils_seen
from service.councils import registered
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for

router = router_for("self-assessments")


class AssessmentStanding(Frozen):
    """How far a council's self-assessment of a year has come."""

    council: CouncilCode
    name: str
    region: Region
    year: FinancialYear
    submitted: bool = False
    edition: int = 0
    shared_with: int = 0
    challenged: int = 0
    """How often peers have put something to the council."""

    @property
    def state(self) -> str:
        """submitted, or not submitted."""
        return "submitted" if self.submitted else "not submitted"


def standings_of(reading: Reader, year: str, region: str | None = None) -> list[AssessmentStanding]:
    """Every council in the reader's scope, those that submitted nothing included."""
    rows = {row.council: row for row in reading.all(AssessmentRow, {"year": year})}
    found = []
    for council in councils_seen(reading, region):
        about = council.model_dump(include={"council", "name", "region"}) | {"year": year}
        row = rows.get(council.council)
        found.append(
            AssessmentStanding(
                **about,
                submitted=True,
                edition=row.edition,
                shared_with=len(row.shared_with),
                challenged=len(row.received),
            )
            if row
            else AssessmentStanding(**about)
        )
    return found


def _found(desk: Desk, council: str, year: str) -> SelfAssessment:
    found = desk.load(SelfAssessment(council=council, year=year))
    if not found.exists:
        raise Refused("not-found", f"There is no self-assessment of {council} for {year}.")
    return found


@command(router, "/self-assessments", needs="assessment.submit", cli="assessment submit")
def submit_self_assessment(command: SubmitAssessment, desk: AtDesk) -> Receipt:
    """Submit the council's self-assessment of a year."""
    council = desk.find(Council(council=command.council))
    by = desk.acting(council=council.council)
    found = desk.load(SelfAssessment(council=council.council, year=command.year))
    return desk.record(command, submit(command, found, council, by), found, council)


@command(
    router,
    "/self-assessments/{council}/{year}/sharing",
    needs="assessment.submit",
    cli="assessment share",
)
def share_self_assessment(
    council: CouncilCode, year: FinancialYear, command: ShareAssessment, desk: AtDesk
) -> Receipt:
    """Share a self-assessment with other councils, or with those of a region."""
    by = desk.acting(council=council)
    found = _found(desk, council, year)
    named = desk.load_many([Council(council=code) for code in command.councils])
    if missing := [each.council for each in named if not each.exists]:
        raise Refused("not-found", f"There is no council {', '.join(missing)} on the register.")
    of_region: tuple[str, ...] = ()
    if command.region:
        every = desk.load_many([Council(council=code) for code in registered(desk)])
        of_region = tuple(
            c.council for c in every if c.region == command.region and not c.successors
        )
    return desk.record(command, share(command, found, of_region, by), found)


@command(
    router,
    "/self-assessments/{council}/{year}/challenges",
    needs="assessment.challenge",
    cli="assessment challenge",
)
def challenge_self_assessment(
    council: CouncilCode, year: FinancialYear, command: ReceiveChallenge, desk: AtDesk
) -> Receipt:
    """Record what peers put to the council about its self-assessment."""
    found = desk.load(SelfAssessment(council=council, year=year))
    if command.from_council:
        peer_council = desk.find(Council(council=command.from_council))
        by = desk.acting(council=peer_council.council, region=peer_council.region)
        if not found.exists or command.from_council not in found.shared_with:
            raise Refused(
                "not-found",
                f"No self-assessment of {council} for {year} is shared with"
                f" {command.from_council}.",
            )
    else:
        by = desk.acting(council=council, region=found.region)
    challenge = desk.find(PeerChallenge(challenge=command.challenge)) if command.challenge else None
    events = receive_challenge(command, found, challenge, by)
    return desk.record(command, events, found, *([challenge] if challenge else []))


@command(
    router,
    "/self-assessments/{council}/{year}/revision",
    needs="assessment.submit",
    cli="assessment revise",
)
def revise_self_assessment(
    council: CouncilCode, year: FinancialYear, command: ReviseAssessment, desk: AtDesk
) -> Receipt:
    """Revise a self-assessment, saying what changed and why."""
    by = desk.acting(council=council)
    found = _found(desk, council, year)
    return desk.record(command, revise(command, found, by), found)


@query(router, "/self-assessments", needs="assessment.read")
def list_self_assessments(
    reading: Reading,
    council: CouncilCode | None = None,
    year: FinancialYear | None = None,
    region: Region | None = None,
) -> Page[AssessmentRow]:
    """Self-assessments: one's own, one's region's, and those that were shared."""
    looking, where = assessments_seen(reading)
    return looking.page(
        AssessmentRow, where={**where, "council": council, "year": year, "region": region}
    )


@query(router, "/self-assessments/standing", needs="assessment.read")
def list_assessment_standings(
    reading: Reading, year: FinancialYear, region: Region | None = None
) -> list[AssessmentStanding]:
    """Who has submitted, shared and been challenged in a year."""
    return standings_of(reading, year, region)


@query(router, "/self-assessments/{council}/{year}", needs="assessment.read")
def show_self_assessment(
    council: CouncilCode, year: FinancialYear, reading: Reading
) -> AssessmentRow:
    """A self-assessment with its editions and what was put to the council."""
    return assessment_seen(reading, council, year)
