"""Verification of the live log: every stored byte against the tree, and the tree against outside.

Three things are compared, and the first disagreement is named by its position: the events as
they are stored now, the leaves that were hashed when they were recorded, and the checkpoints
that were signed and written outside the database. Whoever holds a checkpoint of their own adds
it: even a whole database forged with its proof can't agree with that.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from domain.kernel import Frozen
from projections.engine import Book, View
from projections.merkle import Frontier, leaf_hash
from projections.proof import StoredBytes
from service.installation import Installation
from service.proof.notes import BadNote, Checkpoint, Note, Verifier

_BATCH = 5_000
_WAIT_SECONDS = 10.0
LAST = 2**62
"""After every position."""
Progress = Callable[[int], None]


class Finding(Frozen):
    """Something that does not agree."""

    what: str
    """A stable word: event-altered, event-removed, event-added, log-shorter, …"""
    position: int | None
    """The first position that is touched, where one can be named."""
    said: str
    """In a sentence."""


class Verification(Frozen):
    """What a verification found."""

    ok: bool
    size: int
    """Events verified."""
    root: str
    """Of the tree over them, as hexadecimal digits."""
    checkpoint: int
    """The size that the newest checkpoint covers."""
    checkpoints: int
    """How many checkpoints agree."""
    cosigned_by: tuple[str, ...] = ()
    views: int = 0
    """How many views were folded anew and agree."""
    findings: tuple[Finding, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """What was found, in sentences: all that agrees, or first what does not."""
        if not self.ok:
            return (min(self.findings, key=lambda finding: finding.position or 0).said,)
        after = self.size - self.checkpoint
        beyond = f", and the database's own proof over the {after:,} after it" if after > 0 else ""
        compared = (
            f"{self.views} views are what the log makes of them"
            if self.views
            else "the views were not compared"
        )
        agree = (
            f"{self.checkpoints:,} signed checkpoints agree, the newest over"
            f" {self.checkpoint:,} events{beyond}; {compared}."
        )
        return (
            f"The log is whole and unaltered: {self.size:,} events, root {self.root}.",
            agree,
            *(
                f"{witness}, a witness, has cosigned checkpoints that agree."
                for witness in self.cosigned_by
            ),
        )


def verify_kept(
    installation: Installation,
    held: Iterable[Note] = (),
    trusted: Sequence[Verifier] = (),
    *,
    views: bool = True,
    progress: Progress | None = None,
) -> Verification:
    """Verify the log against all that is kept of it outside the database, and what others hold.

    What is recorded meanwhile is left to the next verification. Raises BadNote.
    """
    keeping = installation.keeping
    notes = [*keeping.notes(), *keeping.cosigned(), *held]
    verifiers = trusted or [*keeping.verifiers(), *keeping.witnesses()]
    until = _proven(installation)
    return verify(installation, notes, verifiers, views=views, progress=progress, until=until)


def _proven(installation: Installation) -> int:
    """The end of the log, once the proof has come to it; of what was cut off, the proof's own."""
    head, deadline = installation.store.head(), time.monotonic() + _WAIT_SECONDS
    while (proven := installation.proof.head().position) < head and time.monotonic() < deadline:
        time.sleep(0.05)
    return max(head, proven)


def verify(
    installation: Installation,
    notes: Iterable[Note],
    verifiers: Sequence[Verifier],
    *,
    views: bool = True,
    progress: Progress | None = None,
    until: int = LAST,
) -> Verification:
    """Verify an installation's log against checkpoints that keys known to the caller have signed.

    Of the log up to a position. Views are folded anew only where the log itself agrees.
    """
    findings: list[Finding] = []
    checkpoints, cosigners, unsigned = _signed(notes, verifiers)
    stated = iter(sorted(checkpoints, key=lambda c: c.size))
    tree, last, agreed = Frontier(), 0, 0
    waiting = next(stated, None)
    versions: dict[str, int] = {}
    kept = _kept_leaves(installation, until)
    good_until = 0
    for event in _stored(installation, until, progress):
        hashed = leaf_hash(event.leaf())
        if not findings:
            findings += _against_leaf(event, hashed, next(kept, None))
        findings += _in_order(event, versions, bool(findings))
        tree.append(hashed)
        last = event.position
        while waiting and waiting.size == tree.size:
            if waiting.root == tree.root:
                agreed, good_until = agreed + 1, last
            elif not findings:
                findings.append(_differs(waiting, good_until, last))
            waiting = next(stated, None)
    findings += _missing(kept, tree, last, waiting, findings)
    if tree.size and not checkpoints and not unsigned:
        findings.append(_NO_CHECKPOINT)
    counted = _views_agree(installation, findings) if views and not findings else 0
    findings += unsigned
    return Verification(
        ok=not findings,
        size=tree.size,
        root=tree.root.hex(),
        checkpoint=max((c.size for c in checkpoints), default=0),
        checkpoints=agreed,
        cosigned_by=tuple(sorted(cosigners)),
        views=counted,
        findings=tuple(findings),
    )


