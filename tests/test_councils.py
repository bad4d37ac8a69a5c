"""Councils: the register, judgements and corrections, what falls due, tiers and rows."""

from datetime import date
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from domain.councils import (
    AdoptPolicy,
    ChangeEngagement,
    CloseConcern,
    Council,
    CouncilProfileRevised,
    CouncilRecoded,
    CouncilRegistered,
    CouncilRenamed,
    CouncilSucceeded,
    Criteria,
    DirectionReplaced,
    DoNotPursue,
    Engagement,
    EngagementChanged,
    Framework,
    Grade,
    Grades,
    ImprovementNoticeIssued,
    InspectionOutcomeConfirmed,
    InspectionOutcomeCorrected,
    InspectionOutcomeRecorded,
    InterventionBegan,
    InterventionEnded,
    InterventionFellDue,
    InterventionNoLongerDue,
    InterventionNotPursued,
    InterventionPolicy,
    InterventionPolicyAdopted,
    LeaderNamed,
    MonitoringVisitRecorded,
    NameDirection,
    NameNotice,
    Office,
    Policy,
    RaiseConcern,
    RecordOutcome,
    RecordVisit,
    Region,
    RegisterCouncil,
    ReplaceDirection,
    RiskConcernClosed,
    RiskConcernRaised,
    Source,
    StatutoryDirectionIssued,
    SucceedCouncil,
    SupportTier,
    adopt_policy,
    change_engagement,
    close_concern,
    do_not_pursue,
    foreseen,
    issue_notice,
    lift_notice,
    normal_name,
    raise_concern,
    record_outcome,
    record_visit,
    register,
    replace_direction,
    revoke_direction,
    succeed,
)
from domain.kernel import Actor, Command, Event, Refused
from projections.councils import CouncilRow, InspectionOutcome, PolicyRow
from tests.spec import DAY, by, fold, given

OFFICER = Actor(id="case-officer", role="case-officer")
GOOD, POOR = Grade.GOOD, Grade.INADEQUATE
IMPROVE, BEST = Grade.REQUIRES_IMPROVEMENT, Grade.OUTSTANDING

REGISTER = Source(name="Register of councils", kind="register")
OFFICIAL = Source(name="Inspectorate's list", kind="official", row=215, sha256="a" * 64)
SNAPSHOT = Source(name="Project's snapshot", kind="snapshot", row=128, sha256="b" * 64)
LATER_SNAPSHOT = SNAPSHOT.but(sha256="c" * 64)
LATER_OFFICIAL = OFFICIAL.but(sha256="d" * 64)

ST_HELENS = CouncilRegistered(
    council="342",
    name="St. Helens",
    gss_code="E08000013",
    region=Region.NORTH_WEST,
    authority_type="Metropolitan District",
    population_0_25=52_000,
    statistical_neighbours=("359", "343"),
    source=REGISTER,
)
POLICY = InterventionPolicyAdopted(version=1, from_=date(2018, 1, 1), criteria=Criteria())

OFFICIAL_GRADES = Grades(
    overall=GOOD, leaders=GOOD, help_and_protection=IMPROVE, in_care=GOOD, care_leavers=BEST
)
SNAPSHOT_GRADES = OFFICIAL_GRADES.but(help_and_protection=GOOD, in_care=IMPROVE, care_leavers=GOOD)


def outcome(
    grades: Grades,
    source: Source = OFFICIAL,
    began: date | None = date(2023, 7, 10),
    published: date = date(2023, 9, 4),
    framework: Framework = Framework.ILACS_STANDARD,
) -> InspectionOutcomeRecorded:
    """An outcome of St Helens as recorded."""
    return InspectionOutcomeRecorded(
        council="342",
        outcome=(began or published).isoformat(),
        framework=framework,
        began_on=began,
        published_on=published,
        grades=grades,
        published={"overall": "as published"},
        source=source,
    )


