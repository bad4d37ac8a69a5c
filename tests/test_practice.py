"""Good practice: who may submit, judge and publish, and who sees what."""

from typing import Any

import pytest

from domain.councils import Council, CouncilRegistered, Region, Source
from domain.kernel import Actor
from domain.practice import (
    Described,
    Evidence,
    PracticeExample,
    PracticePublished,
    PracticeReturned,
    PracticeSubmitted,
    PracticeValidated,
    PracticeWithdrawn,
    PublishPractice,
    ResubmitPractice,
    ReturnPractice,
    Status,
    SubmitPractice,
    ValidatePractice,
    WithdrawPractice,
    publish,
    resubmit,
    return_,
    submit,
    validate,
    withdraw,
)
from projections.practice import PracticeRow, PublishedPractice
from service.desk.searching import parts_of
from tests.spec import DAY, by, fold, given

CONTACT = Actor(id="council-contact", role="council-contact")
OFFICER = Actor(id="case-officer", role="case-officer")
EXAMPLE = PracticeExample(practice="PRACTICE-0001")
REF: dict[str, Any] = {"practice": "PRACTICE-0001", "council": "330"}
TEXT = Described(
    title="A front door that answers",
    summary="Decisions on the day",
    themes=("front door", "partnership"),
    what_was_done="Teams were merged",
    evidence="71% to 93%",
)
SUBMITTED = PracticeSubmitted(**REF, described=TEXT)
RETURNED = PracticeReturned(**REF, edition=1, needed="A baseline")
VALIDATED = PracticeValidated(
    **REF, edition=1, level=Evidence.VALIDATED, notes="Files and figures seen"
)
PUBLISHED = PracticePublished(**REF, edition=1, level=Evidence.VALIDATED, described=TEXT)
REGISTERED = CouncilRegistered(
    council="330",
    name="Birmingham",
    gss_code="E08000025",
    region=Region.WEST_MIDLANDS,
    authority_type="Metropolitan borough",
    source=Source(name="Register", kind="official"),
)
BY_CONTACT = by(CONTACT, SUBMITTED)
VALIDATE = ValidatePractice(level=Evidence.VALIDATED, notes="Files and figures seen")


def submission(**changes: Any) -> SubmitPractice:
    return SubmitPractice.model_validate({"council": "330"} | TEXT.model_dump() | changes)


def test_a_practice_is_submitted_for_a_council_on_the_register() -> None:
    council = Council(council="330")
    given(REGISTERED).when(submit, submission(), EXAMPLE, council, by=CONTACT).then(SUBMITTED)
    given().when(submit, submission(), EXAMPLE, council, by=CONTACT).then_refused("not-found")


def test_themes_are_kept_once_and_in_one_way_of_writing() -> None:
    told = submission(themes=["Front door", "front door", "Scrutiny"])
    (event,) = submit(told, EXAMPLE, given(REGISTERED).state(Council(council="330")), CONTACT)
    assert isinstance(event, PracticeSubmitted)
    assert event.described.themes == ("front door", "scrutiny")


def test_somebody_else_judges_the_evidence() -> None:
    given(BY_CONTACT).when(validate, VALIDATE, EXAMPLE, by=OFFICER).then(VALIDATED)
    given(BY_CONTACT).when(validate, VALIDATE, EXAMPLE, by=CONTACT).then_refused("own-submission")
    back = ReturnPractice(needed="A baseline")
    given(BY_CONTACT).when(return_, back, EXAMPLE, by=OFFICER).then(RETURNED)
    given(BY_CONTACT).when(return_, back, EXAMPLE, by=CONTACT).then_refused("own-submission")


def test_whoever_submitted_an_earlier_edition_does_not_judge_a_later_one() -> None:
    second = by(CONTACT, SUBMITTED.but(edition=2))
    history = (by(OFFICER, SUBMITTED), RETURNED, second)
    given(*history).when(validate, VALIDATE, EXAMPLE, by=OFFICER).then_refused("own-submission")
    other = Actor(id="case-officer-2", role="case-officer")
    given(*history).when(validate, VALIDATE, EXAMPLE, by=other).then(VALIDATED.but(edition=2))


def test_a_returned_example_is_submitted_again() -> None:
    again = ResubmitPractice.model_validate(TEXT.model_dump() | {"evidence": "Against 2023"})
    given(BY_CONTACT, RETURNED).when(resubmit, again, EXAMPLE, by=CONTACT).then(
        SUBMITTED.but(edition=2, described=TEXT.but(evidence="Against 2023"))
    )
    given(BY_CONTACT).when(resubmit, again, EXAMPLE, by=CONTACT).then_refused(
        "practice-status", status="submitted"
    )


