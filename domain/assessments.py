"""Self-assessments: a council's own view of itself, opened to the challenge of its peers."""

from typing import Self

from pydantic import Field

from domain.challenges import PeerChallenge
from domain.councils import Council, Grade, Region
from domain.kernel import (
    Actor,
    Aggregate,
    ChallengeRef,
    Command,
    CouncilCode,
    Event,
    FinancialYear,
    Frozen,
    Line,
    Record,
    Refused,
    Sha256,
    Text,
    year_bounds,
)


class ThemeAssessed(Frozen):
    """A council's own view of one theme of its work."""

    theme: Line
    grade: Grade
    strengths: Text
    areas: Text
    """What it wants to do better."""


# --- Events ---------------------------------------------------------------------------------


class AssessmentEvent(Event, abstract=True, stream="ASSESS-{council}-{year}"):
    council: CouncilCode
    year: FinancialYear
    region: Region


class SelfAssessmentSubmitted(AssessmentEvent):
    """A council submitted its self-assessment of a year."""

    says = "{council} submitted its self-assessment of {year}, with {themes:counted theme}."
    themes: tuple[ThemeAssessed, ...]
    document: Sha256 | None = None
    """The whole text as the council published it, by its hash."""


class SelfAssessmentShared(AssessmentEvent):
    """A council opened its self-assessment to others."""

    says = (
        "{council} shared its self-assessment of {year}[ with"
        " {shared_with:councils}][{shared_with:if}{shared_region:if} and][ with all of"
        " {shared_region}]."
    )
    shared_with: tuple[CouncilCode, ...]
    """Each council by its number; of a region, those that were in it on the day."""
    shared_region: Region | None = None


class ChallengeReceived(AssessmentEvent):
    """A self-assessment was challenged by peers."""

    says = (
        "Peers[ from {from_council:council}] made {points:counted point} on the self-assessment"
        " of {year} by {council}[, in {challenge}]."
    )
    challenge: ChallengeRef | None = None
    """The peer challenge that it came from,"""
    from_council: CouncilCode | None = None
    """or the council that it came from."""
    points: tuple[Text, ...]


class SelfAssessmentRevised(AssessmentEvent):
    """A council revised its self-assessment."""

    says = "{council} revised its self-assessment of {year} into edition {edition}."
    edition: int
    """The second, the third and so on."""
    themes: tuple[ThemeAssessed, ...]
    what_changed: Text
    document: Sha256 | None = None


# --- State ----------------------------------------------------------------------------------


class SelfAssessment(Aggregate, stream="ASSESS-{council}-{year}"):
    """A self-assessment as its decisions need it."""

    council: CouncilCode
    year: FinancialYear
    region: Region | None = None
    editions: int = 0
    themes: tuple[ThemeAssessed, ...] = ()
    document: str | None = None
    shared_with: frozenset[str] = frozenset()
    challenges: frozenset[str] = frozenset()

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case SelfAssessmentSubmitted():
                return self.but(
                    region=event.region, editions=1, themes=event.themes, document=event.document
                )
            case SelfAssessmentRevised():
                return self.but(
                    editions=event.edition, themes=event.themes, document=event.document
                )
            case SelfAssessmentShared():
                return self.but(shared_with=self.shared_with | set(event.shared_with))
            case ChallengeReceived() if event.challenge:
                return self.but(challenges=self.challenges | {event.challenge})
        return self


# --- Commands -------------------------------------------------------------------------------


class SubmitAssessment(Command):
    council: CouncilCode
    year: FinancialYear
    themes: tuple[ThemeAssessed, ...] = Field(min_length=1, max_length=40)
    document: Sha256 | None = Field(default=None, description="SHA-256 of the published text")


class ShareAssessment(Command):
    councils: tuple[CouncilCode, ...] = ()
    region: Region | None = Field(default=None, description="Every council of a region")


class ReceiveChallenge(Command):
    challenge: ChallengeRef | None = Field(
        default=None, description="The peer challenge that it came from"
    )
    from_council: CouncilCode | None = Field(
        default=None, description="Or the council that it came from"
    )
    points: tuple[Text, ...] = Field(min_length=1)


