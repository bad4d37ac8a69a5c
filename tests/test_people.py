"""Peers: their rules, then their rows, then time that always adds up."""

from datetime import date
from itertools import count

import pytest
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st

from domain.councils import Region
from domain.giving import For, deliver, release_rest, reserve
from domain.kernel import Actor, Event, Refused
from domain.mentoring import MentorMatched, Mode, SessionHeld
from domain.people import (
    Accredit,
    AvailabilityDeclared,
    ConfirmRelease,
    Days,
    DaysDelivered,
    DaysPledged,
    DaysReleased,
    DaysReserved,
    DeclareAvailability,
    DeclareInterest,
    EmployerReleaseConfirmed,
    GiveReason,
    InterestDeclared,
    InterestKind,
    Peer,
    PeerAccredited,
    PeerKind,
    PeerRegistered,
    PeerStoodDown,
    PersonalDataErased,
    PledgeDays,
    RegisterPeer,
    accredit,
    confirm_release,
    declare_availability,
    declare_interest,
    erase,
    pledge,
    register_peer,
    stand_down,
)
from domain.persons import LegalHoldPlaced, Person
from projections.people import DonatedDays, PeerRow
from tests.spec import DAY, by, fold, given, numbered

OFFICER = Actor(id="case-officer", role="case-officer")
PEER, PERSON = Peer(peer="PEER-0001"), Person(person="PEER-0001")
YEAR, NEXT = "2025-26", "2026-27"
MATCH = For(match="MENT-0001", case="CASE-0001", council="330")
OTHER = For(match="MENT-0002", case="CASE-0002", council="380")
CHALLENGE = For(challenge="CHAL-0001", council="341")

REGISTERED = PeerRegistered(
    peer="PEER-0001",
    kind=PeerKind.MEMBER,
    home_council="301",
    home_region=Region.LONDON,
    party="Labour",
    skills=("chairing",),
    themes=("care leavers",),
)


def pledged(half_days: int, year: str = YEAR) -> DaysPledged:
    return DaysPledged(
        peer="PEER-0001",
        year=year,
        half_days=half_days,
        kind=PeerKind.MEMBER,
        home_council="301",
        home_region=Region.LONDON,
    )


def reserved(half_days: int, what: For = MATCH, year: str = YEAR) -> DaysReserved:
    return DaysReserved(peer="PEER-0001", year=year, half_days=half_days, **dict(what))


def released(half_days: int, what: For = MATCH, year: str = YEAR) -> DaysReleased:
    return DaysReleased(peer="PEER-0001", year=year, half_days=half_days, **dict(what))


def delivered(half_days: int, what: For = MATCH, year: str = YEAR) -> DaysDelivered:
    return DaysDelivered(peer="PEER-0001", year=year, half_days=half_days, **dict(what))


def registering(**changes: object) -> RegisterPeer:
    facts = {
        "name": "Cllr Joan Wetherdale",
        "email": "joan@example.org",
        "kind": "member",
        "home_council": "301",
        "party": "Labour",
        "skills": ["chairing"],
        "themes": ["care leavers"],
    }
    return RegisterPeer.model_validate(facts | changes)


# --- The register ---------------------------------------------------------------------------


def test_a_peer_is_registered_without_their_name_in_the_event() -> None:
    decided = register_peer(registering(), PEER, Region.LONDON, OFFICER)
    assert decided == [REGISTERED]
    assert "Wetherdale" not in str(decided)
    assert "example.org" not in str(decided)


def test_a_member_peer_has_a_party_and_nobody_else_has() -> None:
    with pytest.raises(Refused) as missing:
        register_peer(registering(party=None), PEER, Region.LONDON, OFFICER)
    assert missing.value.code == "party-missing"
    with pytest.raises(Refused) as taken:
        register_peer(registering(kind="director"), PEER, Region.LONDON, OFFICER)
    assert taken.value.code == "party-not-taken"
    director = registering(kind="director", party=None)
    assert register_peer(director, PEER, Region.LONDON, OFFICER)