def told(recorded: InspectionOutcomeRecorded) -> RecordOutcome:
    """The command that says what this event says."""
    return RecordOutcome(
        framework=recorded.framework,
        began_on=recorded.began_on,
        published_on=recorded.published_on,
        grades=recorded.grades,
        published=recorded.published,
        source=recorded.source,
    )


FIRST = outcome(OFFICIAL_GRADES)
FALLEN = outcome(
    Grades(overall=POOR, leaders=POOR), began=date(2025, 1, 6), published=date(2025, 3, 10)
)
DUE = InterventionFellDue(
    council="342", policy_version=1, outcome="2025-01-06", met_by={"overall": POOR}
)
KEPT = InspectionOutcomeCorrected(
    council="342",
    outcome="2023-07-10",
    corrects="COUNCIL-342/2",
    differs={
        "help_and_protection": ("requires improvement", "good"),
        "in_care": ("good", "requires improvement"),
        "care_leavers": ("outstanding", "good"),
    },
    standing="kept",
    why="Inspectorate's list is of higher authority than Project's snapshot: what it published"
    " stands, and the contradiction is on record.",
    framework=Framework.ILACS_STANDARD,
    began_on=date(2023, 7, 10),
    published_on=date(2023, 9, 4),
    grades=OFFICIAL_GRADES,
    published={"overall": "as published"},
    source=SNAPSHOT,
)


# --- Words ----------------------------------------------------------------------------------


def test_nine_regions_have_their_codes_and_names() -> None:
    assert len(Region) == 9
    assert (Region.NORTH_EAST.gss, Region.SOUTH_WEST.gss) == ("E12000001", "E12000009")
    assert Region.YORKSHIRE.label == "Yorkshire and The Humber"
    assert Region.named("yorkshire & the humber") is Region.YORKSHIRE
    assert Region.named("E12000006") is Region.EAST
    with pytest.raises(ValueError, match="nine regions"):
        Region.named("North East, Yorkshire and the Humber")


@pytest.mark.parametrize(
    ("published", "registered"),
    [
        ("bournemouth, christchurch & poole", "Bournemouth, Christchurch and Poole"),
        ("bristol", "Bristol, City of"),
        ("durham", "County Durham"),
        ("herefordshire", "Herefordshire, County of"),
        ("Kingston upon Hull", "Kingston upon Hull, City of"),
        ("st helens", "St. Helens"),
    ],
)
def test_names_as_published_are_names_as_registered(published: str, registered: str) -> None:
    assert normal_name(published) == normal_name(registered)


# --- The register ---------------------------------------------------------------------------


def registering(**changes: object) -> RegisterCouncil:
    facts = ST_HELENS.model_dump() | changes
    return RegisterCouncil.model_validate(facts)


def test_a_council_comes_onto_the_register() -> None:
    given().when(register, registering(), Council(council="342"), by=OFFICER).then(ST_HELENS)


def test_the_same_register_again_says_nothing_new() -> None:
    given(ST_HELENS).when(register, registering(), Council(council="342"), by=OFFICER).then()


def test_a_newer_register_says_precisely_what_changed() -> None:
    given(ST_HELENS).when(
        register,
        registering(name="St Helens Borough", gss_code="E08000099", population_0_25=53_000),
        Council(council="342"),
        by=OFFICER,
    ).then(
        CouncilRenamed(council="342", name="St Helens Borough", source=REGISTER),
        CouncilRecoded(council="342", gss_code="E08000099", was="E08000013", source=REGISTER),
        CouncilProfileRevised(
            council="342",
            region=Region.NORTH_WEST,
            authority_type="Metropolitan District",
            population_0_25=53_000,
            statistical_neighbours=("359", "343"),
            source=REGISTER,
        ),
    )


def test_a_former_code_is_remembered() -> None:
    recoded = CouncilRecoded(council="342", gss_code="E08000099", was="E08000013", source=REGISTER)
    council = given(ST_HELENS, recoded).state(Council(council="342"))
    assert (council.gss_code, council.former_gss_codes) == ("E08000099", ("E08000013",))


