"""A witness cosigns what grew out of what it cosigned before, and nothing else."""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from domain.access import SYSTEM, InviteUser, User
from projections.merkle import EMPTY_ROOT, Frontier, Node, consistency_spans, leaf_hash, proof
from service.access import invite_user
from service.cli import main
from service.cli.context import reader_for
from service.desk import Desk
from service.identity import accounts_of
from service.proof import Checkpoint, Note, Signer, Verifier
from service.proof.notes import COSIGNATURE
from service.proof.pack import export
from service.proof.witness import Inconsistent, Step, Witness
from tests.conftest import Service, running
from tests.faults.test_follower import until

ORIGIN, NAME = "casework.example/log", "dfe.example/witness"


class Log:
    """A log as its own key tells it, at any size."""

    def __init__(self, signer: Signer, *leaves: bytes) -> None:
        self.signer, self.tree, self.roots = signer, Frontier(), [EMPTY_ROOT]
        self.kept: dict[Node, bytes] = {}
        for leaf in leaves:
            self.kept.update(self.tree.append(leaf_hash(leaf)))
            self.roots.append(self.tree.root)

    def note(self, size: int, *others: Signer) -> Note:
        text = Checkpoint(ORIGIN, size, self.roots[size], size, "2026-06-30T12:00:00Z").text()
        return Note(text, tuple(key.line(text) for key in (self.signer, *others)))

    def grown(self, last: Checkpoint, new: Checkpoint) -> list[Step]:
        spans = consistency_spans(last.size, new.size)
        path = proof(spans, lambda nodes: {node: self.kept[node] for node in nodes})
        return [Step(new.size, new.root, path)]


KEY = Signer.new(ORIGIN)
LEAVES = [str(n).encode() for n in range(20)]
LOG = Log(KEY, *LEAVES)
FORK = Log(KEY, *LEAVES[:5], b"another", *LEAVES[6:])


@pytest.fixture
def party(tmp_path: Path) -> Witness:
    """A witness that has cosigned the log's first eight events."""
    party = Witness(tmp_path / "witness", NAME)
    party.make_key()
    party.cosign(LOG.note(8), KEY.verifier, LOG.grown)
    return party


def kept(party: Witness) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in party.folder.iterdir()}


