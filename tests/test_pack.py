"""Evidence packs: the honest one verifies with nothing of ours, and each change to one is named."""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cryptography
import psycopg
import pytest
from click.testing import CliRunner, Result
from fastapi import UploadFile
from playwright.sync_api import Browser
from starlette.datastructures import Headers

from domain.access import User
from domain.interventions import AddNote, Confidentiality
from domain.kernel import Refused
from projections.interventions import CasePage
from projections.merkle import (
    Frontier,
    Node,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    proof,
)
from projections.proof import StoredBytes
from service.access_log import accesses
from service.cli import main
from service.cli.context import reader_for
from service.demo.play import Player
from service.desk import Desk
from service.identity import accounts_of
from service.installation import Installation
from service.interventions import add_case_note, attach_document
from service.proof import Keeping, Note, Signer
from service.proof import pack as pack_module
from service.proof.notes import COSIGNATURE
from service.proof.pack import Packed, export
from service.proof.pack_verify import Pack, Tree, root_over, roots_over
from tests.conftest import fresh_database, own_settings
from tests.journeys.browsing import violations
from tests.journeys.conftest import browser
from tests.test_merkle import LEAVES, PATHS, ROOTS, STEPS

SECRET = "What the director said in confidence"
LETTER = b"The improvement board's letter of 9 June"


class Packs(NamedTuple):
    """Packs of one log, and who made them."""

    url: str
    keeping: Keeping
    folder: Path
    case: str
    grant: str
    past: int
    packed: dict[str, Packed]

    @property
    def signer(self) -> Signer:
        return self.keeping.signers()[0]


def desk(installation: Installation, user: str) -> Desk:
    return Desk(installation, installation.store.load(User(user=user)), channel="test")


@pytest.fixture(scope="module")
def packs(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packs]:
    """A log with a case, its grant, a document and a note, packed in every way."""
    folder = tmp_path_factory.mktemp("packs")
    with fresh_database(postgres) as url:
        installation = Installation(own_settings(base_url="https://casework.example"), url)
        Player(installation, 5).play(steps=250)
        reader = reader_for(installation, None)
        page = next(p for p in reader.all(CasePage, {"is_open": True}) if p.grants)
        case, grant, past = page.case, page.grants[0], installation.store.head()
        headers = Headers({"content-type": "text/plain"})
        attach_document(
            case=page.case,
            title="The board's letter",
            file=UploadFile(io.BytesIO(LETTER), filename="letter.txt", headers=headers),
            desk=desk(installation, "case-officer"),
        )
        installation.follower.catch_up()
        note = AddNote(title="A call", text=SECRET, confidentiality=Confidentiality.CONFIDENTIAL)
        add_case_note(case=case, command=note, desk=desk(installation, "case-officer"))
        now, then = reader_for(installation, None), reader_for(installation, str(past))
        packed = {
            "everything": export(now, folder / "everything"),
            "case": export(now, folder / "case", case=case),
            "grant": export(now, folder / "grant", grant=grant),
            "past": export(then, folder / "past"),
            "past case": export(then, folder / "past case", case=case),
        }
        yield Packs(url, installation.keeping, folder, case, grant, past, packed)
        installation.close()


chromium = browser
ALL = ("everything", "case", "grant", "past", "past case")


@pytest.fixture
def copied(packs: Packs, tmp_path: Path) -> Callable[[str], Path]:
    """A pack of this test's own, to be tampered with."""

    def copy(name: str) -> Path:
        return Path(shutil.copytree(packs.folder / name, tmp_path / name))

    return copy


# --- The honest pack ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def plain_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``cryptography`` and what it is made of, and nothing else."""
    folder, packages = tmp_path_factory.mktemp("site"), Path(cryptography.__file__).parent.parent
    for source in (packages / "cryptography", packages / "cffi", *packages.glob("_cffi_backend*")):
        (folder / source.name).symlink_to(source)
    return folder