def succeeding(command: SucceedCouncil, council: Council, one: Council, by: Actor) -> list[Event]:
    return succeed(command, council, [one], by)


def test_others_take_a_councils_place_once() -> None:
    command = SucceedCouncil(successors=("359",), reason="Reorganisation")
    succeeded = CouncilSucceeded(council="342", successors=("359",))
    council, other = Council(council="342"), Council(council="359")
    given(ST_HELENS).when(succeeding, command, council, other, by=OFFICER).then(succeeded)
    given(ST_HELENS, succeeded).when(succeeding, command, council, other, by=OFFICER).then_refused(
        "already-succeeded"
    )
    itself = SucceedCouncil(successors=("342",), reason="A slip")
    given(ST_HELENS).when(succeeding, itself, council, other, by=OFFICER).then_refused(
        "own-successor"
    )


def test_a_successor_was_there_on_the_day_and_is_not_succeeded_in_turn() -> None:
    command = SucceedCouncil(successors=("359",), reason="Reorganisation")
    council, other = Council(council="342"), Council(council="359")
    before = command.but(effective_on=date(2025, 4, 1))
    later = by(OFFICER, CouncilSucceeded(council="359", successors=("343",)), on=date(2025, 5, 1))
    gone = given(ST_HELENS, later)
    gone.when(succeeding, command, council, other, by=OFFICER).then_refused("council-succeeded")
    gone.when(succeeding, before, council, other, by=OFFICER).then(
        CouncilSucceeded(council="342", successors=("359",))
    )
    back = given(ST_HELENS, CouncilSucceeded(council="359", successors=("342",)))
    back.when(succeeding, before, council, other, by=OFFICER).then_refused("council-succeeded")


# --- Judgements -----------------------------------------------------------------------------


def by_then(
    command: RecordOutcome, council: Council, policy: InterventionPolicy, by: Actor
) -> list[Event]:
    """Record an outcome on a day by which all was published."""
    return record_outcome(command, council, policy, date(2026, 3, 31), by)


def recording(command: RecordOutcome, *history: Event) -> given:
    """Record an outcome after a history; what was decided is checked by then()."""
    return given(*history).when(
        by_then, command, Council(council="342"), InterventionPolicy(), by=OFFICER
    )


def test_an_outcome_is_recorded_with_what_was_published() -> None:
    recording(told(FIRST), ST_HELENS, POLICY).then(FIRST)


def test_the_same_outcome_again_records_nothing() -> None:
    recording(told(FIRST), ST_HELENS, POLICY, FIRST).then()
    recording(told(outcome(OFFICIAL_GRADES, SNAPSHOT)), ST_HELENS, POLICY, FIRST).then()


def test_an_outcome_of_no_registered_council_is_refused() -> None:
    recording(told(FIRST)).then_refused("not-found")


def test_an_outcome_without_any_grade_is_refused() -> None:
    recording(told(outcome(Grades())), ST_HELENS).then_refused("no-grades")


def test_an_outcome_published_before_it_began_is_refused() -> None:
    upside_down = outcome(OFFICIAL_GRADES, published=date(2023, 7, 9))
    recording(told(upside_down), ST_HELENS).then_refused("bad-dates")


def test_a_lesser_source_that_contradicts_is_on_record_and_the_official_word_stands() -> None:
    contradiction = told(outcome(SNAPSHOT_GRADES, SNAPSHOT))
    recording(contradiction, ST_HELENS, FIRST).then(KEPT)
    council = given(ST_HELENS, FIRST, KEPT).state(Council(council="342"))
    assert council.latest is not None
    assert council.latest.grades == OFFICIAL_GRADES


@pytest.mark.parametrize("source", [SNAPSHOT, LATER_SNAPSHOT])
def test_the_same_contradiction_is_not_put_on_record_twice(source: Source) -> None:
    recording(told(outcome(SNAPSHOT_GRADES, source)), ST_HELENS, FIRST, KEPT).then()


