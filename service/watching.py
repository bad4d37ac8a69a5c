"""Watch lists over HTTP: what a person watches, and what changed in it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from domain.access import Target, may
from domain.councils import Council, RiskConcernClosed, RiskConcernRaised
from domain.funding import Grant
from domain.interventions import InterventionCase
from domain.kernel import LONDON, Frozen, Refused
from domain.mentoring import MentoringMatch
from domain.watching import (
    ChooseNotices,
    Notices,
    Subject,
    UnwatchSubject,
    WatchList,
    WatchSubject,
    choose_notices,
    unwatch,
    watch,
)
from projections.audit import JournalRow
from projections.councils import CouncilRow
from projections.funding import GrantRow
from projections.interventions import CasePage
from service.challenges.looking import whole
from service.desk import AtDesk, Desk, Reader, Reading, Receipt, command, query, router_for
from service.read_marks import read_mark
from service.telling import happened, sentence

router = router_for("watch-list")

DAYS = 7
"""What changed is shown so many days back, or as far back as it was not read."""
_CONCERNS = (RiskConcernRaised.__name__, RiskConcernClosed.__name__)


# --- Watching -------------------------------------------------------------------------------


def _in_sight(desk: Desk, subject: str) -> bool:
    """Whether the person may see what they want to watch. Raises Refused ``not-found``."""
    today = desk.installation.today()

    def sees(permission: str, **where: str | None) -> bool:
        return may(desk.user, permission, Target(**where), today) is not None

    if subject.startswith("CASE-"):
        case = desk.find(InterventionCase(case=subject))
        matches = desk.load_many([MentoringMatch(match=ref) for ref in case.matches])
        peers = [None, *(match.peer for match in matches)]
        where = {"council": case.council, "region": case.region}
        return any(sees("case.read", **where, peer=peer) for peer in peers)
    if subject.startswith("GRANT-"):
        grant = desk.find(Grant(grant=subject))
        return sees("grant.read", council=grant.council, region=grant.region)
    return desk.find(Council(council=subject)).exists


@command(router, "/watch-list", needs="council.read", cli="watch add")
def watch_subject(command: WatchSubject, desk: AtDesk) -> Receipt:
    """Watch a case, a council or a grant."""
    watching = desk.load(WatchList(user=desk.user.user))
    by = desk.acting_for_oneself()
    if not _in_sight(desk, command.subject):
        raise Refused("not-found", f"There is no {command.subject} in your scope.")
    return desk.record(command, watch(command, watching, by), watching)


@command(router, "/watch-list/removals", needs="council.read", cli="watch remove")
def unwatch_subject(command: UnwatchSubject, desk: AtDesk) -> Receipt:
    """Stop watching a case, a council or a grant."""
    watching = desk.load(WatchList(user=desk.user.user))
    events = unwatch(command, watching, desk.acting_for_oneself())
    return desk.record(command, events, watching)


@command(router, "/me/notices", needs="council.read", cli="notify choose")
def choose_my_notices(command: ChooseNotices, desk: AtDesk) -> Receipt:
    """Choose how often you are told by email what is new."""
    watching = desk.load(WatchList(user=desk.user.user))
    events = choose_notices(command, watching, desk.acting_for_oneself())
    return desk.record(command, events, watching)


# --- What changed ---------------------------------------------------------------------------


class Change(Frozen):
    """Something that happened in what is watched."""

    position: int
    subject: Subject
    on: date
    """When it holds in the world."""
    recorded_at: datetime
    says: str
    by: str | None
    """Who did it, for those who may read the trail."""
    mine: bool
    """The reader did it."""
    new: bool
    """It was recorded after what they have read."""


class WatchedNow(Frozen):
    """Something that is watched, and what changed in it."""

    subject: Subject
    name: str
    page: str
    since: date
    changes: list[Change]


class Watching(Frozen):
    """A person's watch list, as at a moment."""

    position: int
    notices: Notices
    watched: list[WatchedNow]


class _Seen(NamedTuple):
    subject: str
    name: str
    page: str
    stream: str


def watch_list(reading: Reader) -> WatchList:
    """The reader's own list, as at the reading's moment."""
    empty = WatchList(user=reading.user.user)
    at = reading.moment.position if reading.moment.is_past else None
    return reading.installation.store.load(empty, at)