_ALONE = """
import importlib.util, runpy, sys
site, *sys.argv = sys.argv[1:]
sys.path.append(site)
for ours in ("service", "projections", "domain", "pydantic", "psycopg", "tests"):
    assert importlib.util.find_spec(ours) is None, ours
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def alone(site: Path, pack: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The pack's own program, in a Python that has none of our modules."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", _ALONE, site, pack / "verify.py", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )


@pytest.mark.parametrize("name", ALL)
def test_an_honest_pack_verifies_with_nothing_of_ours(
    packs: Packs, plain_python: Path, name: str
) -> None:
    key = str(packs.signer.verifier)
    held = packs.folder / name / "checkpoint.txt"
    found = alone(plain_python, packs.folder / name, "--vkey", key, "--checkpoint", str(held))
    assert (found.returncode, found.stderr) == (0, "")
    packed = packs.packed[name]
    assert packed.title in found.stdout
    assert f"{packed.events:,} events are in it, byte for byte" in found.stdout
    assert "casework.example/log signed the manifest" in found.stdout
    assert "your checkpoint of" in found.stdout
    assert "Not proved:\n  - that others were shown the same log" in found.stdout
    own = alone(plain_python, packs.folder / name)
    assert own.returncode == 0
    assert f"compare them\n      {key}\n" in own.stdout


def test_a_pack_is_what_its_subject_is(packs: Packs) -> None:
    whole, past = packs.packed["everything"], packs.packed["past"]
    assert whole.events == whole.checkpoint
    assert past.events < past.checkpoint
    assert past.position == packs.past
    for name, ref in (("case", packs.case), ("grant", packs.grant)):
        manifest = json.loads((packs.folder / name / "manifest.json").read_text())
        events = list(lines(packs.folder / name))
        own = [line for line in events if line["stream"] == ref]
        assert manifest["whole_streams"][ref] == len(own) == own[-1]["version"]
        assert all(ref in base64.b64decode(line["state"]).decode() for line in own)
        assert any(line["stream"].startswith("BUDGET-") for line in events)
        assert ref in (packs.folder / name / "index.html").read_text()
    manifest = json.loads((packs.folder / "case" / "manifest.json").read_text())
    assert packs.grant in manifest["whole_streams"]
    assert f"documents/{hashlib.sha256(LETTER).hexdigest()}" in manifest["files"]
    assert not list((packs.folder / "past case" / "documents").iterdir())
    row = json.loads((packs.folder / "grant" / "views" / "grant_row.json").read_text())
    assert [found["key"] for found in row["rows"]] == [packs.grant]
    assert row["position"] == packs.packed["grant"].position
    ledger = json.loads((packs.folder / "grant" / "views" / "ledger_line.json").read_text())
    assert {found["grant"] for found in ledger["rows"]} == {packs.grant}


def test_the_events_of_a_pack_are_the_stored_bytes(packs: Packs) -> None:
    with psycopg.connect(packs.url) as connection:
        rows = connection.execute("SELECT notification_id, state FROM casework_events").fetchall()
    stored: dict[int, bytes] = dict(rows)
    for line in lines(packs.folder / "everything"):
        assert base64.b64decode(line["state"]) == bytes(stored[line["position"]])
        assert line["event"]["specversion"] == "1.0"


def test_no_note_and_no_personal_data_is_in_a_pack(packs: Packs) -> None:
    installation = Installation(own_settings(), packs.url)
    accounts = accounts_of(installation)
    named = [accounts.account(user) for user in ("approver", "finance-officer", "dfe-analyst")]
    private = [SECRET, *(account.name for account in named if account)]
    assert len(private) == 4
    told = accesses(installation.store.datastore, 100, did="export")
    installation.close()
    for file in (path for path in packs.folder.rglob("*") if path.is_file()):
        text = file.read_text()
        assert not [words for words in private if words in text], file
    assert {(entry.user, entry.channel) for entry in told} == {("keeper", "cli")}
    assert len(told) == len(ALL)
    assert f"evidence pack: case {packs.case}" in " ".join(entry.subject for entry in told)


def test_the_page_is_self_contained(packs: Packs) -> None:
    for name in ALL:
        page = (packs.folder / name / "index.html").read_text()
        assert '<html lang="en-GB">' in page
        assert page.count("<h1>") == page.count("<main>") == 1
        for outside in ("http://", "https://", "<script", "<link", "src="):
            assert outside not in page, (name, outside)
    assert "The document</a>" in (packs.folder / "case" / "index.html").read_text()
    assert "was attached to CASE-" in (packs.folder / "case" / "index.html").read_text()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["case", "grant"])
def test_the_page_is_accessible_and_fits_a_phone(
    packs: Packs, chromium: Browser, name: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto((packs.folder / name / "index.html").as_uri())
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


# --- Tampered packs -------------------------------------------------------------------------


def lines(pack: Path) -> Iterator[dict[str, Any]]:
    for line in (pack / "events.jsonl").read_text().splitlines():
        yield json.loads(line)


def put_lines(pack: Path, told: list[dict[str, Any]]) -> None:
    (pack / "events.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in told))


def resealed(pack: Path, signer: Signer | None = None) -> None:
    """The manifest as it should be for what is in the folder now; signed, by who has a key."""
    manifest = json.loads((pack / "manifest.json").read_text())
    manifest["files"] = {
        file.relative_to(pack).as_posix(): {
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "size": file.stat().st_size,
        }
        for file in sorted(pack.rglob("*"))
        if file.is_file() and not file.name.startswith("manifest.")
    }
    manifest["events"] = len(list(lines(pack)))
    (pack / "manifest.json").write_text(json.dumps(manifest))
    if signer:
        digest = hashlib.sha256((pack / "manifest.json").read_bytes()).hexdigest()
        text = f"casework/pack/1\nmanifest {digest}\n"
        (pack / "manifest.note").write_text(str(Note(text, (signer.line(text),))))


def own_leaf(line: dict[str, Any]) -> str:
    """The leaf that a thorough forger writes for a line."""
    state = base64.b64decode(line["state"])
    event = StoredBytes(line["position"], line["stream"], line["version"], line["topic"], state)
    return leaf_hash(event.leaf()).hex()


def bytes_changed(told: list[dict[str, Any]], at: int) -> None:
    state = bytearray(base64.b64decode(told[at]["state"]))
    state[40] ^= 1
    told[at]["state"] = base64.b64encode(state).decode()


def bytes_and_leaf_changed(told: list[dict[str, Any]], at: int) -> None:
    """The actor is another: in the bytes, in the leaf and in the readable form."""
    line = told[at]
    state = json.loads(base64.b64decode(line["state"]))
    state["actor"] = line["event"]["actor"] = "somebody-else"
    line["state"] = base64.b64encode(json.dumps(state).encode()).decode()
    line["leaf"] = own_leaf(line)


def left_out(told: list[dict[str, Any]], at: int) -> None:
    del told[at]


def lines_swapped(told: list[dict[str, Any]], at: int) -> None:
    told[at], told[at + 1] = told[at + 1], told[at]


def states_swapped(told: list[dict[str, Any]], at: int) -> None:
    told[at]["state"], told[at + 1]["state"] = told[at + 1]["state"], told[at]["state"]


def contents_swapped(told: list[dict[str, Any]], at: int) -> None:
    """Everything but position and leaf is the other's."""
    one, other = told[at], told[at + 1]
    for name in ("stream", "version", "topic", "state", "event"):
        one[name], other[name] = other[name], one[name]
    for line in (one, other):
        line["event"] |= {"id": str(line["position"]), "position": line["position"]}
        line["leaf"] = own_leaf(line)


