"""What people record of councils, and what follows from it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from pydantic import Field, field_validator

from domain.councils.events import (
    CouncilProfileRevised,
    CouncilRecoded,
    CouncilRegistered,
    CouncilRenamed,
    CouncilSucceeded,
    InspectionOutcomeConfirmed,
    InspectionOutcomeCorrected,
    InspectionOutcomeRecorded,
    InterventionFellDue,
    InterventionNoLongerDue,
    InterventionNotPursued,
    InterventionPolicyAdopted,
)
from domain.councils.state import NOT_GIVEN, Council, InterventionPolicy, Outcome, claim
from domain.councils.vocabulary import (
    NO_OVERALL_SINCE,
    Criteria,
    Framework,
    Grades,
    Region,
    Source,
)
from domain.kernel import (
    LONDON,
    Actor,
    Aggregate,
    Command,
    CouncilCode,
    Event,
    Grounds,
    Line,
    Record,
    Refused,
    Text,
    require,
)

_ENTERED = Source(name="Entered by hand", kind="entered")

# --- The register ---------------------------------------------------------------------------


class RegisterCouncil(Command):
    """A row of the register."""

    council: CouncilCode
    name: Line
    gss_code: str = Field(pattern=r"^E\d{8}$")
    region: Region
    authority_type: Line
    population_0_25: int | None = Field(default=None, ge=0)
    statistical_neighbours: tuple[CouncilCode, ...] = ()
    source: Source = _ENTERED


class SucceedCouncil(Command):
    """A reorganisation: effective on the day the successors take over."""

    successors: tuple[CouncilCode, ...] = Field(min_length=1)
    reason: Text


def register(command: RegisterCouncil, council: Council, by: Actor) -> list[Event]:
    """Put a council on the register, or record what a newer register says otherwise.

    Nothing new gives no events.
    """
    facts = command.model_dump(exclude={"effective_on", "reason", "source"})
    code, source = command.council, command.source
    if not council.exists:
        return [CouncilRegistered(**facts, source=source)]
    found: list[Event] = []
    if council.name != command.name:
        found.append(CouncilRenamed(council=code, name=command.name, source=source))
    if council.gss_code != command.gss_code:
        found.append(
            CouncilRecoded(
                council=code, gss_code=command.gss_code, was=council.gss_code, source=source
            )
        )
    profile = {n: facts[n] for n in facts.keys() - {"council", "name", "gss_code"}}
    if any(getattr(council, name) != value for name, value in profile.items()):
        found.append(CouncilProfileRevised(council=code, **profile, source=source))
    return found


def succeed(
    command: SucceedCouncil, council: Council, successors: Sequence[Council], by: Actor
) -> list[Event]:
    """Record that others took a council's place, which had not gone themselves by then."""
    if council.successors:
        raise Refused("already-succeeded", f"{council.name} has been succeeded already.")
    if council.council in command.successors:
        raise Refused("own-successor", "Leave the council itself out of its successors.")
    for each in successors:
        if not each.stood_on(command.on) or council.council in each.successors:
            raise Refused(
                "council-succeeded",
                f"{each.name} was itself succeeded by {', '.join(each.successors)}: name councils"
                " that were there on the day.",
                successors=each.successors,
            )
    return [CouncilSucceeded(council=council.council, successors=command.successors)]


def stands(council: Council, on: date) -> None:
    """Refuse to record of a council what happened after others took its place."""
    require(
        council.stood_on(on),
        "council-succeeded",
        f"{council.name} was succeeded by {', '.join(council.successors)}"
        f" on {council.succeeded_on}: record what happened later for them.",
        successors=council.successors,
    )


# --- Judgements and policy ------------------------------------------------------------------


class RecordOutcome(Command):
    """What was published of one inspection."""

    framework: Framework = Framework.NOT_STATED
    began_on: date | None = None
    ended_on: date | None = None
    published_on: date
    grades: Grades
    published: dict[str, str] = {}
    source: Source = _ENTERED

    @field_validator("source")
    @classmethod
    def _of_a_known_kind(cls, source: Source) -> Source:
        if not source.rank:
            raise ValueError("Write the kind of source as official, snapshot or entered.")
        return source

    @property
    def overall_too_late(self) -> bool:
        """Whether it gives an overall grade to an inspection that can't have one."""
        began = self.began_on
        return bool(self.grades.overall and began and began >= NO_OVERALL_SINCE)

    @property
    def outcome(self) -> str:
        """The outcome's name within its council."""
        return (self.began_on or self.published_on).isoformat()


