"""One search over everything that a reader may see, as at the moment."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from domain.kernel import Frozen, Refused
from projections.access import UserRow
from projections.councils import CouncilRow
from projections.people import PeerRow
from service import register
from service.challenges.looking import challenge_seen
from service.desk import Reader
from service.desk.searching import (
    Found,
    Part,
    Words,
    any_of,
    as_written,
    search,
    stems,
    vocabulary,
)
from service.finding.kinds import KINDS, Kind
from service.finding.near import near
from service.identity import accounts_of
from service.lists.listing import told
from service.practice import example_of
from service.regions import regional_leads
from service.returns.routes import find_return

MOST = 20
"""Hits of one kind: who needs more asks its list."""
_FEW = 5
"""How many councils a name may mean for what is theirs to be found by it."""


class Stretch(Frozen):
    """A stretch of a snippet, and whether it is one of the words that were looked for."""

    text: str
    hit: bool = False


class Hit(Frozen):
    """Something that was found."""

    kind: str
    reference: str
    """CASE-0001, 330."""
    title: str
    beside: str
    """What else tells it from others."""
    address: str
    """Its page."""
    rank: float
    """How well it fits, the best the highest; 0 for what its council's name found."""
    snippet: tuple[Stretch, ...] = ()
    """Where the words stand in it: plain text."""


class Group(Frozen):
    """The hits of one kind, the best first."""

    kind: str
    title: str
    hits: tuple[Hit, ...]
    more: bool = False
    """Whether there are more than are told."""


class Findings(Frozen):
    """What a search found, by kind."""

    q: str
    goes_to: str | None = None
    """The page of what was asked for by its reference."""
    groups: tuple[Group, ...] = ()
    near: tuple[str, ...] = ()
    """The words on record that were taken for those written, where none had these."""
    position: int

    @property
    def total(self) -> int:
        """How many hits are told."""
        return sum(len(group.hits) for group in self.groups)


def find(reading: Reader, q: str) -> Findings:
    """What a reader may see that has these words; else, what has words near to them."""
    asked = " ".join(q.split())
    position = reading.moment.position
    if not asked:
        return Findings(q="", position=position)
    place = place_of(reading, asked)
    groups = _groups(reading, as_written(asked), _plain_words(asked))
    if groups or place:
        return Findings(q=asked, goes_to=place, groups=groups, position=position)
    words = _widened(reading, asked)
    if words is None:
        return Findings(q=asked, position=position)
    groups = _groups(reading, any_of(words), _plain_words(asked), nearly=True)
    used = tuple(sorted({each for alternatives in words for each in alternatives}))
    return Findings(q=asked, groups=groups, near=used if groups else (), position=position)


# --- By reference ---------------------------------------------------------------------------

_REFERENCE = re.compile(
    r"(CASE|GRANT|CHAL|PROG|CONTRACT|MENT|RET|REP|PRACTICE|PEER)[\s-]*0*(\d{1,9})", re.IGNORECASE
)


def place_of(reading: Reader, q: str) -> str | None:
    """The page of what is asked for by its reference, if it is in the reader's sight."""
    if re.fullmatch(r"\d{3}", q):
        return _there(reading, "council.read", f"/councils/{q}", _row(CouncilRow, f"COUNCIL-{q}"))
    if not (found := _REFERENCE.fullmatch(q)):
        return None
    kind = found[1].upper()
    reference = f"{kind}-{int(found[2]):04d}"
    needs, address, look = _PLACES[kind]
    return _there(reading, needs, address.format(reference), lambda at: look(at, reference))


def _row(view: type[Any], key: str) -> Callable[[Reader], Any]:
    return lambda reading: reading.item(view, key)


def _there(reading: Reader, needs: str, address: str, look: Callable[[Reader], Any]) -> str | None:
    if not reading.sees(needs):
        return None
    try:
        look(reading.under(needs))
    except Refused as refusal:
        if refusal.code != "not-found":
            raise
        return None
    return address


def _item(view: type[Any]) -> Callable[[Reader, str], Any]:
    return lambda reading, reference: reading.item(view, reference)


_VIEWS = {kind.name: kind.view for kind in KINDS}
_PLACES: dict[str, tuple[str, str, Callable[[Reader, str], Any]]] = {
    "CASE": ("case.read", "/cases/{}", _item(_VIEWS["cases"])),
    "GRANT": ("grant.read", "/grants/{}", _item(_VIEWS["grants"])),
    "CHAL": ("challenge.read", "/challenges/{}", challenge_seen),
    "PROG": ("programme.read", "/programmes/{}", _item(_VIEWS["programmes"])),
    "CONTRACT": ("contract.read", "/contracts/{}", _item(_VIEWS["contracts"])),
    "MENT": ("mentoring.read", "/mentoring/{}", _item(_VIEWS["mentoring"])),
    "RET": ("return.read", "/returns/{}", find_return),
    "REP": ("report.read", "/reports/{}", _item(_VIEWS["reports"])),
    "PRACTICE": ("practice.read", "/practice/{}", example_of),
    "PEER": ("peer.read", "/peers?peer={}", _item(PeerRow)),
}


# --- By words -------------------------------------------------------------------------------


def _plain_words(q: str) -> list[str]:
    """The words of a search without those that are left out by a minus."""
    return re.findall(r"\w+", re.sub(r"(^|\s)-\S+", " ", q.lower()))