def test_another_contradiction_is() -> None:
    worse = SNAPSHOT_GRADES.but(in_care=POOR)
    decided = recording(told(outcome(worse, LATER_SNAPSHOT)), ST_HELENS, FIRST, KEPT).outcome()
    assert [type(event) for event in decided] == [InspectionOutcomeCorrected]


def test_a_grade_that_the_official_list_does_not_give_is_a_contradiction() -> None:
    silent = outcome(OFFICIAL_GRADES.but(care_leavers=None))
    (decided,) = recording(
        told(outcome(OFFICIAL_GRADES.but(care_leavers=POOR), SNAPSHOT)), ST_HELENS, silent
    ).outcome()
    assert isinstance(decided, InspectionOutcomeCorrected)
    assert decided.differs == {"care_leavers": ("not given", "inadequate")}
    assert (decided.standing, decided.grades.care_leavers) == ("kept", None)


def test_what_a_source_leaves_out_contradicts_nothing() -> None:
    sparse = outcome(
        OFFICIAL_GRADES.but(overall=None, care_leavers=None),
        SNAPSHOT,
        began=None,
        framework=Framework.NOT_STATED,
    )
    recording(told(sparse), ST_HELENS, FIRST).then()


def test_the_official_list_replaces_what_a_snapshot_said_before() -> None:
    before = outcome(SNAPSHOT_GRADES, SNAPSHOT)
    (decided,) = recording(told(FIRST), ST_HELENS, before).outcome()
    assert isinstance(decided, InspectionOutcomeCorrected)
    assert (decided.standing, decided.corrects) == ("replaced", "COUNCIL-342/2")
    assert decided.grades == OFFICIAL_GRADES
    assert decided.differs["in_care"] == ("requires improvement", "good")
    again = told(outcome(SNAPSHOT_GRADES, LATER_SNAPSHOT))
    recording(told(before), ST_HELENS, before, decided).then()
    recording(again, ST_HELENS, before, decided).then()


def test_either_order_of_loading_comes_to_the_same_grades() -> None:
    silent = outcome(OFFICIAL_GRADES.but(care_leavers=None))
    before = outcome(SNAPSHOT_GRADES, SNAPSHOT)
    (decided,) = recording(told(silent), ST_HELENS, before).outcome()
    council = given(ST_HELENS, before, decided).state(Council(council="342"))
    assert council.latest is not None
    assert council.latest.grades == silent.grades
    recording(told(before), ST_HELENS, before, decided).then()


def test_the_official_list_that_agrees_with_a_snapshot_makes_it_firm() -> None:
    before = outcome(OFFICIAL_GRADES, SNAPSHOT)
    confirmed = InspectionOutcomeConfirmed(
        council="342",
        outcome="2023-07-10",
        confirms="COUNCIL-342/2",
        published={"overall": "as published"},
        source=OFFICIAL,
    )
    recording(told(FIRST), ST_HELENS, before).then(confirmed)
    recording(told(FIRST), ST_HELENS, before, confirmed).then()
    (decided,) = recording(
        told(outcome(SNAPSHOT_GRADES, LATER_SNAPSHOT)), ST_HELENS, before, confirmed
    ).outcome()
    assert isinstance(decided, InspectionOutcomeCorrected)
    assert decided.standing == "kept"


def test_the_official_list_adds_the_day_and_framework_that_a_snapshot_lacked() -> None:
    before = outcome(OFFICIAL_GRADES, SNAPSHOT, began=None, framework=Framework.NOT_STATED)
    (decided,) = recording(told(FIRST), ST_HELENS, before).outcome()
    assert isinstance(decided, InspectionOutcomeCorrected)
    assert decided.outcome == "2023-09-04"
    assert decided.differs == {
        "began_on": ("not given", "2023-07-10"),
        "framework": ("not given", "ilacs-standard"),
    }
    assert decided.began_on == date(2023, 7, 10)