class AdoptPolicy(Command):
    """Which judgements call for intervention, from which day."""

    from_: date = Field(alias="from")
    criteria: Criteria = Criteria()
    reason: Text


class DoNotPursue(Command):
    """Why no case is opened though intervention is due."""

    rationale: Grounds


def record_outcome(
    command: RecordOutcome, council: Council, policy: InterventionPolicy, today: date, by: Actor
) -> list[Event]:
    """Record an outcome, or correct one that is known, and say what follows for intervention.

    The same facts again give no events, whoever says them.
    """
    if not council.exists:
        raise Refused("not-found", f"There is no council {council.council} on the register.")
    stands(council, command.published_on)
    if command.published_on > today:
        raise Refused("bad-dates", "An outcome is recorded once it has been published.")
    if not command.grades.given():
        raise Refused("no-grades", "Give at least one judgement.")
    if command.began_on and command.began_on > command.published_on:
        raise Refused("bad-dates", "An outcome is published once the inspection has begun.")
    if command.began_on and command.ended_on and command.ended_on < command.began_on:
        raise Refused("bad-dates", "An inspection ends on its first day or later.")
    if command.overall_too_late:
        raise Refused(
            "overall-not-given",
            f"An inspection that began from {NO_OVERALL_SINCE.isoformat()} on has no overall"
            " grade: leave it out.",
        )
    known = _same_inspection(command, council)
    told = _recorded(command, council) if known is None else _told_again(command, council, known)
    return told + what_follows(_with(council, told), policy)


def _same_inspection(command: RecordOutcome, council: Council) -> Outcome | None:
    """The known outcome of the same inspection: same first day, or same publication."""
    if found := council.outcomes.get(command.outcome):
        return found
    return next(
        (o for o in council.outcomes.values() if o.published_on == command.published_on), None
    )


def _recorded(command: RecordOutcome, council: Council) -> list[Event]:
    return [
        InspectionOutcomeRecorded(
            council=council.council,
            outcome=command.outcome,
            framework=command.framework,
            began_on=command.began_on,
            ended_on=command.ended_on,
            published_on=command.published_on,
            grades=command.grades,
            published=command.published,
            source=command.source,
        )
    ]


def _told_again(command: RecordOutcome, council: Council, known: Outcome) -> list[Event]:
    """A correction where a source says otherwise; what is of higher authority stands.

    What was put on record before is not put there again: a claim that was not followed, or a
    file that made what stood and has been corrected since.
    """
    source, differs = command.source, differences(known, command)
    if not differs:
        if source.rank <= known.source.rank:
            return []
        return [
            InspectionOutcomeConfirmed(
                council=council.council,
                outcome=known.outcome,
                confirms=known.record,
                published=command.published,
                source=source,
            )
        ]
    kept = source.rank < known.source.rank
    if (claim(source, differs) if kept else source.sha256) in known.heard:
        return []
    why = (
        f"{known.source.name} is of higher authority than {command.source.name}: what it"
        " published stands, and the contradiction is on record."
        if kept
        else f"{command.source.name} says otherwise, with at least the authority of"
        f" {known.source.name}."
    )
    holds = known if kept else _merged(known, command)
    return [
        InspectionOutcomeCorrected(
            council=council.council,
            outcome=known.outcome,
            corrects=known.record,
            differs=differs,
            standing="kept" if kept else "replaced",
            why=why,
            framework=holds.framework,
            began_on=holds.began_on,
            ended_on=holds.ended_on,
            published_on=holds.published_on,
            grades=holds.grades,
            published=command.published,
            source=command.source,
        )
    ]