def watches(reading: Reader, subject: str) -> bool:
    """Whether the reader watches it."""
    return subject in watch_list(reading).watched


def _councils(reading: Reader) -> dict[str, str]:
    """The councils' names."""
    return {row.council: row.name for row in reading.under("council.read").all(CouncilRow)}


def _seen(reading: Reader, subjects: Iterable[str]) -> list[_Seen]:
    """Of what is watched, what the reader may still see."""
    wanted = sorted(subjects)
    cases = [s for s in wanted if s.startswith("CASE-")]
    grants = [s for s in wanted if s.startswith("GRANT-")]
    councils = _councils(reading) if wanted else {}
    found = []
    if cases and reading.sees("case.read"):
        for case, row in reading.under("case.read").rows(CasePage, cases).items():
            found.append(_Seen(case, f"{case}, {councils[row.council]}", f"/cases/{case}", case))
    if grants and reading.sees("grant.read"):
        for grant, given in reading.under("grant.read").rows(GrantRow, grants).items():
            found.append(_Seen(grant, f"{grant}, {given.purpose}", f"/grants/{grant}", grant))
    found += [
        _Seen(s, councils[s], f"/councils/{s}", f"COUNCIL-{s}") for s in wanted if s in councils
    ]
    return found


def watching(reading: Reader) -> Watching:
    """What the reader watches, with what changed in the last days or since they have read."""
    listed = watch_list(reading)
    seen = _seen(reading, listed.watched)
    changes = changes_in(reading, seen)
    return Watching(
        position=reading.moment.position,
        notices=listed.notices,
        watched=[
            WatchedNow(
                subject=each.subject,
                name=each.name,
                page=each.page,
                since=listed.watched[each.subject].on,
                changes=changes[each.subject],
            )
            for each in seen
        ],
    )


def changes_in(
    reading: Reader, seen: list[_Seen], after: int | None = None
) -> defaultdict[str, list[Change]]:
    """What happened in what is watched, the latest first, after a position or of the last days.

    Who may read the trail is told each event's own sentence; others what all its kind say, which
    is nothing that the page of the case, council or grant does not show. Concerns are for those
    who see them.
    """
    mark = read_mark(reading.installation.store.datastore, reading.user.user)
    read = mark.position if mark else 0
    first = datetime.combine(reading.moment.on - timedelta(days=DAYS), time.min, LONDON)
    if mark and mark.position <= reading.moment.position:
        first = min(first, mark.read_at)
    ranges = (
        {"position": (after + 1, None)} if after is not None else {"recorded_at": (first, None)}
    )
    subjects = {each.stream: each.subject for each in seen}
    hidden = () if reading.sees("warning.read") else _CONCERNS
    told, me = reading.sees("audit.read"), reading.user.user
    rows = whole(reading).all(JournalRow, {"stream": list(subjects)}, ranges, order="-position")
    names = _councils(reading) if told and rows else {}
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for row in rows:
        if row.event not in hidden:
            change = Change(
                position=row.position,
                subject=subjects[row.stream],
                on=row.effective_on,
                recorded_at=row.recorded_at,
                says=sentence(row, names) if told else happened(row.event),
                by=row.actor if told else None,
                mine=row.actor == me,
                new=row.position > read,
            )
            found[change.subject].append(change)
    return found


def changes_after(reading: Reader, position: int) -> list[WatchedNow]:
    """What others did after a position in what the reader watches, and has watched since."""
    listed = watch_list(reading)
    seen = _seen(reading, listed.watched)
    changes = changes_in(reading, seen, position)
    found = []
    for each in seen:
        since = listed.watched[each.subject]
        theirs = [c for c in changes[each.subject] if not c.mine and c.position > since.position]
        if theirs:
            found.append(
                WatchedNow(
                    subject=each.subject,
                    name=each.name,
                    page=each.page,
                    since=since.on,
                    changes=theirs,
                )
            )
    return found


@query(router, "/watch-list", needs="council.read")
def list_watched(reading: Reading) -> Watching:
    """What you watch, with what changed in it in the last seven days or since you have read."""
    return watching(reading)