class _Names(NamedTuple):
    """The councils that a search may name, and how all are called."""

    every: dict[str, str]
    meant: list[str]


def _groups(
    reading: Reader, words: Words, plain: Sequence[str], *, nearly: bool = False
) -> tuple[Group, ...]:
    everywhere = reading.under("council.read")
    every = {row.council: row.name for row in everywhere.all(CouncilRow)}
    named = search(everywhere, CouncilRow, words, most=_FEW + 1)
    meant = [found.row.council for found in named] if len(named) <= _FEW else []
    names = _Names(every, meant)
    found = [_group(reading, kind, words, names, plain, nearly) for kind in KINDS]
    found.append(_people(reading, plain, nearly))
    return tuple(group for group in found if group)


def _group(
    reading: Reader,
    kind: Kind,
    words: Words,
    names: _Names,
    plain: Sequence[str],
    nearly: bool,
) -> Group | None:
    if not reading.sees(kind.needs):
        return None
    looking, where = kind.seen(reading.under(kind.needs))
    councils = names.meant if kind.of_councils else ()
    rows = search(looking, kind.view, words, where, councils=councils, most=MOST + 1)
    hits = [_hit(kind, found, names.every) for found in rows]
    if kind.view is PeerRow:
        hits = _with_names(reading.under(kind.needs), kind, hits, names.every, plain, nearly)
    if not hits:
        return None
    return Group(kind=kind.name, title=kind.title, hits=tuple(hits[:MOST]), more=len(hits) > MOST)


def _hit(kind: Kind, found: Found[Any], councils: dict[str, str]) -> Hit:
    marked = any(part.hit for part in found.snippet)
    return Hit(
        kind=kind.name,
        reference=kind.reference(found.row),
        title=kind.called(found.row, councils),
        beside=kind.beside(found.row, councils),
        address=kind.href(found.row),
        rank=found.rank,
        snippet=_stretches(found.snippet) if marked else (),
    )


def _stretches(parts: Sequence[Part]) -> tuple[Stretch, ...]:
    return tuple(Stretch(text=part.text, hit=part.hit) for part in parts)


def _with_names(
    reading: Reader,
    kind: Kind,
    hits: list[Hit],
    councils: dict[str, str],
    plain: Sequence[str],
    nearly: bool,
) -> list[Hit]:
    """Peers by their names too, before those found by their themes; all of them named.

    Names lie beside the log, each under a key of its own: they are opened for whoever may see
    them, and in no index. An erased name finds nobody.
    """
    rows = {row.peer: row for row in reading.all(PeerRow) if not row.erased}
    known = register.read_all(reading.installation.store.datastore, rows)
    called = {peer: data["name"] for peer, data in known.items()}
    named = [
        _hit(kind, Found(row, 1.0, []), councils)
        for peer, row in rows.items()
        if plain and called[peer] != peer and _fits(called[peer], plain, nearly)
    ]
    there = {hit.reference for hit in named}
    found = [*named, *(hit for hit in hits if hit.reference not in there)]
    return [
        hit.but(title=f"{called[hit.reference]} ({hit.reference})")
        if hit.reference in called
        else hit
        for hit in found
    ]


def _people(reading: Reader, plain: Sequence[str], nearly: bool) -> Group | None:
    """People besides peers, by name: who leads for a region, and who may sign in."""
    found = []
    if reading.sees("region.read"):
        found += [
            _person(
                lead.person,
                lead.name,
                f"{told(lead.office)}, lead of {lead.region.label}",
                f"/regions/{lead.region.value}",
            )
            for lead in regional_leads(reading.under("region.read"))
        ]
    if reading.sees("user.read"):
        names = accounts_of(reading.installation).names()
        found += [
            _person(
                row.user,
                names.get(row.user, row.user),
                f"{row.user}, {', '.join(sorted({told(h.role) for h in row.holdings}))}",
                f"/users?user={row.user}",
            )
            for row in reading.under("user.read").all(UserRow, order="user")
        ]
    hits = [
        hit
        for hit in found
        if plain
        and hit.title != register.ERASED
        and _fits(f"{hit.title} {hit.reference}", plain, nearly)
    ]
    if not hits:
        return None
    return Group(kind="people", title="People", hits=tuple(hits[:MOST]), more=len(hits) > MOST)


def _person(reference: str, name: str, beside: str, address: str) -> Hit:
    return Hit(
        kind="people", reference=reference, title=name, beside=beside, address=address, rank=1.0
    )


def _fits(name: str, plain: Sequence[str], nearly: bool) -> bool:
    own = re.findall(r"\w+", name.lower())
    return all(word in own or (nearly and near(word, own)) for word in plain)


def _widened(reading: Reader, q: str) -> list[set[str]] | None:
    """For each word, the words on record near to it; None where one has none at all."""
    known: set[str] = set()
    for kind in KINDS:
        if reading.sees(kind.needs):
            looking, where = kind.seen(reading.under(kind.needs))
            known |= vocabulary(looking, kind.view, where)
    words = _plain_words(q)
    found = []
    for word, lexemes in stems(reading, words).items():
        if lexemes:
            near_to = {each for stem in lexemes for each in near(stem, known)}
            near_to |= near(word, known)
            found.append(near_to or {word})
    return found or None