def retold(told: list[dict[str, Any]], at: int) -> None:
    told[at]["event"]["actor"] = "somebody-else"


def renamed(told: list[dict[str, Any]], at: int) -> None:
    told[at]["topic"] = "GrantDeclined"


Change = Callable[[list[dict[str, Any]], int], None]
CHANGES: list[tuple[Change, str, str]] = [
    # The change, and the word for it in a pack of a case and in one of everything.
    (bytes_changed, "event-altered", "event-altered"),
    (bytes_and_leaf_changed, "event-unproven", "event-altered"),
    (left_out, "event-missing", "event-missing"),
    (lines_swapped, "event-missing", "event-missing"),
    (states_swapped, "event-altered", "event-altered"),
    (contents_swapped, "event-unproven", "event-altered"),
    (retold, "event-retold", "event-retold"),
    (renamed, "event-altered", "event-altered"),
]


@pytest.mark.parametrize("insider", [False, True], ids=["careless", "with the log's key"])
@pytest.mark.parametrize(
    ("change", "of_case", "of_all"), CHANGES, ids=lambda given: getattr(given, "__name__", None)
)
@pytest.mark.parametrize("name", ["case", "everything"])
def test_a_changed_event_is_named(
    packs: Packs,
    copied: Callable[[str], Path],
    name: str,
    change: Change,
    of_case: str,
    of_all: str,
    insider: bool,
) -> None:
    pack = copied(name)
    told = list(lines(pack))
    at = next(n for n, line in enumerate(told) if line["stream"] == packs.case) + 3
    position, after = told[at]["position"], told[at + 1]["position"]
    change(told, at)
    put_lines(pack, told)
    if insider:
        resealed(pack, packs.signer)
    found = Pack(pack).check()
    first = found.wrong[0][0]
    assert first.what == (of_case if name == "case" else of_all)
    assert first.position is not None
    named = found.plain()["findings"][0]["said"]
    if name == "case" or change in (bytes_changed, states_swapped, retold, renamed):
        assert first.position == position
    elif change in (left_out, lines_swapped):  # the first that is there instead
        assert first.position == after
        assert f"leaf {told[at]['place'] - 1} is missing" in named
    else:  # within the stretch to the next signed checkpoint
        assert first.position >= position
    assert str(first.position) in named
    files = {word.what for word, _ in found.wrong if word.position is None}
    assert files == (set() if insider else {"file-altered"})