def test_the_first_checkpoint_is_cosigned_on_the_logs_key(tmp_path: Path) -> None:
    party = Witness(tmp_path / "witness", NAME)
    verifier = party.make_key()
    assert (verifier.name, verifier.kind) == (NAME, COSIGNATURE)
    note = LOG.note(8)
    cosigned = party.cosign(note, KEY.verifier, LOG.grown)
    assert cosigned.text == note.text
    assert cosigned.lines[0] == note.lines[0]
    assert cosigned.signers([KEY.verifier, verifier]) == [KEY.verifier, verifier]
    assert party.last() == cosigned
    assert party.trusted() == [KEY.verifier]
    assert stat.S_IMODE(party.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(party.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("size", range(8, 21))
def test_a_log_that_grew_is_cosigned(party: Witness, size: int) -> None:
    cosigned = party.cosign(LOG.note(size), None, LOG.grown)
    assert cosigned.signers([party.signer().verifier])
    assert party.last() == cosigned


def test_a_checkpoint_that_comes_again_carries_the_latest_cosignature(party: Witness) -> None:
    last = party.last()
    assert last
    again = party.cosign(last, None, LOG.grown)
    assert len(again.lines) == 2
    assert again.lines[0] == last.lines[0]


def test_growth_may_be_shown_in_steps(party: Witness) -> None:
    def steps(last: Checkpoint, new: Checkpoint) -> list[Step]:
        middle = Checkpoint.read(LOG.note(13).text)
        return [*LOG.grown(last, middle), *LOG.grown(middle, new)]

    party.cosign(LOG.note(20), None, steps)
    last = party.last()
    assert last
    assert Checkpoint.read(last.text).size == 20


REFUSALS: list[tuple[str, Note, str]] = [
    ("put back", LOG.note(7), "put back: this checkpoint covers 7 events, but 8 were cosigned"),
    ("other root", FORK.note(8), "its 8 events have the root"),
    ("fork", FORK.note(12), "not shown to have grown from the 8 events"),
    ("no event", Log(KEY).note(0), "covers no event"),
    ("other key", Log(Signer.new(ORIGIN), *LEAVES).note(9), "is not signed with"),
]


@pytest.mark.parametrize(
    ("note", "said"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_what_is_inconsistent_is_refused_and_changes_nothing(
    party: Witness, note: Note, said: str
) -> None:
    before = kept(party)
    with pytest.raises(Inconsistent, match=said):
        party.cosign(note, None, FORK.grown if "another" in said else LOG.grown)
    assert kept(party) == before


@pytest.mark.parametrize(
    "steps",
    [
        lambda last, new: [],
        lambda last, new: [Step(new.size, new.root, [])],
        lambda last, new: [Step(9, LOG.roots[9], [])],
        lambda last, new: [Step(12, FORK.roots[12], FORK.grown(last, new)[0].path)],
        lambda last, new: LOG.grown(Checkpoint.read(LOG.note(6).text), new),
        lambda last, new: [*LOG.grown(last, new), *LOG.grown(last, new)],
    ],
    ids=["none", "empty", "short", "a fork's", "of another size", "twice"],
)
def test_a_proof_that_does_not_hold_is_refused(
    party: Witness, steps: Callable[[Checkpoint, Checkpoint], list[Step]]
) -> None:
    before = kept(party)
    with pytest.raises(Inconsistent, match="rewritten, or its proof is wrong"):
        party.cosign(LOG.note(12), None, steps)
    assert kept(party) == before


def test_a_further_key_of_the_log_is_trusted_on_the_word_of_the_first(party: Witness) -> None:
    second = Signer.new(ORIGIN)
    with pytest.raises(Inconsistent, match="is not signed with"):
        party.cosign(LOG.note(9), second.verifier, LOG.grown)
    assert party.trusted() == [KEY.verifier]
    party.cosign(LOG.note(9, second), second.verifier, LOG.grown)
    assert party.trusted() == [KEY.verifier, second.verifier]
    retired = Log(second, *LEAVES)
    party.cosign(retired.note(10), None, LOG.grown)


# --- From a terminal ------------------------------------------------------------------------


def cosigning(state: Path, where: str | Path, *words: str) -> Result:
    asked = ["--state", str(state), "--name", NAME, "--checkpoint", str(where), *words]
    return CliRunner().invoke(main, ["audit", "witness", *asked])


def test_a_witness_works_from_files(tmp_path: Path) -> None:
    state, file = tmp_path / "witness", tmp_path / "checkpoint.txt"
    file.write_text(str(LOG.note(8)))
    none = cosigning(state, file)
    assert (none.exit_code, none.stdout) == (1, "")
    assert "add --make-key" in none.stderr
    unknown = cosigning(state, file, "--make-key")
    assert unknown.exit_code == 1
    assert "give it once with --log-key" in unknown.stderr
    first = cosigning(state, file, "--log-key", str(KEY.verifier))
    assert first.exit_code == 0, first.stderr
    witness = Witness(state, NAME).signer().verifier
    assert str(witness) in unknown.stderr
    assert Note.read(first.stdout).signers([witness]) == [witness]
    assert "has a key already" in cosigning(state, file, "--make-key").stderr

    new = LOG.note(12)
    file.write_text(str(new))
    last, now = Checkpoint.read(LOG.note(8).text), Checkpoint.read(new.text)
    grown: dict[str, Any] = {
        "old": 8,
        "size": 12,
        "path": [step.hex() for step in LOG.grown(last, now)[0].path],
    }
    shown = tmp_path / "proof.json"
    for told, said in (
        ({**grown, "old": 7}, "one from 8 to 12 is needed"),
        ({**grown, "path": ["00" * 32]}, "rewritten, or its proof is wrong"),
        ({**grown, "path": ["zz"]}, "can't be read"),
        ({}, "one from 8 to 12 is needed"),
    ):
        shown.write_text(json.dumps(told))
        bad = cosigning(state, file, "--proof", str(shown))
        assert (bad.exit_code, bad.stdout) == (1, "")
        assert said in bad.stderr
    shown.write_text(json.dumps(grown))
    good = cosigning(state, file, "--proof", str(shown))
    assert good.exit_code == 0, good.stderr
    file.write_text(str(LOG.note(8)))
    back = cosigning(state, file, "--proof", str(shown))
    assert (back.exit_code, back.stdout) == (1, "")
    assert "The log was put back" in back.stderr
    assert (
        "is that of"
        in CliRunner()
        .invoke(
            main,
            [
                "audit",
                "witness",
                "--checkpoint",
                str(file),
                "--state",
                str(state),
                "--name",
                "other",
            ],
        )
        .stderr
    )


@pytest.mark.parametrize("address", ["http://casework.example", "https://127.0.0.1:1"])
def test_an_address_that_is_not_safe_or_not_there_is_told(tmp_path: Path, address: str) -> None:
    found = cosigning(tmp_path / "witness", address, "--make-key", "--log-key", str(KEY.verifier))
    assert (found.exit_code, found.stdout) == (1, "")
    assert "by https only" in found.stderr or "does not answer" in found.stderr


# --- With a service -------------------------------------------------------------------------


@pytest.fixture
def recorded(database: str) -> Iterator[Service]:
    with running(database) as service:
        until(lambda: signed(service) > 0)
        yield service


def signed(service: Service) -> int:
    note = service.installation.keeping.last()
    return Checkpoint.read(note.text).size if note else 0


def invited(service: Service, user: str) -> int:
    """The size of the checkpoint over a further event."""
    installation, before = service.installation, signed(service)
    desk = Desk(installation, User(user="system", active=True), channel="test", system=SYSTEM)
    invite_user(command=InviteUser(user=user, name=user), desk=desk)
    until(lambda: installation.proof.head().size > before)
    installation.keeping.checkpoint(installation.proof.head())
    return signed(service)


def test_a_witness_asks_the_service_and_its_word_comes_back(
    recorded: Service, tmp_path: Path
) -> None:
    installation, state = recorded.installation, tmp_path / "witness"
    (key,) = installation.keeping.verifiers()
    token = accounts_of(installation).issue_token("auditor", "witness")
    words = ("--token", token)
    first = cosigning(state, recorded.address, *words, "--make-key", "--log-key", str(key))
    assert first.exit_code == 0, first.stderr
    size = invited(recorded, "later")
    again = cosigning(state, f"{recorded.address}/api/v1/audit/checkpoint", *words)
    assert again.exit_code == 0, again.stderr
    assert Checkpoint.read(Note.read(again.stdout).text).size == size
    nobody = cosigning(state, recorded.address)
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "answered 401" in nobody.stderr

    witness = Witness(state, NAME).signer().verifier
    installation.keeping.add_witness(Verifier.read(str(witness)))
    assert installation.keeping.take_cosigned(Note.read(again.stdout)) == [witness]
    told = httpx.get(
        f"{recorded.address}/api/v1/audit/checkpoint",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert told.status_code == 200

    # From a pack's folder, which leads there by the checkpoints in between.
    for user in ("one", "two"):
        size = invited(recorded, user)
    installation.follower.catch_up_unless_led()
    pack = tmp_path / "pack"
    export(reader_for(installation, None), pack)
    packed = cosigning(state, pack)
    assert packed.exit_code == 0, packed.stderr
    assert Checkpoint.read(Note.read(packed.stdout).text).size == size
    (state / "checkpoint.txt").write_text(first.stdout)
    (pack / "proofs.json").write_text('{"events": [], "growth": []}')
    gone = cosigning(state, pack)
    assert (gone.exit_code, gone.stdout) == (1, "")
    assert "no proof that leads on" in gone.stderr