def test_the_employer_releases_until_a_day_to_come() -> None:
    asked = given(REGISTERED)
    asked.when(confirm_release, ConfirmRelease(until=date(2026, 3, 31)), PEER, by=OFFICER).then(
        EmployerReleaseConfirmed(peer="PEER-0001", until=date(2026, 3, 31))
    )
    asked.when(confirm_release, ConfirmRelease(until=DAY), PEER, by=OFFICER).then(
        EmployerReleaseConfirmed(peer="PEER-0001", until=DAY)
    )
    asked.when(
        confirm_release, ConfirmRelease(until=date(2025, 6, 1)), PEER, by=OFFICER
    ).then_refused("bad-dates")


def test_a_peer_is_accredited() -> None:
    given(REGISTERED).when(accredit, Accredit(accreditation="LGA peer"), PEER, by=OFFICER).then(
        PeerAccredited(peer="PEER-0001", accreditation="LGA peer")
    )


def test_a_pledge_says_what_the_peer_was_and_where() -> None:
    given(REGISTERED).when(pledge, PledgeDays(year=YEAR, half_days=10), PEER, by=OFFICER).then(
        pledged(10)
    )


def test_availability_begins_before_it_ends() -> None:
    asked = given(REGISTERED)
    asked.when(
        declare_availability,
        DeclareAvailability.model_validate({"from": "2025-09-01", "to": "2025-12-19"}),
        PEER,
        by=OFFICER,
    ).then(
        AvailabilityDeclared(
            peer="PEER-0001", first_day=date(2025, 9, 1), last_day=date(2025, 12, 19)
        )
    )
    asked.when(
        declare_availability,
        DeclareAvailability.model_validate({"from": "2025-09-01", "to": "2025-09-01"}),
        PEER,
        by=OFFICER,
    ).then(
        AvailabilityDeclared(
            peer="PEER-0001", first_day=date(2025, 9, 1), last_day=date(2025, 9, 1)
        )
    )
    asked.when(
        declare_availability,
        DeclareAvailability.model_validate({"from": "2025-09-02", "to": "2025-09-01"}),
        PEER,
        by=OFFICER,
    ).then_refused("bad-dates")


def test_an_interest_is_declared_once_and_what_it_is_stays_out_of_the_event() -> None:
    asked = DeclareInterest(council="330", kind=InterestKind.FAMILY, nature="A sister works there")
    peer = given(REGISTERED).state(PEER)
    fact = InterestDeclared(
        peer="PEER-0001", council="330", kind=InterestKind.FAMILY, note="note-1"
    )
    assert declare_interest(asked, peer, "note-1", OFFICER) == [fact]
    with pytest.raises(Refused) as twice:
        declare_interest(asked, given(REGISTERED, fact).state(PEER), "note-2", OFFICER)
    assert twice.value.code == "interest-declared"


def test_nobody_stands_down_or_is_erased_with_time_promised() -> None:
    promised = given(REGISTERED, pledged(10), reserved(4))
    for decide, about in ((stand_down, (PEER,)), (erase, (PEER, PERSON))):
        promised.when(decide, GiveReason(reason="Retired"), *about, by=OFFICER).then_refused(
            "days-reserved", matches=["MENT-0001"]
        )
    free = given(REGISTERED, pledged(10), reserved(4), delivered(3), released(1))
    free.when(stand_down, GiveReason(reason="Retired"), PEER, by=OFFICER).then(
        PeerStoodDown(peer="PEER-0001")
    )
    free.when(erase, GiveReason(reason="They asked"), PEER, PERSON, by=OFFICER).then(
        PersonalDataErased(peer="PEER-0001")
    )


def test_personal_data_is_erased_once_also_of_somebody_who_stood_down() -> None:
    stood_down = given(REGISTERED, PeerStoodDown(peer="PEER-0001"))
    stood_down.when(erase, GiveReason(reason="They asked"), PEER, PERSON, by=OFFICER).then(
        PersonalDataErased(peer="PEER-0001")
    )
    erased = given(REGISTERED, PersonalDataErased(peer="PEER-0001"))
    erased.when(erase, GiveReason(reason="Again"), PEER, PERSON, by=OFFICER).then_refused("erased")


def test_a_peer_under_a_legal_hold_is_not_erased() -> None:
    held = given(REGISTERED, LegalHoldPlaced(person="PEER-0001", hold="INQ/1"))
    held.when(erase, GiveReason(reason="They asked"), PEER, PERSON, by=OFFICER).then_refused(
        "legal-hold", holds=["INQ/1"]
    )