def test_an_event_left_out_with_its_proof_breaks_its_stream(
    packs: Packs, copied: Callable[[str], Path], plain_python: Path
) -> None:
    pack = copied("case")
    told = list(lines(pack))
    own = [n for n, line in enumerate(told) if line["stream"] == packs.case]
    gone, after = told[own[3]], told[own[4]]
    del told[own[3]]
    put_lines(pack, told)
    proofs = json.loads((pack / "proofs.json").read_text())
    proofs["events"] = [p for p in proofs["events"] if p["position"] != gone["position"]]
    put_proofs(pack, proofs)
    resealed(pack, packs.signer)
    found = alone(plain_python, pack)
    assert found.returncode == 1
    assert f"{packs.case} has no version {gone['version']} before the event at position" in (
        found.stdout
    )
    assert Pack(pack).check().wrong[0][0].position == after["position"]


def test_the_last_events_of_a_stream_are_claimed(
    packs: Packs, copied: Callable[[str], Path]
) -> None:
    """Who has no key can't take the claim back; who has vouches for it."""
    pack = copied("case")
    told = list(lines(pack))
    proofs = json.loads((pack / "proofs.json").read_text())
    last = max(n for n, line in enumerate(told) if line["stream"] == packs.case)
    put_lines(pack, told[:last])
    proofs["events"] = proofs["events"][:last]
    put_proofs(pack, proofs)
    resealed(pack)
    what = [wrong.what for wrong, _ in Pack(pack).check().wrong]
    assert what == ["event-missing", "manifest-altered"]


def put_proofs(pack: Path, proofs: dict[str, Any]) -> None:
    def rows(told: list[Any]) -> str:
        return ",\n".join(json.dumps(proof) for proof in told)

    text = f'{{\n"events": [\n{rows(proofs["events"])}\n],\n"growth": [\n{rows(proofs["growth"])}\n'
    (pack / "proofs.json").write_text(f"{text}]\n}}\n")


@pytest.mark.parametrize("kind", ["events", "growth"])
@pytest.mark.parametrize("way", ["a hash", "shorter", "longer", "gone"])
def test_a_changed_proof_is_found(
    packs: Packs, copied: Callable[[str], Path], kind: str, way: str
) -> None:
    pack = copied("case")
    proofs = json.loads((pack / "proofs.json").read_text())
    proof = proofs[kind][1]
    if way == "a hash":
        proof["path"][0] = "00" * 32
    elif way == "shorter":
        proof["path"].pop()
    elif way == "longer":
        proof["path"].append("00" * 32)
    else:
        proofs[kind].remove(proof)
    put_proofs(pack, proofs)
    resealed(pack, packs.signer)
    first = Pack(pack).check().wrong[0][0]
    if kind == "events":
        assert first.what == "event-unproven"
        assert first.position == list(lines(pack))[1]["position"]
    else:
        assert first.what == "growth-unproven"
        assert f"grew from {proof['old']} to {proof['size']} events" in first.said


def test_a_changed_document_is_named(
    packs: Packs, copied: Callable[[str], Path], plain_python: Path
) -> None:
    pack = copied("case")
    (document,) = (pack / "documents").iterdir()
    document.write_bytes(LETTER + b".")
    name = f"documents/{document.name}"
    found = alone(plain_python, pack)
    assert found.returncode == 1
    assert f"{name} is not the document whose hash is its name" in found.stdout
    resealed(pack, packs.signer)
    assert [(w.what, file) for w, file in Pack(pack).check().wrong] == [("document-altered", name)]
    document.unlink()
    assert Pack(pack).check().wrong[0][0].what == "file-missing"
    resealed(pack, packs.signer)
    first = Pack(pack).check().wrong[0][0]
    attached = next(line for line in lines(pack) if line["topic"] == "DocumentAttached")
    assert (first.what, first.position) == ("document-missing", attached["position"])


