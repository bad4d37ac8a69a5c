"""Persons: legal holds, and erasure that waits for them."""

from datetime import date

import pytest

from domain.kernel import Actor, Event
from domain.persons import (
    ErasePerson,
    LegalHoldLifted,
    LegalHoldPlaced,
    LiftHold,
    Person,
    PersonErased,
    PlaceHold,
    erase_person,
    lift_hold,
    place_hold,
)
from projections.persons import PersonRow
from tests.spec import DAY, by, fold, given

OFFICER = Actor(id="officer", role="case-officer")
WHO = "PERSON-7f3a"
NOBODY = Person(person=WHO)
HELD = LegalHoldPlaced(person=WHO, hold="INQ/1")
ERASED = PersonErased(person=WHO)
ASKED = ErasePerson(reason="They asked")


def test_a_person_is_erased_once() -> None:
    given().when(erase_person, ASKED, NOBODY, by=OFFICER).then(ERASED)
    given(ERASED).when(erase_person, ASKED, NOBODY, by=OFFICER).then_refused("erased")


def test_a_hold_blocks_erasure_and_says_why() -> None:
    history = by(OFFICER, HELD, reason="The inquiry asked for everything")
    refused = given(history).when(erase_person, ASKED, NOBODY, by=OFFICER)
    refused.then_refused("legal-hold", holds=["INQ/1"])
    with pytest.raises(Exception, match="INQ/1: The inquiry asked for everything"):
        refused.outcome()
    lifted = given(history, LegalHoldLifted(person=WHO, hold="INQ/1"))
    lifted.when(erase_person, ASKED, NOBODY, by=OFFICER).then(ERASED)


@pytest.mark.parametrize(
    ("until", "blocks"), [(DAY, True), (date(2025, 6, 1), False), (None, True)]
)
def test_a_hold_with_a_last_day_ends_by_itself(until: date | None, blocks: bool) -> None:
    asked = given(HELD.but(until=until)).when(erase_person, ASKED, NOBODY, by=OFFICER)
    if blocks:
        asked.then_refused("legal-hold")
    else:
        asked.then(ERASED)


@pytest.mark.parametrize(
    ("history", "command", "code"),
    [
        ([HELD], PlaceHold(hold="INQ/1", reason="Again"), "hold-placed"),
        ([ERASED], PlaceHold(hold="INQ/1", reason="Late"), "erased"),
        (
            [],
            PlaceHold(hold="INQ/1", until=date(2025, 6, 1), reason="Past"),
            "bad-dates",
        ),
    ],
)
def test_a_hold_is_placed_once_on_what_is_there(
    history: list[Event], command: PlaceHold, code: str
) -> None:
    given().when(place_hold, PlaceHold(hold="INQ/1", reason="Asked"), NOBODY, by=OFFICER).then(HELD)
    given(*history).when(place_hold, command, NOBODY, by=OFFICER).then_refused(code)


def test_a_hold_is_lifted_if_it_is_there() -> None:
    ask = LiftHold(hold="INQ/1", reason="Report published")
    given(HELD).when(lift_hold, ask, NOBODY, by=OFFICER).then(
        LegalHoldLifted(person=WHO, hold="INQ/1")
    )
    given().when(lift_hold, ask, NOBODY, by=OFFICER).then_refused("not-found")


def test_the_row_tells_holds_and_erasure() -> None:
    rows = fold(PersonRow, by(OFFICER, HELD, reason="Asked"), ERASED)
    (row,) = rows.values()
    assert [(hold.hold, hold.reason) for hold in row.holds] == [("INQ/1", "Asked")]
    assert (row.erased, row.erased_on, row.version) == (True, DAY, 2)