def test_nothing_more_is_asked_of_somebody_who_stood_down() -> None:
    gone = given(REGISTERED, PeerStoodDown(peer="PEER-0001"))
    for decide, command in (
        (pledge, PledgeDays(year=YEAR, half_days=2)),
        (accredit, Accredit(accreditation="LGA peer")),
        (confirm_release, ConfirmRelease(until=date(2026, 3, 31))),
        (
            declare_availability,
            DeclareAvailability.model_validate({"from": "2025-09-01", "to": "2025-12-19"}),
        ),
        (stand_down, GiveReason(reason="Again")),
    ):
        gone.when(decide, command, PEER, by=OFFICER).then_refused("peer-not-active")
    with pytest.raises(Refused, match="has stood down"):
        declare_interest(
            DeclareInterest(council="330", nature="Owns a supplier"),
            gone.state(PEER),
            "note-1",
            OFFICER,
        )
    with pytest.raises(Refused, match="has stood down"):
        reserve(gone.state(PEER), MATCH, YEAR, 1)


# --- Time -----------------------------------------------------------------------------------


def test_no_more_is_reserved_than_is_pledged_in_that_year() -> None:
    peer = given(REGISTERED, pledged(10), pledged(6, NEXT), reserved(4), delivered(2)).state(PEER)
    assert peer.in_year(YEAR) == Days(pledged=10, reserved=2, delivered=2)
    assert reserve(peer, OTHER, YEAR, 6) == [reserved(6, OTHER)]
    with pytest.raises(Refused) as refusal:
        reserve(peer, OTHER, YEAR, 7)
    assert refusal.value.code == "days-exhausted"
    assert refusal.value.values == {"year": YEAR, "free": 6, "asked": 7}


def test_no_more_is_delivered_than_is_reserved_for_that_match() -> None:
    peer = given(REGISTERED, pledged(10), reserved(3), reserved(5, OTHER)).state(PEER)
    assert deliver(peer, MATCH, DAY, 3) == [delivered(3)]
    with pytest.raises(Refused) as refusal:
        deliver(peer, MATCH, DAY, 4)
    assert refusal.value.code == "over-reserved"
    assert refusal.value.values == {"reserved": 3, "asked": 4}


def test_time_reserved_in_one_year_and_given_in_the_next_counts_in_the_next() -> None:
    history = (REGISTERED, pledged(10), pledged(10, NEXT), reserved(4))
    peer = given(*history).state(PEER)
    decided = deliver(peer, MATCH, date(2026, 4, 2), 1)
    assert decided == [released(1), reserved(1, year=NEXT), delivered(1, year=NEXT)]
    after = given(*history, *decided).state(PEER)
    assert after.in_year(YEAR) == Days(pledged=10, reserved=3)
    assert after.in_year(NEXT) == Days(pledged=10, delivered=1)
    assert after.reserved_for("MENT-0001") == {YEAR: 3}


def test_time_is_not_moved_into_a_year_without_a_pledge() -> None:
    peer = given(REGISTERED, pledged(10), reserved(4)).state(PEER)
    with pytest.raises(Refused) as refusal:
        deliver(peer, MATCH, date(2026, 4, 2), 1)
    assert refusal.value.code == "days-exhausted"
    assert refusal.value.values["year"] == NEXT