@pytest.mark.parametrize("file", ["views/case_page.json", "index.html", "keys.json", "verify.py"])
def test_a_changed_file_is_named(packs: Packs, copied: Callable[[str], Path], file: str) -> None:
    pack = copied("case")
    with (pack / file).open("a") as more:
        more.write("\n")
    assert [(w.what, name) for w, name in Pack(pack).check().wrong] == [("file-altered", file)]
    resealed(pack)
    assert [w.what for w, _ in Pack(pack).check().wrong] == ["manifest-altered"]


def test_a_file_that_was_put_in_or_taken_out_is_named(
    packs: Packs, copied: Callable[[str], Path]
) -> None:
    pack = copied("case")
    (pack / "views" / "more.json").write_text("{}")
    (pack / "views" / "council_row.json").unlink()
    found = [(w.what, file) for w, file in Pack(pack).check().wrong]
    assert found == [
        ("file-added", "views/more.json"),
        ("file-missing", "views/council_row.json"),
    ]


@pytest.mark.parametrize("name", ["case", "everything"])
def test_a_checkpoint_under_another_key_is_not_believed(
    packs: Packs, copied: Callable[[str], Path], plain_python: Path, name: str
) -> None:
    pack = copied(name)
    forger = Signer.new("casework.example/log")
    text = Note.read((pack / "checkpoint.txt").read_text()).text
    (pack / "checkpoint.txt").write_text(str(Note(text, (forger.line(text),))))
    resealed(pack, packs.signer)
    found = alone(plain_python, pack)
    assert found.returncode == 1
    assert "checkpoint.txt: no key of casework.example/log that you trust signed" in found.stdout


def test_a_whole_forgery_is_told_by_the_keys_that_one_holds(
    packs: Packs, copied: Callable[[str], Path], plain_python: Path
) -> None:
    """Whoever forges everything with a key of their own is at one with themselves alone."""
    pack, forger = copied("case"), Signer.new("casework.example/log")
    for name in ("checkpoint.txt", "checkpoints.jsonl"):
        texts = (pack / name).read_text()
        if name == "checkpoint.txt":
            text = Note.read(texts).text
            (pack / name).write_text(str(Note(text, (forger.line(text),))))
        else:
            notes = [Note.read(json.loads(line)["note"]).text for line in texts.splitlines()]
            signed = [str(Note(text, (forger.line(text),))) for text in notes]
            (pack / name).write_text("".join(f"{json.dumps({'note': n})}\n" for n in signed))
    (pack / "keys.json").write_text(json.dumps({"log": [str(forger.verifier)], "witnesses": []}))
    resealed(pack, forger)
    assert alone(plain_python, pack).returncode == 0
    found = alone(plain_python, pack, "--vkey", str(packs.signer.verifier))
    assert found.returncode == 1
    assert "no key that you trust signed the manifest" in found.stdout
    mistyped = alone(plain_python, pack, "--vkey", "casework.example/log+00000000+AAAA")
    assert "is not a public key" in mistyped.stdout
    assert mistyped.returncode == 1


def test_a_checkpoint_of_another_log_is_told(
    packs: Packs, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    pack = copied("case")
    text = Note.read((pack / "checkpoint.txt").read_text()).text
    origin, size, _, *rest = text.splitlines()
    root = base64.b64encode(b"another root, of as many bytes..").decode()
    for told in (
        [origin, size, root, *rest],
        [origin, str(int(size) + 7), root, *rest],
        ["other.example/log", size, root, *rest],
    ):
        other = "".join(f"{line}\n" for line in told)
        (tmp_path / "held.txt").write_text(str(Note(other, (packs.signer.line(other),))))
        found = Pack(pack, held=[tmp_path / "held.txt"]).check()
        assert [file for _, file in found.wrong] == ["the checkpoint that you hold"]
    # Put among the others, it is told as well.
    fork = "".join(f"{line}\n" for line in [origin, size, root, *rest])
    with (pack / "checkpoints.jsonl").open("a") as more:
        more.write(json.dumps({"note": str(Note(fork, (packs.signer.line(fork),)))}) + "\n")
    resealed(pack, packs.signer)
    assert Pack(pack).check().wrong[0][0].what == "checkpoint-differs"


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "keys.json",
        "manifest.note",
        "checkpoint.txt",
        "proofs.json",
        "events.jsonl",
    ],
)
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"{}\n", b'{"place": 1}\n', b"1" * 9_999, b"[" * 99_999],
    ids=["empty", "binary", "list", "object", "place", "number", "deep"],
)
def test_nonsense_is_a_finding_and_no_stack_trace(
    copied: Callable[[str], Path], name: str, content: bytes
) -> None:
    pack = copied("past case")
    (pack / name).write_bytes(content)
    found = Pack(pack).check()
    assert found.wrong
    assert found.report().startswith("This pack does not verify:")