def _merged(known: Outcome, command: RecordOutcome) -> Outcome:
    """What holds when a source of authority speaks: its word, and ours where it is silent."""
    outranks = command.source.rank > known.source.rank
    grades = command.grades if outranks else known.grades.but(**command.grades.given())
    framework = command.framework
    return known.but(
        framework=known.framework if framework is Framework.NOT_STATED else framework,
        began_on=command.began_on or known.began_on,
        ended_on=command.ended_on or known.ended_on,
        published_on=command.published_on,
        grades=grades,
    )


def differences(known: Outcome, command: RecordOutcome) -> dict[str, tuple[str, str]]:
    """Where a source contradicts what stands: by field, what stood and what it says.

    What a source leaves out contradicts nothing, unless it is of higher authority: then no
    such grade was given. A grade where none stood is a contradiction; a first day or a
    framework where none stood is one more fact, which a source of no less authority adds.
    """
    found: dict[str, tuple[str, str]] = {}
    outranks = command.source.rank > known.source.rank
    for name, grade in command.grades:
        stood = getattr(known.grades, name)
        if stood != grade and (grade or outranks):
            found[name] = (str(stood or NOT_GIVEN), str(grade or NOT_GIVEN))
    adds = command.source.rank >= known.source.rank
    for name in ("began_on", "published_on"):
        stood, told = getattr(known, name), getattr(command, name)
        if told is not None and told != stood and (stood or adds):
            found[name] = (stood.isoformat() if stood else NOT_GIVEN, told.isoformat())
    stood, told = known.framework, command.framework
    unstated = stood is Framework.NOT_STATED
    if told not in (stood, Framework.NOT_STATED) and (adds or not unstated):
        found["framework"] = (NOT_GIVEN if unstated else stood.value, told.value)
    return found


def what_follows(council: Council, policy: InterventionPolicy) -> list[Event]:
    """Whether the latest judgements call for intervention, where that has changed."""
    latest = council.latest
    if latest is None:
        return []
    rules = policy.on(latest.published_on)
    met_by = rules.met_by(latest.grades) if rules else {}
    due = council.due
    if rules and met_by:
        if due and (due.outcome, due.met_by) == (latest.outcome, met_by):
            return []
        return [
            InterventionFellDue(
                council=council.council,
                policy_version=rules.version,
                outcome=latest.outcome,
                met_by=met_by,
            )
        ]
    if due and rules:
        return [
            InterventionNoLongerDue(
                council=council.council, policy_version=rules.version, outcome=latest.outcome
            )
        ]
    return []


def _with(council: Council, events: Iterable[Event]) -> Council:
    """The council as it will be once these events are recorded."""
    for event in events:
        council = council.apply(foreseen(event, council)).but(version=council.version + 1)
    return council


def foreseen(event: Event, state: Aggregate) -> Record:
    """An event in the envelope that it will have, as far as a decision can know it."""
    day = getattr(event, "published_on", None) or date.max
    return Record(
        stream=state.stream,
        version=state.version + 1,
        event=event,
        recorded_at=datetime.combine(day, time(), LONDON),
        effective_on=day,
        actor="",
        role="",
        correlation="",
    )


def adopt_policy(
    command: AdoptPolicy, policy: InterventionPolicy, councils: Sequence[Council], by: Actor
) -> list[Event]:
    """Adopt the next version and say of every council what now follows.

    The same policy from the same day again gives no events.
    """
    version = len(policy.adopted) + 1
    known = next((p for p in policy.adopted if p.from_ == command.from_), None)
    if known and known.criteria == command.criteria:
        return []
    if known:
        raise Refused("policy-from-taken", "A policy runs from that day already: choose another.")
    adopted = InterventionPolicyAdopted(
        version=version, from_=command.from_, criteria=command.criteria
    )
    then = policy.apply(foreseen(adopted, policy))
    return [adopted, *(event for council in councils for event in what_follows(council, then))]


def do_not_pursue(command: DoNotPursue, council: Council, by: Actor) -> list[Event]:
    """Decide, with reasons, that no case is opened on the latest outcome."""
    if not council.intervention_due or council.due is None:
        raise Refused("not-due", f"Intervention is not due for {council.name}.")
    return [
        InterventionNotPursued(
            council=council.council, outcome=council.due.outcome, rationale=command.rationale
        )
    ]