class ReviseAssessment(Command):
    themes: tuple[ThemeAssessed, ...] = Field(min_length=1, max_length=40)
    what_changed: Text
    reason: Text
    document: Sha256 | None = None


# --- Decisions ------------------------------------------------------------------------------


def submit(
    command: SubmitAssessment, assessment: SelfAssessment, council: Council, by: Actor
) -> list[Event]:
    """Submit a self-assessment, once a year: a change of mind is a revision."""
    if assessment.exists:
        raise Refused(
            "submitted-already",
            f"{council.council} has submitted its self-assessment of {command.year}: revise it.",
            editions=assessment.editions,
        )
    first = year_bounds(command.year)[0]
    if first > command.on:
        raise Refused("bad-year", f"{command.year} has not begun: it begins on {first}.")
    _each_theme_once(command.themes)
    return [
        SelfAssessmentSubmitted(
            council=council.council,
            year=command.year,
            region=council.region,
            themes=command.themes,
            document=command.document,
        )
    ]


def _each_theme_once(themes: tuple[ThemeAssessed, ...]) -> None:
    names = [each.theme.casefold() for each in themes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Refused("bad-themes", f"Name each theme once: {', '.join(twice)} comes twice.")


def _submitted(assessment: SelfAssessment) -> dict[str, object]:
    if not assessment.exists:
        raise Refused(
            "not-found",
            f"{assessment.council} has not submitted a self-assessment of {assessment.year}.",
        )
    return {
        "council": assessment.council,
        "year": assessment.year,
        "region": assessment.region,
    }


def share(
    command: ShareAssessment, assessment: SelfAssessment, of_region: tuple[str, ...], by: Actor
) -> list[Event]:
    """Open it to other councils, or to those of a region; what is shared stays shared."""
    about = _submitted(assessment)
    if not command.councils and not command.region:
        raise Refused("bad-councils", "Say with which councils, or with which region.")
    if assessment.council in command.councils:
        raise Refused("bad-councils", "Name other councils: it is this council's own.")
    meant = {*command.councils, *of_region} - {assessment.council}
    new = sorted(meant - assessment.shared_with)
    if not new:
        raise Refused("shared-already", "It is shared with all of these already.")
    return [SelfAssessmentShared(**about, shared_with=tuple(new), shared_region=command.region)]


def receive_challenge(
    command: ReceiveChallenge,
    assessment: SelfAssessment,
    challenge: PeerChallenge | None,
    by: Actor,
) -> list[Event]:
    """Record what peers put to a council about its self-assessment.

    It comes from a council that the assessment was shared with, or from a peer challenge that
    the council hosted.
    """
    about = _submitted(assessment)
    if (command.challenge is None) == (command.from_council is None):
        raise Refused(
            "bad-source", "Say from which peer challenge it came, or from which council: one."
        )
    if command.from_council and command.from_council not in assessment.shared_with:
        raise Refused(
            "not-shared",
            f"The self-assessment is not shared with {command.from_council}: share it first.",
            from_council=command.from_council,
        )
    if challenge is not None:
        if challenge.council != assessment.council:
            raise Refused(
                "other-host",
                f"{challenge.challenge} challenged {challenge.council}: name one that"
                f" {assessment.council} hosted.",
                host=challenge.council,
            )
        if not challenge.conducted:
            raise Refused(
                "not-conducted",
                f"{challenge.challenge} is {challenge.status}: record it once it is conducted.",
                status=challenge.status,
            )
        if challenge.challenge in assessment.challenges:
            raise Refused(
                "received-already", f"What came of {challenge.challenge} is on record already."
            )
    put = command.model_dump(include={"challenge", "from_council", "points"})
    return [ChallengeReceived(**about, **put)]


def revise(command: ReviseAssessment, assessment: SelfAssessment, by: Actor) -> list[Event]:
    """Revise it, saying what changed and why; earlier editions stay on record."""
    about = _submitted(assessment)
    _each_theme_once(command.themes)
    if (command.themes, command.document) == (assessment.themes, assessment.document):
        raise Refused("nothing-changed", "This is the edition that stands: change something.")
    return [
        SelfAssessmentRevised(
            **about,
            edition=assessment.editions + 1,
            themes=command.themes,
            what_changed=command.what_changed,
            document=command.document,
        )
    ]