def test_only_what_was_validated_is_published_word_for_word() -> None:
    command = PublishPractice()
    given(BY_CONTACT, VALIDATED).when(publish, command, EXAMPLE, by=OFFICER).then(PUBLISHED)
    for history in ((BY_CONTACT,), (BY_CONTACT, RETURNED), (BY_CONTACT, VALIDATED, PUBLISHED)):
        given(*history).when(publish, command, EXAMPLE, by=OFFICER).then_refused("practice-status")


def test_an_example_is_judged_once() -> None:
    given(BY_CONTACT, VALIDATED).when(validate, VALIDATE, EXAMPLE, by=OFFICER).then_refused(
        "practice-status"
    )
    given(BY_CONTACT, VALIDATED).when(
        return_, ReturnPractice(needed="More"), EXAMPLE, by=OFFICER
    ).then_refused("practice-status")


@pytest.mark.parametrize(
    ("history", "was"),
    [
        ((BY_CONTACT,), Status.SUBMITTED),
        ((BY_CONTACT, RETURNED), Status.RETURNED),
        ((BY_CONTACT, VALIDATED), Status.VALIDATED),
        ((BY_CONTACT, VALIDATED, PUBLISHED), Status.PUBLISHED),
    ],
)
def test_an_example_is_withdrawn_at_any_stage_once(history: tuple[Any, ...], was: Status) -> None:
    command = WithdrawPractice(reason="Given up")
    gone = PracticeWithdrawn(**REF, was=was)
    given(*history).when(withdraw, command, EXAMPLE, by=OFFICER).then(gone)
    given(*history, gone).when(withdraw, command, EXAMPLE, by=OFFICER).then_refused(
        "practice-status", status="withdrawn"
    )


def test_rows_of_an_example_from_submission_to_withdrawal() -> None:
    validated = by(OFFICER, VALIDATED)
    row = fold(PracticeRow, BY_CONTACT, validated)["PRACTICE-0001"]
    assert (row.status, row.submitted_by, row.validated_by, row.version) == (
        Status.VALIDATED,
        "council-contact",
        "case-officer",
        2,
    )
    assert (row.title, row.themes, row.level) == (TEXT.title, TEXT.themes, Evidence.VALIDATED)
    gone = by(OFFICER, PracticeWithdrawn(**REF, was=Status.PUBLISHED), reason="Given up")
    row = fold(PracticeRow, BY_CONTACT, validated, PUBLISHED, gone)["PRACTICE-0001"]
    assert (row.status, row.withdrawn_on, row.withdrawn_because) == (
        Status.WITHDRAWN,
        DAY,
        "Given up",
    )


def test_only_what_is_published_is_there_for_everybody() -> None:
    assert fold(PublishedPractice, BY_CONTACT, VALIDATED) == {}
    rows = fold(PublishedPractice, BY_CONTACT, VALIDATED, PUBLISHED)
    assert rows["PRACTICE-0001"].summary == TEXT.summary
    gone = PracticeWithdrawn(**REF, was=Status.PUBLISHED)
    assert fold(PublishedPractice, BY_CONTACT, VALIDATED, PUBLISHED, gone) == {}


def test_a_returned_example_starts_again_without_its_judgement() -> None:
    second = SUBMITTED.but(edition=2)
    row = fold(PracticeRow, BY_CONTACT, RETURNED, second)["PRACTICE-0001"]
    assert (row.edition, row.status, row.needed, row.level) == (2, Status.SUBMITTED, None, None)
    assert row.submitters == ("council-contact", "somebody")


def test_a_snippet_is_cut_at_its_marks_and_nowhere_else() -> None:
    cut = parts_of("A \x02front\x03 <b>door</b> \x02opens\x03")
    assert [(p.text, p.hit) for p in cut] == [
        ("A ", False),
        ("front", True),
        (" <b>door</b> ", False),
        ("opens", True),
    ]
    assert parts_of("\x02All\x03") == [("All", True)]


def test_what_was_recorded_before_policy_themes_bears_none() -> None:
    """Version 1 of the events knew free themes alone."""
    said = SUBMITTED.model_dump(mode="json")
    del said["described"]["policy_themes"]
    read = PracticeSubmitted.from_stored(said, 1)
    assert read == SUBMITTED
    assert read.described.policy_themes == ()