def test_an_older_file_does_not_undo_what_a_newer_one_corrected() -> None:
    newer = told(outcome(OFFICIAL_GRADES.but(in_care=BEST), LATER_OFFICIAL))
    (corrected,) = recording(newer, ST_HELENS, FIRST).outcome()
    recording(told(FIRST), ST_HELENS, FIRST, corrected).then()
    recording(newer, ST_HELENS, FIRST, corrected).then()


GRADES = st.builds(
    Grades,
    overall=st.sampled_from([None, *Grade]),
    leaders=st.sampled_from(Grade),
    in_care=st.sampled_from([None, *Grade]),
)


def telling(council: Council, told: RecordOutcome) -> tuple[Council, list[Event]]:
    """What one more source makes of a council."""
    policy = given(POLICY).state(InterventionPolicy())
    decided = by_then(told, council, policy, OFFICER)
    for event in decided:
        council = council.apply(foreseen(event, council)).but(version=council.version + 1)
    return council, decided


@hypothesis.given(
    official=GRADES,
    snapshots=st.lists(GRADES, min_size=1, max_size=3),
    order=st.permutations(range(4)),
)
def test_in_whatever_order_sources_speak_the_official_word_stands(
    official: Grades, snapshots: list[Grades], order: list[int]
) -> None:
    editions = [
        told(outcome(grades, SNAPSHOT.but(sha256=f"{nth}" * 64), began=None))
        for nth, grades in enumerate(snapshots)
    ]
    voices = [told(outcome(official)), *editions]
    spoken = [voices[nth] for nth in order if nth < len(voices)]
    council = given(ST_HELENS).state(Council(council="342"))
    for voice in [*spoken, *spoken]:
        council, _ = telling(council, voice)
    assert council.latest is not None
    assert council.latest.grades == official
    met_by = POLICY_1.met_by(official)
    assert (council.due.met_by if council.due else {}) == met_by
    for voice in spoken:
        council, decided = telling(council, voice)
        assert decided == []


# --- What falls due -------------------------------------------------------------------------


def test_an_inadequate_overall_grade_makes_intervention_due() -> None:
    recording(told(FALLEN), POLICY, ST_HELENS, FIRST).then(FALLEN, DUE)


def test_without_a_policy_nothing_is_due() -> None:
    recording(told(FALLEN), ST_HELENS, FIRST).then(FALLEN)


def test_an_older_outcome_told_later_changes_nothing_that_is_due() -> None:
    recording(told(FIRST), POLICY, ST_HELENS, FALLEN, DUE).then(FIRST)


def test_a_better_outcome_ends_it() -> None:
    better = outcome(OFFICIAL_GRADES, began=date(2026, 1, 12), published=date(2026, 3, 2))
    recording(told(better), POLICY, ST_HELENS, FALLEN, DUE).then(
        better, InterventionNoLongerDue(council="342", policy_version=1, outcome="2026-01-12")
    )


POLICY_1 = Policy(version=1, from_=date(2018, 1, 1), criteria=Criteria())


@pytest.mark.parametrize(
    ("grades", "met_by"),
    [
        (Grades(overall=POOR, leaders=GOOD), {"overall": POOR}),
        (Grades(overall=IMPROVE, help_and_protection=POOR), {}),
        (Grades(leaders=GOOD, help_and_protection=GOOD, in_care=GOOD, care_leavers=GOOD), {}),
        (Grades(leaders=GOOD, in_care=POOR), {"in_care": POOR}),
        (
            Grades(leaders=POOR, in_care=IMPROVE, care_leavers=POOR),
            {"leaders": POOR, "care_leavers": POOR},
        ),
    ],
)
def test_the_first_policy(grades: Grades, met_by: dict[str, Grade]) -> None:
    assert POLICY_1.met_by(grades) == met_by


def test_a_later_policy_may_ask_for_more() -> None:
    stricter = Criteria(overall=(POOR,), any_sub_grade=(POOR,))
    policy = Policy(version=2, from_=date(2026, 4, 1), criteria=stricter)
    assert policy.met_by(Grades(overall=IMPROVE, leaders=POOR)) == {"leaders": POOR}


