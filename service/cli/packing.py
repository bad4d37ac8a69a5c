"""``casework audit export`` and what a witness does: evidence for others, and by others."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from service.cli.context import as_at, as_json, fail, installed, reader_for, show
from service.progress import progress_bar
from service.proof import BadNote, Checkpoint, Note, Verifier
from service.proof.pack import export
from service.proof.pack_verify import Pack
from service.proof.witness import (
    Inconsistent,
    Steps,
    Witness,
    step_of,
    steps_in_file,
    steps_in_pack,
)

_CHECKPOINT, _GROWTH = "/api/v1/audit/checkpoint", "/api/v1/audit/proofs/consistency"
_LONGEST = 1_000_000
"""Bytes of an answer that is read: a checkpoint or a proof is far shorter."""


# --- Packs ----------------------------------------------------------------------------------


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--case", metavar="REF", help="Of one case.")
@click.option("--grant", metavar="REF", help="Of one grant.")
@as_at
@as_json
def export_(
    folder: Path, case: str | None, grant: str | None, as_at: str | None, as_json: bool
) -> None:
    """Write an evidence pack that anybody can verify offline: of everything, a case or a grant.

    \b
    Example:
      casework audit export evidence --grant GRANT-0001 --as-at 2026-03-31
    """
    with installed() as installation, progress_bar() as bar:
        reader = reader_for(installation, as_at)
        total = None if case or grant else installation.proof.head().size
        task = bar.add_task("Packing", total=total)
        packed = export(
            reader, folder, case=case, grant=grant, progress=lambda n: bar.advance(task, n)
        )
    if as_json:
        show(packed, as_json)
        return
    click.echo(
        f"{packed.title}.\n{packed.events:,} events and {packed.documents:,} documents, proven"
        f" against a checkpoint over {packed.checkpoint:,} events.\n"
        f"The manifest's SHA-256 is {packed.sha256}.\n"
        f"Verify it with: python {folder / 'verify.py'}"
    )


def verify_pack(
    folder: Path, trusted: tuple[str, ...], held: tuple[Path, ...], as_json: bool
) -> None:
    """Verify a pack with the program that packs carry, but this installation's own copy."""
    with Console(stderr=True).status("Verifying"):
        pack = Pack(folder, trusted, held).check()
    if as_json:
        click.echo(json.dumps(pack.plain(), ensure_ascii=False))
    else:
        click.echo(pack.report(), nl=False)
    if pack.wrong:
        fail(pack.wrong[0][0].said)


# --- Witnesses ------------------------------------------------------------------------------


@click.command("cosign")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def cosign(file: Path) -> None:
    """Take in a checkpoint of this log that a witness has cosigned.

    \b
    Example:
      casework audit cosign cosigned-by-the-department.txt
    """
    with installed() as installation:
        installation.follower.catch_up_unless_led()
        try:
            note = Note.of(file)
            checkpoint = Checkpoint.read(note.text)
            if not _is_ours(installation.proof.root, checkpoint):
                fail(
                    f"this log's first {checkpoint.size} events are not those that were cosigned:"
                    " keep the file, it is evidence; casework audit verify --checkpoint says more"
                )
            witnesses = installation.keeping.take_cosigned(note)
        except BadNote as bad:
            fail(str(bad))
        names = ", ".join(witness.name for witness in witnesses)
        click.echo(f"{names} cosigned the first {checkpoint.size:,} events")


def _is_ours(root: Callable[[int], bytes], checkpoint: Checkpoint) -> bool:
    try:
        return root(checkpoint.size) == checkpoint.root
    except LookupError:
        return False


@click.command("add-witness")
@click.argument("vkey")
def add_witness(vkey: str) -> None:
    """Let the cosignatures of a witness count, by the public key that it gave.

    \b
    Example:
      casework audit keys add-witness dfe.example/witness+1a2b3c4d+BA…
    """
    with installed() as installation:
        try:
            witness = Verifier.read(vkey)
            installation.keeping.add_witness(witness)
        except BadNote as bad:
            fail(str(bad))
        click.echo(str(witness))


@click.command("witness")
@click.option(
    "--checkpoint",
    "where",
    required=True,
    metavar="FILE_OR_URL",
    help="The new checkpoint: a file, an evidence pack's folder or the service's address.",
)
@click.option(
    "--proof",
    metavar="FILE_OR_URL",
    help="That the log grew into it, if it is elsewhere: a file with the API's answer, an"
    " evidence pack's folder or the service's address.",
)
@click.option(
    "--state",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder with the witness's key and the last checkpoint that it cosigned.",
)
@click.option("--name", required=True, help="What the witness signs as.")
@click.option("--make-key", is_flag=True, help="Make the witness's key: the first time.")
@click.option("--log-key", metavar="VKEY", help="The log's public key: the first time.")
@click.option("--token", envvar="CASEWORK_TOKEN", help="For the service, or CASEWORK_TOKEN.")
def witness(
    where: str,
    proof: str | None,
    state: Path,
    name: str,
    make_key: bool,
    log_key: str | None,
    token: str | None,
) -> None:
    """Cosign a log's checkpoint as another party, if the last one that was cosigned grew into it.

    Needs no database. Prints the cosigned checkpoint, to be handed back to the log. Exit status
    1, with nothing signed, if the log was put back or rewritten, or can't show that it was not.

    \b
    Example:
      casework audit witness --checkpoint https://casework.example --state witness --name dfe.example/witness > cosigned.txt
    """  # noqa: E501 - a command is one line
    party = Witness(state, name)
    try:
        if make_key:
            click.echo(f"Give the log this key: {party.make_key()}", err=True)
        given = Verifier.read(log_key) if log_key else None
        note = Note.read(_checkpoint_at(where, token))
        click.echo(str(party.cosign(note, given, _steps_at(proof or where, token))), nl=False)
    except (BadNote, Inconsistent) as bad:
        fail(str(bad))
    except OSError as unusable:
        fail(f"{unusable.filename or 'a file'} can't be used: {unusable.strerror or unusable}")
    except (ValueError, LookupError, TypeError) as bad:
        fail(f"the checkpoint or its proof can't be read: {bad}")


def _checkpoint_at(where: str, token: str | None) -> str:
    if _is_address(where):
        return _answer(f"{_base(where)}{_CHECKPOINT}", token)
    file = Path(where)
    return (file / "checkpoint.txt" if file.is_dir() else file).read_text(encoding="utf-8")


def _steps_at(where: str, token: str | None) -> Steps:
    if _is_address(where):
        return lambda last, new: [
            step_of(
                json.loads(
                    _answer(f"{_base(where)}{_GROWTH}?old={last.size}&size={new.size}", token)
                ),
                last,
                new,
            )
        ]
    file = Path(where)
    return steps_in_pack(file) if file.is_dir() else steps_in_file(file)


def _is_address(where: str) -> bool:
    return where.startswith(("https://", "http://"))


def _base(address: str) -> str:
    return address.removesuffix("/").removesuffix(_CHECKPOINT)


def _answer(address: str, token: str | None) -> str:
    """What the service answers. A token goes to that address only, and never in clear."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        fail(f"{parts.hostname} is asked by https only: give its https address")
    request = urllib.request.Request(address)  # noqa: S310 - http or https, see above
    if token:
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text: bytes = answer.read(_LONGEST)
            return text.decode()
    except urllib.error.HTTPError as refused:
        refused.close()
        why = " (is --token an auditor's?)" if refused.code in (401, 403) else ""
        fail(f"{parts.hostname} answered {refused.code} {refused.reason}{why}")
    except (OSError, ValueError) as away:
        fail(f"{parts.hostname} does not answer: {away}")