# --- The program's own tree -----------------------------------------------------------------


def test_the_programs_tree_is_that_of_the_published_vectors() -> None:
    roots = [bytes.fromhex(root) for root in ROOTS]
    for (index, size), path in PATHS.items():
        steps = [bytes.fromhex(step) for step in path]
        assert root_over(leaf_hash(LEAVES[index]), index, size, steps) == roots[size - 1]
    for (old, size), path in STEPS.items():
        steps, before = [bytes.fromhex(step) for step in path], roots[old - 1]
        assert roots_over(old, size, steps, before) == (before, roots[size - 1])


def test_the_programs_tree_is_ours() -> None:
    """Two programs of different make agree on every proof of every small tree."""
    ours, theirs, roots = Frontier(), Tree(), [b""]
    kept: dict[Node, bytes] = {}
    leaves = [leaf_hash(bytes([n])) for n in range(70)]
    for leaf in leaves:
        kept.update(ours.append(leaf))
        theirs.append(leaf)
        assert theirs.root() == ours.root
        roots.append(ours.root)
    for size in range(1, len(leaves) + 1):
        for n in range(size):
            path = proof(inclusion_spans(n, size), lambda nodes: {m: kept[m] for m in nodes})
            assert root_over(leaves[n], n, size, path) == roots[size]
            path = proof(consistency_spans(n + 1, size), lambda nodes: {m: kept[m] for m in nodes})
            assert roots_over(n + 1, size, path, roots[n + 1]) == (roots[n + 1], roots[size])


# --- Making packs ---------------------------------------------------------------------------


def command(packs: Packs, *words: str) -> Result:
    environment = {
        "CASEWORK_DATABASE_URL": packs.url,
        "CASEWORK_DATA_DIR": str(packs.keeping.folder.parent),
        "CASEWORK_BASE_URL": "https://casework.example",
    }
    return CliRunner().invoke(main, ["audit", *words], env=environment)


def test_a_pack_is_made_and_verified_on_the_command_line(packs: Packs, tmp_path: Path) -> None:
    folder = tmp_path / "evidence" / packs.grant
    made = command(packs, "export", str(folder), "--grant", packs.grant, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["events"] == packs.packed["grant"].events
    assert told["sha256"] == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    checked = command(packs, "verify", str(folder), "--json")
    assert checked.exit_code == 0
    found = json.loads(checked.stdout)
    assert found["ok"]
    assert (found["size"], found["checkpoint"]) == (told["events"], told["checkpoint"])
    again = command(packs, "export", str(folder), "--grant", packs.grant)
    assert again.exit_code == 1
    assert "choose another folder" in again.stderr
    for words in (["--case", "CASE-9999"], ["--case", packs.case, "--grant", packs.grant]):
        assert command(packs, "export", str(tmp_path / "no"), *words).exit_code == 1
    told_lines = list(lines(folder))
    bytes_changed(told_lines, 2)
    put_lines(folder, told_lines)
    bad = command(packs, "verify", str(folder))
    assert bad.exit_code == 1
    assert f"the event at position {told_lines[2]['position']}" in bad.stderr
    assert sorted(path.name for path in folder.parent.iterdir()) == [packs.grant]


def test_a_long_page_says_that_it_is_not_all(
    packs: Packs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_module, "_SHOWN", 3)
    installation = Installation(own_settings(), packs.url)
    shutil.copytree(packs.keeping.folder.parent, installation.settings.data_dir)
    made = export(reader_for(installation, None), tmp_path / "evidence", grant=packs.grant)
    installation.close()
    page = (tmp_path / "evidence" / "index.html").read_text()
    assert f"The first 3 of {made.events} events" in page
    assert page.count('<th scope="row" class="number">') == 3


def test_a_pack_that_breaks_off_leaves_nothing(packs: Packs, tmp_path: Path) -> None:
    installation = Installation(own_settings(), packs.url)

    def stop(_: int) -> None:
        assert [path.name for path in tmp_path.iterdir()] != ["evidence"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(reader_for(installation, None), tmp_path / "evidence", progress=stop)
    installation.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE casework_events SET state = set_byte(state, 40, 66) WHERE notification_id = {n}",
        "DELETE FROM proof.leaves WHERE position = {n}",
        "DELETE FROM proof.nodes WHERE level > 2",
        "DELETE FROM documents",
    ],
)
def test_no_pack_is_made_of_what_does_not_verify(
    postgres: str, packs: Packs, tmp_path: Path, sql: str
) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(packs.url)["dbname"])
    position = next(lines(packs.folder / "case"))["position"]
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
    with fresh_database(postgres, template=name) as url:
        with psycopg.connect(url) as connection:
            connection.execute(sql.format(n=position).encode())
        settings = own_settings()
        shutil.copytree(packs.keeping.folder.parent, settings.data_dir)
        installation = Installation(settings, url)
        with pytest.raises(Refused) as refusal:
            export(reader_for(installation, None), tmp_path / "evidence", case=packs.case)
        installation.close()
    assert refusal.value.code == "pack-unproven"
    assert "audit verify" in refusal.value.sentence
    assert list(tmp_path.iterdir()) == []