def test_the_policy_in_force_is_the_one_that_runs_on_the_day() -> None:
    later = InterventionPolicyAdopted(version=2, from_=date(2026, 4, 1), criteria=Criteria())
    policies = given(POLICY, later).state(InterventionPolicy())
    versions = [policies.on(day) for day in (date(2017, 1, 1), date(2026, 3, 31), date.max)]
    assert [policy and policy.version for policy in versions] == [None, 1, 2]


def adopting(from_: str) -> AdoptPolicy:
    return AdoptPolicy.model_validate({"from": from_, "reason": "Board, minute 12"})


def test_adopting_a_policy_says_what_follows_for_every_council() -> None:
    history = given(ST_HELENS, FALLEN)
    council = history.state(Council(council="342"))
    decided = adopt_policy(adopting("2018-01-01"), InterventionPolicy(), [council], OFFICER)
    assert decided == [POLICY, DUE]


def test_two_policies_do_not_run_from_the_same_day() -> None:
    def decide(command: AdoptPolicy, policy: InterventionPolicy, by: Actor) -> list[Event]:
        return adopt_policy(command, policy, [], by)

    policy = InterventionPolicy()
    stricter = adopting("2018-01-01").but(criteria=Criteria(any_sub_grade=(POOR,)))
    given(POLICY).when(decide, adopting("2018-01-01"), policy, by=OFFICER).then()
    given(POLICY).when(decide, stricter, policy, by=OFFICER).then_refused("policy-from-taken")


NOT_PURSUED = InterventionNotPursued(
    council="342", outcome="2025-01-06", rationale="The council is under direction already."
)


def test_a_reasoned_decision_says_why_no_case_is_opened() -> None:
    command = DoNotPursue(rationale="The council is under direction already.")
    council = Council(council="342")
    given(ST_HELENS, FALLEN, DUE).when(do_not_pursue, command, council, by=OFFICER).then(
        NOT_PURSUED
    )
    given(ST_HELENS, FALLEN, DUE, NOT_PURSUED).when(
        do_not_pursue, command, council, by=OFFICER
    ).then_refused("not-due")


@pytest.mark.parametrize(
    ("since", "due", "tier"),
    [
        ([], True, SupportTier.INTERVENTION),
        ([NOT_PURSUED], False, SupportTier.UNIVERSAL),
        ([InterventionBegan(council="342", case="CASE-0001")], False, SupportTier.INTERVENTION),
        (
            [
                InterventionBegan(council="342", case="CASE-0001"),
                InterventionEnded(council="342", case="CASE-0001"),
            ],
            False,
            SupportTier.UNIVERSAL,
        ),
        (
            [InterventionNoLongerDue(council="342", policy_version=1, outcome="2026-01-12")],
            False,
            SupportTier.UNIVERSAL,
        ),
    ],
)
def test_a_judgement_is_answered_once(since: list[Event], due: bool, tier: SupportTier) -> None:
    council = given(ST_HELENS, FALLEN, DUE, *since).state(Council(council="342"))
    assert (council.intervention_due, council.tier) == (due, tier)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"began_on": date(2026, 3, 31)}, None),
        ({"began_on": date(2026, 4, 1)}, "overall-not-given"),
        ({"began_on": date(2026, 4, 1), "grades": Grades(leaders=GOOD)}, None),
        ({"began_on": None}, None),
        ({"began_on": date(2026, 3, 31), "ended_on": date(2026, 3, 30)}, "bad-dates"),
    ],
)
def test_no_overall_grade_is_given_to_an_inspection_that_began_since_april_2026(
    changes: dict[str, Any], code: str | None
) -> None:
    out = date(2026, 6, 1)
    asked = told(FIRST).but(published_on=out, ended_on=None).but(**changes)
    council, policy = given(ST_HELENS, POLICY).state(Council(council="342")), InterventionPolicy()
    if code is None:
        assert record_outcome(asked, council, policy, out, OFFICER)
        return
    with pytest.raises(Refused) as refusal:
        record_outcome(asked, council, policy, out, OFFICER)
    assert refusal.value.code == code


