"""Watch lists: what begins and ends, and what is refused."""

from domain.kernel import Actor
from domain.watching import (
    MOST,
    ChooseNotices,
    Notices,
    NoticesChosen,
    Since,
    SubjectUnwatched,
    SubjectWatched,
    UnwatchSubject,
    WatchList,
    WatchSubject,
    choose_notices,
    unwatch,
    watch,
)
from tests.spec import DAY, given

ME = Actor(id="case-officer", role="case-officer")
MINE = WatchList(user="case-officer")


def began(subject: str) -> SubjectWatched:
    return SubjectWatched(user="case-officer", subject=subject)


def ended(subject: str) -> SubjectUnwatched:
    return SubjectUnwatched(user="case-officer", subject=subject)


def chosen(how: Notices) -> NoticesChosen:
    return NoticesChosen(user="case-officer", how=how)


def test_somebody_begins_to_watch_and_stops() -> None:
    given().when(watch, WatchSubject(subject="330"), MINE, by=ME).then(began("330"))
    given(began("330")).when(unwatch, UnwatchSubject(subject="330"), MINE, by=ME).then(ended("330"))


def test_nothing_is_watched_twice() -> None:
    twice = given(began("CASE-0001")).when(watch, WatchSubject(subject="CASE-0001"), MINE, by=ME)
    twice.then_refused("watched-already", subject="CASE-0001")


def test_what_was_given_up_is_watched_again() -> None:
    again = given(began("330"), ended("330"))
    again.when(watch, WatchSubject(subject="330"), MINE, by=ME).then(began("330"))


def test_what_is_not_watched_is_not_given_up() -> None:
    given().when(unwatch, UnwatchSubject(subject="330"), MINE, by=ME).then_refused("not-watched")


def test_a_list_stays_short_enough_to_follow() -> None:
    full = given(*(began(f"CASE-{n:04d}") for n in range(1, MOST + 1)))
    more = full.when(watch, WatchSubject(subject="330"), MINE, by=ME)
    more.then_refused("too-many-watched", watched=MOST)


def test_the_same_choice_again_changes_nothing() -> None:
    daily = ChooseNotices(how=Notices.DAILY)
    given().when(choose_notices, daily, MINE, by=ME).then(chosen(Notices.DAILY))
    given(chosen(Notices.DAILY)).when(choose_notices, daily, MINE, by=ME).then()


def test_a_list_remembers_since_when() -> None:
    log = given(began("330"), began("CASE-0001"), ended("330"), chosen(Notices.AT_ONCE))
    found = log.state(MINE)
    assert found.watched == {"CASE-0001": Since(position=2, on=DAY)}
    assert found.notices is Notices.AT_ONCE
    assert found.notices_since == Since(position=4, on=DAY)
