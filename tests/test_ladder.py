"""The intervention ladder: what a council is under, on every day; and reorganisation."""

from datetime import date
from typing import Any

import pytest

from domain.councils import (
    AdviserAppointed,
    AdviserStoodDown,
    AppointBody,
    AppointPerson,
    CaseHandedOver,
    CaseTakenOver,
    CommissionerStoodDown,
    Council,
    CouncilRegistered,
    CouncilSucceeded,
    DirectionReplaced,
    EndAppointment,
    EndBody,
    Grade,
    Grades,
    ImprovementBoardEstablished,
    ImprovementBoardStoodDown,
    ImprovementNoticeIssued,
    ImprovementNoticeLifted,
    InstrumentKind,
    InterventionBegan,
    InterventionPolicy,
    PartnerAppointed,
    PartnershipEnded,
    RecordOutcome,
    Region,
    ReplaceDirection,
    Source,
    StatutoryDirectionIssued,
    SupportTier,
    TrustEstablished,
    TrustWoundUp,
    appoint,
    appoint_body,
    end_appointment,
    end_body,
    record_outcome,
    replace_direction,
)
from domain.funding import DueDiligenceRecorded, Grant, GrantTransferred, transfer
from domain.interventions import (
    CarryOver,
    CaseCarriedOver,
    CaseOpened,
    InterventionCase,
    OpenCase,
    carry_over,
    open_case,
)
from domain.kernel import Actor, Event, Record, Refused
from projections.councils import CouncilRow
from projections.instruments import InstrumentRow, forced_since
from projections.interventions import CasePage
from tests.spec import DAY, by, fold, given

OFFICER = Actor(id="officer", role="case-officer")
OLD, NEW = "928", "940"


def registered(code: str, name: str, region: Region = Region.EAST_MIDLANDS) -> CouncilRegistered:
    return CouncilRegistered(
        council=code,
        name=name,
        gss_code=f"E06000{code}",
        region=region,
        authority_type="Unitary",
        source=Source(name="Register", kind="official"),
    )


WAS, IS = registered(OLD, "Northshire"), registered(NEW, "North Northshire")
COUNCIL = Council(council=OLD)
NOTICE = ImprovementNoticeIssued(council=OLD, notice="IN/1")
DIRECTION = StatutoryDirectionIssued(council=OLD, direction="SD/1", commissioner="PERSON-c")
BOARD = ImprovementBoardEstablished(council=OLD, chair="PERSON-b")
REPLACED = DirectionReplaced(council=OLD, direction="SD/1", by_kind="notice", by="IN/2")
ADVISER = AdviserAppointed(council=OLD, person="PERSON-a")


def on(day: date, *events: Event) -> list[Record]:
    return by(OFFICER, *events, on=day)


def test_the_heaviest_instrument_is_named_and_the_tier_follows() -> None:
    council = given(WAS, ADVISER).state(COUNCIL)
    assert [kind for kind, _ in council.instruments] == [InstrumentKind.ADVISER]
    assert council.tier == SupportTier.UNIVERSAL
    council = given(WAS, ADVISER, NOTICE, DIRECTION).state(COUNCIL)
    assert council.instruments[0] == (InstrumentKind.COMMISSIONER, "PERSON-c")
    assert council.tier == SupportTier.TARGETED
    trust = TrustEstablished(council=OLD, trust="Northshire Children First", direction="SD/1")
    council = given(WAS, DIRECTION, trust).state(COUNCIL)
    assert council.instruments[0][0] == InstrumentKind.TRUST
    assert InstrumentKind.TRUST.rung == InstrumentKind.PARTNER.rung == 5


@pytest.mark.parametrize(
    ("history", "command", "event"),
    [
        (
            [ADVISER],
            EndAppointment(post="adviser", person="PERSON-a", reason="Done"),
            AdviserStoodDown(council=OLD, person="PERSON-a"),
        ),
        (
            [DIRECTION],
            EndAppointment(post="commissioner", person="PERSON-c", reason="Done"),
            CommissionerStoodDown(council=OLD, person="PERSON-c"),
        ),
        (
            [BOARD],
            EndAppointment(post="board", reason="Done"),
            ImprovementBoardStoodDown(council=OLD),
        ),
    ],
)
def test_an_appointment_ends_once(
    history: list[Event], command: EndAppointment, event: Event
) -> None:
    given(WAS, *history).when(end_appointment, command, COUNCIL, by=OFFICER).then(event)
    for gone in ([], [*history, event]):
        given(WAS, *gone).when(end_appointment, command, COUNCIL, by=OFFICER).then_refused(
            "not-in-force"
        )


