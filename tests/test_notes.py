"""Signed notes: the published example verifies, and nothing that was changed does."""

import base64
from datetime import UTC, datetime

import pytest

from service.proof import BadNote, Checkpoint, Note, Signer, Verifier
from service.proof.notes import COSIGNATURE

# The example of golang.org/x/mod/sumdb/note's own documentation.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"  # noqa: E501
)
TEXT = Checkpoint("casework.example/log", 7, b"r" * 32, 9, "2026-06-30T12:00:00Z").text()


def test_the_published_example_verifies() -> None:
    peter = Verifier.read(PETER)
    assert str(peter) == PETER
    note = Note.read(EXAMPLE)
    assert note.signers([peter]) == [peter]
    assert str(note) == EXAMPLE


def test_the_published_private_key_makes_the_published_signature() -> None:
    signer = Signer.read(PETER_PRIVATE)
    assert str(signer) == PETER_PRIVATE
    assert signer.verifier == Verifier.read(PETER)
    text = Note.read(EXAMPLE).text
    assert Note(text, (signer.line(text),)) == Note.read(EXAMPLE)


def test_a_changed_text_is_not_what_was_signed() -> None:
    with pytest.raises(BadNote, match="not under this text"):
        Note.read(EXAMPLE.replace("problem", "question")).signers([Verifier.read(PETER)])


def test_an_unknown_signer_is_nobody() -> None:
    other = Signer.new("PeterNeumann").verifier
    assert Note.read(EXAMPLE).signers([other]) == []


def test_a_witness_cosigns_with_the_time() -> None:
    log = Signer.new("casework.example/log")
    witness = Signer.new("dfe.example/witness", COSIGNATURE)
    note = Note(TEXT, (log.line(TEXT),))
    when = datetime(2026, 6, 30, 12, 5, tzinfo=UTC)
    line = witness.line(TEXT, when)
    both = note.cosigned([line]).cosigned([line])
    assert len(both.lines) == 2
    assert both.signers([log.verifier, witness.verifier]) == [log.verifier, witness.verifier]
    raw = base64.b64decode(line.split()[2])
    assert int.from_bytes(raw[4:12]) == int(when.timestamp())
    later = base64.b64encode(raw[:4] + (2**33).to_bytes(8) + raw[12:]).decode()
    moved = note.cosigned([f"— dfe.example/witness {later}\n"])
    with pytest.raises(BadNote, match="not under this text"):
        moved.signers([witness.verifier])


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    read = Checkpoint.read(TEXT)
    assert read.text() == TEXT
    assert (read.size, read.root, read.position) == (7, b"r" * 32, 9)


@pytest.mark.parametrize("text", ["", "a text\n", "a text\n\nno signature\n", "a\n\n— name\n"])
def test_what_is_no_note_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadNote, match="not a signed note"):
        Note.read(text)


@pytest.mark.parametrize("text", ["origin\n", "origin\nseven\nAAAA\n", "origin\n7\nAAAA\n"])
def test_what_is_no_checkpoint_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadNote, match="not a checkpoint"):
        Checkpoint.read(text)


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+AAAA", PETER.replace("c74f20a3", "c74f20a4"), "n+x+*"]
)
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadNote):
        Verifier.read(text)
    with pytest.raises(BadNote):
        Signer.read(text)


def test_a_name_without_spaces_is_needed() -> None:
    with pytest.raises(BadNote, match="spaces"):
        Signer.new("two words")