_NO_CHECKPOINT = Finding(
    what="checkpoint-none",
    position=None,
    said="No checkpoint is kept outside the database, so that nothing vouches for the log: verify"
    " it with one that somebody holds.",
)


def _signed(
    notes: Iterable[Note], verifiers: Sequence[Verifier]
) -> tuple[list[Checkpoint], set[str], list[Finding]]:
    """The checkpoints that a known key of the log has signed, who cosigned, and what is neither."""
    findings: list[Finding] = []
    found: dict[tuple[int, bytes], Checkpoint] = {}
    witnesses: set[str] = set()
    for note in notes:
        try:
            checkpoint = Checkpoint.read(note.text)
            signers = note.signers(verifiers)
        except BadNote as bad:
            findings.append(Finding(what="checkpoint-unreadable", position=None, said=str(bad)))
            continue
        if not any(signer.name == checkpoint.origin for signer in signers):
            findings.append(
                Finding(
                    what="checkpoint-unsigned",
                    position=checkpoint.position,
                    said=f"The checkpoint of {checkpoint.size} events is not signed by a key of"
                    f" {checkpoint.origin} that you trust.",
                )
            )
            continue
        witnesses |= {signer.name for signer in signers if signer.name != checkpoint.origin}
        found[checkpoint.size, checkpoint.root] = checkpoint
    return list(found.values()), witnesses, findings


def _stored(
    installation: Installation, until: int, progress: Progress | None
) -> Iterator[StoredBytes]:
    after = 0
    while events := installation.store.stored(after, _BATCH):
        yield from (event for event in events if event.position <= until)
        after = events[-1].position
        if progress:
            progress(len(events))
        if after >= until:
            return


def _kept_leaves(installation: Installation, until: int) -> Iterator[tuple[int, bytes]]:
    """The leaves as they were hashed when they were recorded: position and hash, in order."""
    place = 0
    while True:
        with installation.store.datastore.get_connection() as connection:
            rows = connection.execute(
                "SELECT l.place, l.position, n.hash FROM proof.leaves l"
                " LEFT JOIN proof.nodes n ON n.level = 0 AND n.place = l.place"
                " WHERE l.place >= %s AND l.position <= %s ORDER BY l.place LIMIT %s",
                (place, until, _BATCH),
            ).fetchall()
        if not rows:
            return
        for row in rows:
            yield row["position"], bytes(row["hash"] or b"")
        place = rows[-1]["place"] + 1


def _against_leaf(
    event: StoredBytes, hashed: bytes, kept: tuple[int, bytes] | None
) -> list[Finding]:
    if kept is None:
        return [
            Finding(
                what="event-unproven",
                position=event.position,
                said=f"The event at position {event.position} is not in the proof yet, or was"
                " added to the log past the service.",
            )
        ]
    position, leaf = kept
    if position > event.position:
        return [
            Finding(
                what="event-added",
                position=event.position,
                said=f"The event at position {event.position} was put in afterwards: the proof"
                " knows no such event.",
            )
        ]
    if position < event.position:
        return [
            Finding(
                what="event-removed",
                position=position,
                said=f"The event at position {position} is gone.",
            )
        ]
    if leaf != hashed:
        return [
            Finding(
                what="event-altered",
                position=position,
                said=f"The event at position {position} is not what was recorded:"
                f" {event.topic} of {event.stream}, version {event.version}.",
            )
        ]
    return []


def _in_order(event: StoredBytes, versions: dict[str, int], known: bool) -> list[Finding]:
    """Versions of a stream run from 1 without gaps."""
    expected = versions.get(event.stream, 0) + 1
    versions[event.stream] = event.version
    if event.version == expected or known:
        return []
    return [
        Finding(
            what="stream-broken",
            position=event.position,
            said=f"{event.stream} goes from version {expected - 1} to {event.version} at position"
            f" {event.position}.",
        )
    ]