def test_nobody_is_appointed_twice_to_the_same_post() -> None:
    again = AppointPerson(post="adviser", person="PERSON-a", effective_on=DAY)
    council = given(WAS, ADVISER).state(COUNCIL)
    with pytest.raises(Refused, match="already"):
        appoint(again, council, "PERSON-a", OFFICER)
    assert appoint(again, given(WAS).state(COUNCIL), "PERSON-a", OFFICER) == [ADVISER]


@pytest.mark.parametrize(
    ("kind", "begun", "ended"),
    [
        (
            "partner",
            PartnerAppointed(council=OLD, partner="Eastshire", direction="SD/1"),
            PartnershipEnded(council=OLD, partner="Eastshire"),
        ),
        (
            "trust",
            TrustEstablished(council=OLD, trust="Eastshire", direction="SD/1"),
            TrustWoundUp(council=OLD, trust="Eastshire"),
        ),
    ],
)
def test_a_partner_or_trust_takes_on_the_services_and_gives_them_back(
    kind: Any, begun: Event, ended: Event
) -> None:
    ask = AppointBody(kind=kind, body="Eastshire", direction="SD/1", reason="Directed")
    given(WAS, DIRECTION).when(appoint_body, ask, COUNCIL, by=OFFICER).then(begun)
    given(WAS).when(appoint_body, ask, COUNCIL, by=OFFICER).then_refused("not-in-force")
    given(WAS, DIRECTION, begun).when(appoint_body, ask, COUNCIL, by=OFFICER).then_refused(
        "in-force"
    )
    end = EndBody(kind=kind, body="Eastshire", reason="Good again")
    given(WAS, begun).when(end_body, end, COUNCIL, by=OFFICER).then(ended)
    given(WAS, begun, ended).when(end_body, end, COUNCIL, by=OFFICER).then_refused("not-in-force")


def test_a_direction_is_replaced_by_what_is_new() -> None:
    ask = ReplaceDirection(direction="SD/1", by_kind="notice", by="IN/2", reason="Step-down")
    given(WAS, DIRECTION).when(replace_direction, ask, COUNCIL, by=OFFICER).then(REPLACED)
    held = given(WAS, DIRECTION, NOTICE.but(notice="IN/2"))
    held.when(replace_direction, ask, COUNCIL, by=OFFICER).then_refused("in-force")
    after = given(WAS, DIRECTION, REPLACED).state(COUNCIL)
    assert (after.directions, after.notices) == ((), ("IN/2",))


def test_every_past_day_shows_what_was_then_in_force() -> None:
    rows = fold(
        InstrumentRow,
        on(date(2020, 1, 1), WAS),
        on(date(2020, 3, 1), DIRECTION),
        on(date(2021, 3, 1), REPLACED),
        on(date(2022, 3, 1), ImprovementNoticeLifted(council=OLD, notice="IN/2")),
        on(date(2023, 3, 1), NOTICE.but(notice="IN/2")),
    )

    def in_force(day: date) -> set[str]:
        return {row.reference for row in rows.values() if row.on(day)}

    assert in_force(date(2020, 2, 29)) == set()
    assert in_force(date(2020, 3, 1)) == {"SD/1", "PERSON-c"}
    assert in_force(date(2021, 2, 28)) == {"SD/1", "PERSON-c"}
    assert in_force(date(2021, 3, 1)) == {"IN/2", "PERSON-c"}
    assert in_force(date(2022, 3, 1)) == {"PERSON-c"}
    assert in_force(date(2024, 1, 1)) == {"IN/2", "PERSON-c"}
    direction = rows[f"{OLD}/statutory direction/SD/1"]
    assert (direction.in_force, direction.ended) == (False, "replaced by notice IN/2")
    assert direction.until_on == date(2021, 3, 1)
    notice = rows[f"{OLD}/improvement notice/IN/2"]
    assert [spell.ended for spell in notice.spells] == ["lifted", ""]
    (council,) = fold(CouncilRow, WAS, DIRECTION, BOARD, ADVISER).values()
    assert (council.rung, council.advisers, council.board_chair) == (
        "commissioner",
        ("PERSON-a",),
        "PERSON-b",
    )


def test_reviews_are_due_six_months_after_the_last_or_the_instrument() -> None:
    opened = CaseOpened(case="CASE-0001", council=OLD, region=Region.EAST_MIDLANDS, trigger="Due")
    rows = fold(InstrumentRow, on(date(2025, 8, 31), NOTICE), on(date(2025, 9, 5), DIRECTION))
    assert forced_since(list(rows.values())) == {OLD: date(2025, 8, 31)}
    (case,) = fold(CasePage, opened).values()
    due = case.review_due(date(2025, 8, 31), date(2026, 3, 1))
    assert (due.due_on, due.overdue) == (date(2026, 2, 28), True)
    assert not case.review_due(date(2025, 8, 31), date(2026, 2, 28)).overdue
    assert case.check_due(date(2026, 3, 1)) is None


# --- Reorganisation -------------------------------------------------------------------------