# --- Witnesses ------------------------------------------------------------------------------


def test_cosignatures_are_in_packs_and_in_verification(
    packs: Packs, tmp_path: Path, plain_python: Path
) -> None:
    witness = Signer.new("dfe.example/witness", COSIGNATURE)
    note = packs.keeping.last()
    assert note
    cosigned = tmp_path / "cosigned.txt"
    cosigned.write_text(str(note.cosigned([witness.line(note.text)])))
    unknown = command(packs, "cosign", str(cosigned))
    assert unknown.exit_code == 1
    assert "no witness that is known here" in unknown.stderr
    for key in (packs.signer.verifier, Signer.new("other.example/log").verifier):
        assert command(packs, "keys", "add-witness", str(key)).exit_code == 1
    assert command(packs, "keys", "add-witness", str(witness.verifier)).exit_code == 0
    for _ in range(2):
        taken = command(packs, "cosign", str(cosigned))
        assert taken.exit_code == 0, taken.output
        assert "dfe.example/witness cosigned the first" in taken.stdout
    assert len(list(packs.keeping.cosigned())) == 1
    checked = command(packs, "verify", "--no-views")
    assert "dfe.example/witness, a witness, has cosigned" in checked.stdout
    pack = tmp_path / "pack"
    assert command(packs, "export", str(pack), "--case", packs.case).exit_code == 0
    found = alone(plain_python, pack)
    assert found.returncode == 0
    assert "dfe.example/witness, a witness, cosigned the log's first" in found.stdout
    assert "no witness has cosigned it" not in found.stdout
    assert "dfe.example/witness" in (pack / "index.html").read_text()
    # Another moment than the one that was signed.
    head, _, last = (pack / "checkpoint.txt").read_text().rpartition(" ")
    raw = bytearray(base64.b64decode(last))
    raw[11] ^= 1
    (pack / "checkpoint.txt").write_text(f"{head} {base64.b64encode(raw).decode()}\n")
    resealed(pack, packs.signer)
    assert Pack(pack).check().wrong[0][0].what == "signature-false"


def test_what_was_cosigned_of_another_log_is_evidence(packs: Packs, tmp_path: Path) -> None:
    witness = Signer.new("other.example/witness", COSIGNATURE)
    packs.keeping.add_witness(witness.verifier)
    note = packs.keeping.last()
    assert note
    origin, size, _, *rest = note.text.splitlines()
    root = base64.b64encode(b"another root, of as many bytes..").decode()
    text = "".join(f"{line}\n" for line in [origin, size, root, *rest])
    fork = Note(text, (packs.signer.line(text), witness.line(text)))
    (tmp_path / "fork.txt").write_text(str(fork))
    found = command(packs, "cosign", str(tmp_path / "fork.txt"))
    assert found.exit_code == 1
    assert "keep the file, it is evidence" in found.stderr
    assert fork not in packs.keeping.cosigned()