def _differs(checkpoint: Checkpoint, good_until: int, last: int) -> Finding:
    return Finding(
        what="checkpoint-differs",
        position=good_until + 1,
        said=f"The log's first {checkpoint.size} events are not those that were signed for on"
        f" {checkpoint.signed_at or 'an unknown day'}: the first that differs lies between"
        f" positions {good_until + 1} and {last}.",
    )


def _missing(
    kept: Iterator[tuple[int, bytes]],
    tree: Frontier,
    last: int,
    waiting: Checkpoint | None,
    findings: Sequence[Finding],
) -> list[Finding]:
    """What the proof or a checkpoint covers and the log no longer has."""
    if findings:
        return []
    if rest := next(kept, None):
        return [
            Finding(
                what="event-removed",
                position=rest[0],
                said=f"The event at position {rest[0]} is gone.",
            )
        ]
    if waiting:
        return [
            Finding(
                what="log-shorter",
                position=last + 1,
                said=f"The log ends at position {last} with {tree.size} events, but"
                f" {waiting.size} were signed for, up to position {waiting.position}: what was"
                f" recorded after position {last} is gone.",
            )
        ]
    return []


# --- Views ----------------------------------------------------------------------------------


def _views_agree(installation: Installation, findings: list[Finding]) -> int:
    """Fold every view anew and compare its versions, row by row; returns how many agree."""
    agreed = 0
    for view in View.all:
        found = _view_differs(installation, view)
        if found is None:
            agreed += 1
        else:
            findings.append(found)
    return agreed


def _view_differs(installation: Installation, view: type[View]) -> Finding | None:
    model = installation.model
    name = model.name_of(view)
    until, head = model.positions().get(name, 0), installation.store.head()
    if until > head:
        return Finding(
            what="tracking-altered",
            position=head,
            said=f"{view.__name__} claims to have come to position {until}, but the log ends at"
            f" {head}.",
        )
    expected = _folded(installation, view, until)
    later: list[tuple[int, tuple[str, int]]] = []
    for row in _rows(installation, view, name):
        key = (row.pop("key"), row.pop("from_position"))
        to_position = row.pop("to_position")
        if key[1] > until:
            later.append((key[1], key))
            continue
        if to_position is not None and to_position > until:
            later.append((to_position, key))
            to_position = None
        if expected.pop(key, None) != (to_position, view.model_validate(row)):
            return _row_finding(view, key)
    if expected:
        return _row_finding(view, min(expected, key=lambda key: key[1]))
    # What came while this was read has been folded by now; what claims to be later has not.
    if later and max(later)[0] > model.positions().get(name, 0):
        return _row_finding(view, max(later)[1])
    return None


def _row_finding(view: type[View], key: tuple[str, int]) -> Finding:
    return Finding(
        what="view-altered",
        position=key[1],
        said=f"The row {key[0]} of {view.__name__} from position {key[1]} on is not what the log"
        " makes of it: rebuild the view, and ask who changed it.",
    )


def _folded(
    installation: Installation, view: type[View], until: int
) -> dict[tuple[str, int], tuple[int | None, Any]]:
    """Every version of a view's rows up to a position, folded anew in memory."""
    book, opened = Book(view, 0), dict[str, int]()
    versions: dict[tuple[str, int], tuple[int | None, Any]] = {}
    while book.position < until:
        records = installation.store.records(book.position, _BATCH)
        for record in records:
            if record.position <= until:
                book.fold(record)
        for key, position in book.closed:
            since = opened.pop(key)
            versions[key, since] = (position, versions[key, since][1])
        for made in book.versions():
            versions[made.key, made.from_position] = (made.to_position, made.row)
            if made.to_position is None:
                opened[made.key] = made.from_position
        book.clear_batch()
        if not records or records[-1].position >= until:
            break
    return versions


def _rows(installation: Installation, view: type[View], name: str) -> Iterator[dict[str, Any]]:
    """Every version of a view's rows as they are kept, read a part at a time."""
    columns = SQL(", ").join(map(Identifier, view.columns))
    sql = SQL("SELECT key, from_position, to_position, {} FROM {}").format(
        columns, Identifier("views", name)
    )
    with (
        psycopg.connect(installation.url, row_factory=dict_row) as connection,
        connection.cursor("verification") as cursor,
    ):
        cursor.itersize = _BATCH
        yield from cursor.execute(sql)