def test_an_outcome_is_recorded_once_it_is_published() -> None:
    out = date(2026, 4, 1)
    to_come = told(FIRST).but(published_on=out)
    council, policy = given(ST_HELENS, POLICY).state(Council(council="342")), InterventionPolicy()
    assert record_outcome(to_come, council, policy, out, OFFICER)
    with pytest.raises(Refused) as refusal:
        by_then(to_come, council, policy, OFFICER)
    assert refusal.value.code == "bad-dates"


@pytest.mark.parametrize(
    ("decide", "command"),
    [
        (change_engagement, ChangeEngagement(engagement=Engagement.ENGAGED, evidence="Letter")),
        (issue_notice, NameNotice(notice="Notice of 2026", reason="Judged inadequate")),
        (raise_concern, RaiseConcern(source_of_concern="Vacancies", reason="Half the posts")),
    ],
)
def test_what_happens_after_a_council_was_succeeded_is_recorded_for_its_successors(
    decide: Any, command: Command
) -> None:
    gone = by(OFFICER, CouncilSucceeded(council="342", successors=("359",)), on=date(2025, 4, 1))
    since = given(ST_HELENS, gone)
    since.when(decide, command, Council(council="342"), by=OFFICER).then_refused(
        "council-succeeded", successors=("359",)
    )
    late = command.but(effective_on=date(2025, 4, 1))
    assert since.when(decide, late, Council(council="342"), by=OFFICER).outcome()


def test_nothing_is_due_of_a_council_that_others_succeeded() -> None:
    gone = CouncilSucceeded(council="342", successors=("359",))
    council = given(ST_HELENS, FALLEN, DUE, gone).state(Council(council="342"))
    assert not council.intervention_due


def test_a_judgement_published_under_an_open_case_is_answered_by_it() -> None:
    history: list[Event] = [ST_HELENS, InterventionBegan(council="342", case="CASE-0001")]
    ended = InterventionEnded(council="342", case="CASE-0001")
    council = given(*history, FALLEN, DUE, ended).state(Council(council="342"))
    assert not council.intervention_due


# --- Tiers and what else is recorded --------------------------------------------------------

NOTICE = ImprovementNoticeIssued(council="342", notice="Notice of March 2025")
DIRECTION = StatutoryDirectionIssued(council="342", direction="Direction of May 2025")
CONCERN = RiskConcernRaised(council="342", concern=1, source_of_concern="Vacancies")


@pytest.mark.parametrize(
    ("since", "tier"),
    [
        ([], SupportTier.UNIVERSAL),
        ([CONCERN], SupportTier.EARLY_SUPPORT),
        ([CONCERN, RiskConcernClosed(council="342", concern=1)], SupportTier.UNIVERSAL),
        ([NOTICE], SupportTier.TARGETED),
        ([CONCERN, DIRECTION], SupportTier.TARGETED),
        ([CONCERN, DIRECTION, FALLEN, DUE], SupportTier.INTERVENTION),
    ],
)
def test_tiers(since: list[Event], tier: SupportTier) -> None:
    assert given(ST_HELENS, *since).state(Council(council="342")).tier is tier


def test_engagement_changes_with_evidence() -> None:
    command = ChangeEngagement(engagement=Engagement.ENGAGED, evidence="Signed up in April")
    changed = EngagementChanged(
        council="342", engagement=Engagement.ENGAGED, evidence="Signed up in April"
    )
    council = Council(council="342")
    given(ST_HELENS).when(change_engagement, command, council, by=OFFICER).then(changed)
    given(ST_HELENS, changed).when(change_engagement, command, council, by=OFFICER).then_refused(
        "no-change"
    )