def test_what_is_left_is_released_in_each_year() -> None:
    peer = given(
        REGISTERED, pledged(10), pledged(10, NEXT), reserved(4), reserved(2, year=NEXT)
    ).state(PEER)
    assert release_rest(peer, MATCH) == [released(4), released(2, year=NEXT)]
    assert release_rest(peer, OTHER) == []


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pledge", "reserve", "deliver", "release"]),
        st.sampled_from([MATCH, OTHER, CHALLENGE]),
        st.sampled_from([date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1)]),
        st.integers(min_value=1, max_value=12),
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@suppose(_STEPS)
def test_delivered_never_exceeds_reserved_nor_reserved_pledged(
    steps: list[tuple[str, For, date, int]],
) -> None:
    """Whatever is asked in whatever order; and the rows say the same as the state."""
    history: list[Event] = [REGISTERED]
    peer, versions = given(*history).state(PEER), count(2)
    ever_reserved = {"MENT-0001": 0, "MENT-0002": 0, "CHAL-0001": 0}
    given_for = dict(ever_reserved)
    for verb, what, on, n in steps:
        year = YEAR if on < date(2026, 4, 1) else NEXT
        try:
            match verb:
                case "pledge":
                    decided: list[Event] = [pledged(n, year)]
                case "reserve":
                    decided = reserve(peer, what, year, n)
                case "deliver":
                    decided = deliver(peer, what, on, n)
                case _:
                    decided = release_rest(peer, what)
        except Refused:
            continue
        for event in decided:
            [record] = by(OFFICER, event)
            peer = peer.apply(record).but(version=next(versions))
            match event:
                case DaysReserved() | DaysReleased():
                    sign = 1 if isinstance(event, DaysReserved) else -1
                    ever_reserved[event.purpose] += sign * event.half_days
                case DaysDelivered():
                    given_for[event.purpose] += event.half_days
            history.append(event)
            for days in peer.days.values():
                assert days.reserved >= 0
                assert days.delivered >= 0
                assert days.free >= 0
            for match, given_then in given_for.items():
                assert given_then <= ever_reserved[match]
    for year in (YEAR, NEXT):
        by_match = sum(years.get(year, 0) for years in peer.reserved.values())
        assert by_match == peer.in_year(year).reserved
    rows = fold(PeerRow, *history)
    assert rows["PEER-0001"].days == dict(peer.days)
    for row in fold(DonatedDays, *history).values():
        then = Days(pledged=row.pledged, reserved=row.reserved, delivered=row.delivered)
        assert then == peer.in_year(row.year)


# --- Rows -----------------------------------------------------------------------------------


def test_a_peer_row_tells_everything_but_who_they_are() -> None:
    held = SessionHeld(
        **MATCH.model_dump(exclude={"challenge"}),
        peer="PEER-0001",
        session=1,
        on=DAY,
        minutes=90,
        half_days=1,
        mode=Mode.VIDEO,
        themes=("care leavers",),
        agreed_actions=(),
    )
    matched = MentorMatched(
        **MATCH.model_dump(exclude={"challenge"}),
        peer="PEER-0001",
        half_days=4,
        why="Knows it",
        candidates=(),
        shown_at=3,
        method=1,
    )
    spell = {"first_day": date(2025, 9, 1), "last_day": date(2025, 12, 19)}
    history = (
        REGISTERED,
        EmployerReleaseConfirmed(peer="PEER-0001", until=date(2026, 3, 31)),
        PeerAccredited(peer="PEER-0001", accreditation="LGA peer"),
        AvailabilityDeclared(peer="PEER-0001", **spell),
        InterestDeclared(peer="PEER-0001", council="380", kind=InterestKind.WORK, note="note-1"),
        pledged(10),
        matched,
        reserved(4),
        held,
        delivered(1),
    )
    row = fold(PeerRow, *history)["PEER-0001"]
    assert row.days == {YEAR: Days(pledged=10, reserved=3, delivered=1)}
    assert row.matches == ("MENT-0001",)
    assert row.sessions_held == 1
    assert row.interests == ("380",)
    assert row.version == numbered(*history)[-1].version
    candidate = row.candidate(YEAR, successors=("940",))
    assert candidate.home_councils == ("301", "940")
    assert candidate.free_half_days == 6
    assert candidate.open_matches == 1
    assert candidate.available_until == date(2025, 12, 19)


def test_a_director_is_asked_for_five_days() -> None:
    director = pledged(6).but(kind=PeerKind.DIRECTOR)
    rows = fold(DonatedDays, REGISTERED, director, pledged(2, NEXT))
    assert rows["PEER-0001/2025-26"].asked == 10
    assert rows["PEER-0001/2026-27"].asked == 0
    assert rows["PEER-0001/2025-26"].pledged == 6


def test_an_erased_peer_is_said_to_be_erased() -> None:
    row = fold(PeerRow, REGISTERED, PersonalDataErased(peer="PEER-0001"))["PEER-0001"]
    assert (row.active, row.erased) == (False, True)