CASE = "CASE-0001"
OPENED = CaseOpened(case=CASE, council=OLD, region=Region.EAST_MIDLANDS, trigger="Due")
BEGAN = InterventionBegan(council=OLD, case=CASE)
SUCCEEDED = CouncilSucceeded(council=OLD, successors=(NEW, "941"))
STATES = InterventionCase(case=CASE), Council(council=OLD), Council(council=NEW)


def carried(*grants: str) -> CarryOver:
    return CarryOver(successor=NEW, grants=grants, reason="The needs are in the north")


def decide(running: list[str]) -> Any:
    return lambda asked, case, old, new, by: carry_over(asked, case, old, new, running, by)


def test_a_case_goes_to_a_successor_by_decision_with_its_grants() -> None:
    history = given(WAS, IS, OPENED, BEGAN, SUCCEEDED)
    told = (
        CaseCarriedOver(case=CASE, council=OLD, successor=NEW, grants=("GRANT-0001",)),
        CaseHandedOver(council=OLD, case=CASE, successor=NEW),
        CaseTakenOver(council=NEW, case=CASE, predecessor=OLD),
    )
    ask = carried("GRANT-0001")
    history.when(decide(["GRANT-0001"]), ask, *STATES, by=OFFICER).then(*told)
    after = given(WAS, IS, OPENED, BEGAN, SUCCEEDED, *told)
    assert after.state(STATES[0]).council == NEW
    assert after.state(STATES[1]).open_case is None
    assert after.state(STATES[2]).open_case == CASE
    (page,) = fold(CasePage, OPENED, told[0]).values()
    assert (page.council, page.predecessors) == (NEW, (OLD,))


@pytest.mark.parametrize(
    ("history", "named", "running", "code"),
    [
        ([WAS, IS, OPENED, BEGAN], (), [], "not-successor"),
        ([WAS, IS, OPENED, BEGAN, SUCCEEDED], (), ["GRANT-0001"], "grants-unnamed"),
        ([WAS, IS, OPENED, BEGAN, SUCCEEDED], ("GRANT-0001",), [], "not-open"),
        (
            [WAS, registered(NEW, "Elsewhere", Region.LONDON), OPENED, BEGAN, SUCCEEDED],
            (),
            [],
            "other-region",
        ),
        (
            [WAS, IS, OPENED, BEGAN, SUCCEEDED, InterventionBegan(council=NEW, case="CASE-0002")],
            (),
            [],
            "case-open",
        ),
    ],
)
def test_a_case_is_carried_over_only_whole_and_to_a_successor(
    history: list[Event], named: tuple[str, ...], running: list[str], code: str
) -> None:
    ask = carried(*named)
    given(*history).when(decide(running), ask, *STATES, by=OFFICER).then_refused(code)


def test_nothing_new_begins_for_a_council_that_was_succeeded() -> None:
    history = given(WAS, by(OFFICER, SUCCEEDED, on=date(2021, 4, 1)))
    ask = OpenCase(council=OLD, trigger="Late")
    history.when(
        open_case, ask, InterventionCase(case="CASE-0002"), COUNCIL, by=OFFICER
    ).then_refused("council-succeeded", successors=(NEW, "941"))
    policy = InterventionPolicy()
    for day, refused in ((date(2021, 4, 1), False), (date(2021, 4, 2), True)):
        outcome = RecordOutcome(published_on=day, grades=Grades(overall=Grade.GOOD))
        asked = history.when(
            lambda asked, council, known, by: record_outcome(asked, council, known, DAY, by),
            outcome,
            COUNCIL,
            policy,
            by=OFFICER,
        )
        if refused:
            asked.then_refused("council-succeeded")
        else:
            assert len(asked.outcome()) == 1


def test_a_grant_that_goes_over_needs_its_new_payee_checked() -> None:
    from tests.test_funding import ACCEPTED, APPROVED, OFFERED, PROPOSED

    checked = DueDiligenceRecorded(
        grant="GRANT-0001",
        case=PROPOSED.case,
        council=PROPOSED.council,
        result="passed",
        fraud_risk="low",
        payee_verified=True,
        findings="Called back",
    )
    grant = given(PROPOSED, APPROVED, OFFERED, checked, ACCEPTED).state(Grant(grant="GRANT-0001"))
    assert grant.payee_verified
    (told,) = transfer(grant, NEW, OFFICER)
    assert told == GrantTransferred(**grant.about, successor=NEW)
    after = given(PROPOSED, APPROVED, OFFERED, checked, ACCEPTED, told).state(
        Grant(grant="GRANT-0001")
    )
    assert (after.council, after.payee_verified, after.due_diligence) == (NEW, False, "")
    with pytest.raises(Refused, match="it stays where it was"):
        transfer(after.but(status="closed"), NEW, OFFICER)