def test_a_notice_is_lifted_once() -> None:
    command = NameNotice(notice="Notice of March 2025", reason="Letter from the Minister")
    council = Council(council="342")
    given(ST_HELENS).when(issue_notice, command, council, by=OFFICER).then(NOTICE)
    given(ST_HELENS, NOTICE).when(issue_notice, command, council, by=OFFICER).then_refused(
        "in-force"
    )
    given(ST_HELENS).when(lift_notice, command, council, by=OFFICER).then_refused("not-in-force")


def test_a_direction_gives_way_to_a_notice() -> None:
    replaced = DirectionReplaced(
        council="342",
        direction="Direction of May 2025",
        by_kind="notice",
        by="Notice of May 2026",
    )
    council = Council(council="342")
    command = ReplaceDirection(
        direction="Direction of May 2025",
        by_kind="notice",
        by="Notice of May 2026",
        reason="Step-down",
    )
    given(ST_HELENS, DIRECTION).when(replace_direction, command, council, by=OFFICER).then(replaced)
    state = given(ST_HELENS, DIRECTION, replaced).state(council)
    assert (state.directions, state.notices) == ((), ("Notice of May 2026",))
    revoke = NameDirection(direction="Direction of May 2025", reason="Improved")
    given(ST_HELENS, DIRECTION, replaced).when(
        revoke_direction, revoke, council, by=OFFICER
    ).then_refused("not-in-force")


def test_a_visit_is_recorded_once_it_was_made() -> None:
    visit = RecordVisit(kind="monitoring", visited_on=date(2025, 6, 3), findings="Some progress")
    council = Council(council="342")
    given(ST_HELENS).when(record_visit, visit, council, by=OFFICER).then_refused("bad-dates")
    focused = visit.but(kind="focused", visited_on=DAY)
    given(ST_HELENS).when(record_visit, focused, council, by=OFFICER).then_refused("bad-theme")


def test_a_concern_is_closed_once() -> None:
    def decide(command: CloseConcern, council: Council, by: Actor) -> list[Event]:
        return close_concern(command, council, 1, by)

    command, closed = CloseConcern(reason="Filled"), RiskConcernClosed(council="342", concern=1)
    council = Council(council="342")
    given(ST_HELENS, CONCERN).when(decide, command, council, by=OFFICER).then(closed)
    given(ST_HELENS, CONCERN, closed).when(decide, command, council, by=OFFICER).then_refused(
        "not-found"
    )


# --- Rows -----------------------------------------------------------------------------------


def test_a_councils_row_shows_what_follows() -> None:
    leader = LeaderNamed(council="342", office=Office.DIRECTOR, person="person-7")
    visit = MonitoringVisitRecorded(
        council="342", visited_on=date(2025, 5, 6), findings="Some progress"
    )
    row = fold(CouncilRow, ST_HELENS, POLICY, FIRST, FALLEN, DUE, leader, visit)["COUNCIL-342"]
    assert (row.overall, row.judged_on, row.due, row.tier) == (
        POOR,
        date(2025, 3, 10),
        True,
        SupportTier.INTERVENTION,
    )
    assert row.due_why is not None
    assert (row.due_why.policy_version, row.due_why.met_by) == (1, {"overall": POOR})
    assert row.office_holders == {"director of children's services": "person-7"}
    assert [visit.kind for visit in row.visits] == ["monitoring"]
    assert row.version == 6


def test_an_outcomes_row_keeps_what_was_published_and_what_others_said() -> None:
    row = fold(InspectionOutcome, ST_HELENS, FIRST, KEPT)["342/2023-07-10"]
    assert (row.help_and_protection, row.source) == (IMPROVE, OFFICIAL)
    assert row.published == {"overall": "as published"}
    (correction,) = row.corrections
    assert (correction.standing, correction.source) == ("kept", SNAPSHOT)


def test_a_policys_row_says_why_it_was_adopted() -> None:
    rows = fold(PolicyRow, by(OFFICER, POLICY, reason="Board, minute 12"))
    assert rows["1"].reason == "Board, minute 12"
