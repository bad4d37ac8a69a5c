"""What a database superuser may try against history: each attempt is found, and where it begins."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from domain.access import SYSTEM, InviteUser, User
from projections.merkle import consistent, includes, leaf_hash
from projections.proof import TreeHead
from service.access import invite_user
from service.demo.play import Player
from service.desk import Desk
from service.installation import Installation
from service.proof import BadNote, Checkpoint, Keeping, Note, Signer, Verifier
from service.proof.verify import Finding, Verification, verify
from tests.conftest import fresh_database, own_settings, running
from tests.faults.test_follower import until


class Recorded(NamedTuple):
    """A log that was recorded honestly, and what its outsiders hold."""

    database: str
    """By name, to be copied from."""
    backup: str
    """The same, as a backup of an earlier day has it."""
    folder: Path
    note: Note
    verifiers: tuple[Verifier, ...]
    head: int
    backup_head: int


def name_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Installation]:
    """An installation whose data folder is a copy of this one, if it is there."""
    settings = own_settings()
    if folder.exists():
        shutil.copytree(folder, settings.data_dir)
    installation = Installation(settings, url)
    yield installation
    installation.close()


def invited(installation: Installation, *users: str) -> None:
    system = User(user="system", active=True)
    for user in users:
        desk = Desk(installation, system, channel="test", system=SYSTEM)
        invite_user(command=InviteUser(user=user, name=user.title()), desk=desk)
    installation.follower.catch_up()


@pytest.fixture(scope="module")
def recorded(postgres: str) -> Iterator[Recorded]:
    settings = own_settings()
    with fresh_database(postgres) as url:
        installation = Installation(settings, url)
        Player(installation, 5).play(steps=40)
        backup_head = installation.store.head()
        installation.close()
        with fresh_database(postgres, template=name_of(url)) as backup:
            installation = Installation(settings, url)
            invited(installation, *(f"later-{n}" for n in range(20)))
            head, keeping = installation.store.head(), installation.keeping
            note, verifiers = keeping.last(), tuple(keeping.verifiers())
            installation.close()
            assert note is not None
            yield Recorded(
                name_of(url),
                name_of(backup),
                settings.data_dir,
                note,
                verifiers,
                head,
                backup_head,
            )


@pytest.fixture
def forged(postgres: str, recorded: Recorded) -> Iterator[str]:
    """A copy of the database to work on."""
    with fresh_database(postgres, template=recorded.database) as url:
        yield url


def checked(url: str, recorded: Recorded, folder: Path | None = None) -> Verification:
    """The verification of a database with the data folder, and what the outsider holds."""
    with opened(url, folder or recorded.folder) as installation:
        return verify(
            installation, [*installation.keeping.notes(), recorded.note], recorded.verifiers
        )


def first(found: Verification) -> Finding:
    assert not found.ok
    return min(found.findings, key=lambda finding: finding.position or 0)


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for sql in statements:
            connection.execute(sql)


def test_an_honest_log_verifies(recorded: Recorded, forged: str) -> None:
    found = checked(forged, recorded)
    assert found.findings == ()
    assert found.ok
    assert found.size == Checkpoint.read(recorded.note.text).size == found.checkpoint
    assert found.checkpoints >= 2
    assert found.views >= 15


_ALTERED = "UPDATE casework_events SET state = set_byte(state, 90, 66) WHERE notification_id = 300"
_SHIFTED = (
    (
        "UPDATE casework_events SET notification_id = notification_id + 1000000"
        " WHERE notification_id > 300"
    ),
    (
        "UPDATE casework_events SET notification_id = notification_id - 999999"
        " WHERE notification_id > 1000000"
    ),
)


@pytest.mark.parametrize(
    ("statements", "what", "position"),
    [
        ((_ALTERED,), "event-altered", 300),
        (("DELETE FROM casework_events WHERE notification_id = 300",), "event-removed", 300),
        (
            (
                *_SHIFTED,
                (
                    "INSERT INTO casework_events SELECT originator_id || '-X', 1, topic, state, 301"
                    " FROM casework_events WHERE notification_id = 300"
                ),
            ),
            "event-altered",
            301,
        ),
        (
            (
                (
                    "UPDATE casework_events e SET state = o.state FROM casework_events o"
                    " WHERE (e.notification_id, o.notification_id) IN ((310, 320), (320, 310))"
                ),
            ),
            "event-altered",
            310,
        ),
        (
            ("UPDATE casework_events SET topic = 'UserReactivated' WHERE topic = 'UserInvited'",),
            "event-altered",
            1,
        ),
        (("TRUNCATE proof.leaves",), "event-unproven", 1),
    ],
    ids=["a byte", "deleted", "inserted", "swapped", "renamed", "the proof emptied"],
)
def test_a_changed_event_is_named_by_its_position(
    recorded: Recorded, forged: str, statements: tuple[str, ...], what: str, position: int
) -> None:
    run(forged, *statements)
    found = first(checked(forged, recorded))
    assert (found.what, found.position) == (what, position)
    assert str(position) in found.said


def test_an_older_backup_is_told_by_the_checkpoints(postgres: str, recorded: Recorded) -> None:
    with fresh_database(postgres, template=recorded.backup) as url:
        found = first(checked(url, recorded))
    assert (found.what, found.position) == ("log-shorter", recorded.backup_head + 1)


def test_a_tail_cut_off_with_its_proof_is_told_by_the_checkpoints(
    recorded: Recorded, forged: str
) -> None:
    run(forged, f"DELETE FROM casework_events WHERE notification_id > {recorded.head - 5}")
    regrow(forged)
    found = first(checked(forged, recorded))
    assert (found.what, found.position) == ("log-shorter", recorded.head - 4)


def regrow(url: str) -> None:
    """Make the proof anew over what the log now holds, as a thorough forger would."""
    run(
        url,
        "TRUNCATE proof.leaves, proof.nodes",
        "UPDATE proof.tree SET size = 0, position = 0, frontier = '{}'",
    )
    installation = Installation(own_settings(), url)
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        while installation.proof.grow(connection, installation.store.stored, 1000):
            pass
    installation.close()


def test_a_whole_database_forged_with_its_proof_differs_from_the_checkpoints(
    recorded: Recorded, forged: str
) -> None:
    run(forged, _ALTERED)
    regrow(forged)
    found = first(checked(forged, recorded))
    assert found.what == "checkpoint-differs"
    assert found.position is not None
    assert found.position <= 300


def test_forged_checkpoints_under_another_key_are_not_believed(
    recorded: Recorded, forged: str, tmp_path: Path
) -> None:
    """The forger has the whole machine: database, proof, checkpoints and keys."""
    run(forged, _ALTERED)
    regrow(forged)
    origin = recorded.verifiers[0].name
    with opened(forged, tmp_path / "empty") as installation:
        installation.keeping.add_key(origin)
        installation.keeping.checkpoint(installation.proof.head())
        folder = installation.settings.data_dir
        own = verify(
            installation,
            installation.keeping.notes(),
            installation.keeping.verifiers(),
            views=False,
        )
    assert own.ok, "alone, a forgery is at one with itself"
    told = {finding.what for finding in checked(forged, recorded, folder).findings}
    assert {"checkpoint-unsigned", "checkpoint-differs"} <= told


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE {t} SET role = 'auditor' WHERE position = 200", "view-altered"),
        ("DELETE FROM {t} WHERE position = 200", "view-altered"),
        (
            (
                "UPDATE casework_tracking SET notification_id = notification_id - 7"
                " WHERE application_name LIKE 'journal_row%'"
            ),
            "view-altered",
        ),
        (
            (
                "UPDATE casework_tracking SET notification_id = notification_id + 7"
                " WHERE application_name LIKE 'journal_row%'"
            ),
            "tracking-altered",
        ),
    ],
)
def test_a_changed_view_or_tracking_position_is_found(
    recorded: Recorded, forged: str, sql: str, what: str
) -> None:
    with psycopg.connect(forged) as connection:
        (table,) = connection.execute(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'journal_row_%'"
        ).fetchone() or ("",)
        connection.execute(sql.format(t=f"views.{table}").encode())
    found = first(checked(forged, recorded))
    assert found.what == what
    if "200" in sql:
        assert found.position == 200


# --- Proofs for others ----------------------------------------------------------------------


def test_inclusion_and_growth_are_proven_to_whoever_holds_a_checkpoint(
    recorded: Recorded, forged: str
) -> None:
    with opened(forged, recorded.folder) as installation:
        held = Checkpoint.read(recorded.note.text)
        (event,) = installation.store.stored(299, 1)
        place = installation.proof.place_of(300)
        assert place is not None
        path = installation.proof.inclusion(place, held.size)
        assert includes(leaf_hash(event.leaf()), place, held.size, path, held.root)
        assert installation.proof.place_of(10**9) is None


def test_a_further_key_signs_beside_the_first_until_that_one_retires() -> None:
    """Whoever trusts the first key learns the second from a checkpoint that both signed."""
    keeping = Keeping(own_settings(base_url="https://casework.example"))
    head = TreeHead(size=1, position=1, root=b"r" * 32)
    assert keeping.checkpoint(head.but(size=0)) is None
    one = keeping.checkpoint(head)
    assert keeping.checkpoint(head) == one
    with pytest.raises(ValueError, match="last key"):
        keeping.retire_oldest()
    keeping.add_key("casework.example/log")
    both = keeping.checkpoint(head.but(size=2))
    first_key = keeping.retire_oldest()
    three = keeping.checkpoint(head.but(size=3))
    assert one
    assert both
    assert three
    old, new = keeping.verifiers()
    assert first_key == old
    assert [note.signers([old, new]) for note in (one, both, three)] == [[old], [old, new], [new]]
    assert list(keeping.notes()) == [one, both, three]
    assert not list(keeping.keys.glob("0001.key"))


def test_a_line_that_was_not_finished_is_taken_off_and_one_that_was_changed_is_named() -> None:
    keeping = Keeping(own_settings(base_url="https://casework.example"))
    head = TreeHead(size=1, position=1, root=b"r" * 32)
    one = keeping.checkpoint(head)
    with keeping.file.open("a") as file:
        file.write('{"note": "casework.exa')
    assert keeping.last() == one
    assert list(keeping.notes()) == [one]
    two = keeping.checkpoint(head.but(size=2))
    assert list(keeping.notes()) == [one, two]
    with keeping.file.open("ab") as file:
        file.write(b"\xff\n")
    for read in (keeping.last, lambda: list(keeping.notes())):
        with pytest.raises(BadNote, match=r"checkpoints.jsonl is no checkpoint"):
            read()


def test_a_log_that_nothing_outside_vouches_for_is_told(recorded: Recorded, forged: str) -> None:
    with opened(forged, recorded.folder) as installation:
        alone = verify(installation, [], recorded.verifiers, views=False)
    assert [finding.what for finding in alone.findings] == ["checkpoint-none"]


def test_a_verification_says_what_it_did_not_compare() -> None:
    found = Verification(ok=True, size=9, root="00", checkpoint=7, checkpoints=2)
    assert found.told[1] == (
        "2 signed checkpoints agree, the newest over 7 events, and the database's own proof over"
        " the 2 after it; the views were not compared."
    )


def test_settings_name_the_log() -> None:
    keeping = Keeping(own_settings(base_url="https://casework.example"))
    (signer,) = keeping.signers()
    assert signer.verifier.name == "casework.example/log"
    assert Signer.read(str(signer)).verifier == keeping.verifiers()[0]


def test_proofs_are_given_over_http_to_whoever_reads_everything(
    recorded: Recorded, forged: str
) -> None:
    with running(forged, enrol=False) as service:
        auditor = service.client("auditor")
        held = Checkpoint.read(recorded.note.text)
        told = auditor.get(f"/api/v1/audit/proofs/inclusion/300?size={held.size}").json()
        path = [bytes.fromhex(step) for step in told["path"]]
        leaf = bytes.fromhex(told["leaf"])
        assert b"casework/leaf/1\n" in leaf
        assert includes(leaf_hash(leaf), told["place"], held.size, path, held.root)
        grown = auditor.get("/api/v1/audit/proofs/consistency?old=100").json()
        steps = [bytes.fromhex(step) for step in grown["path"]]
        old, new = bytes.fromhex(grown["old_root"]), bytes.fromhex(grown["root"])
        assert consistent(100, old, grown["size"], new, steps)
        for address, status in (
            ("inclusion/999999", 404),
            ("inclusion/300?size=10", 404),
            ("consistency?old=999999", 422),
            ("inclusion/300?size=999999", 422),
        ):
            assert auditor.get(f"/api/v1/audit/proofs/{address}").status_code == status
        lead = service.client("regional-lead")
        assert lead.get("/api/v1/audit/proofs/inclusion/300").status_code == 403
        until(lambda: auditor.get("/api/v1/audit/checkpoint").status_code == 200)
        note = Note.read(auditor.get("/api/v1/audit/checkpoint").text)
        assert Checkpoint.read(note.text).size == service.installation.proof.head().size
