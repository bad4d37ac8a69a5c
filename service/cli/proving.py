"""``casework audit verify`` and the keys that sign: proof that the log was not rewritten."""

from pathlib import Path

import click

from service.cli.context import as_json, fail, installed, show
from service.cli.packing import add_witness, cosign, export_, verify_pack, witness
from service.progress import progress_bar
from service.proof import BadNote, Keeping, Note, Verifier
from service.proof.verify import Verification, verify_kept


def add_proving(audit: click.Group) -> None:
    """Give the audit commands those of the proof."""
    for command in (verify_, checkpoint, keys, export_, cosign, witness):
        audit.add_command(command)
    keys.add_command(add_witness)


_folder = click.Path(path_type=Path, exists=True, file_okay=False)
_text_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("verify")
@click.argument("folder", metavar="[DIR]", required=False, type=_folder)
@click.option(
    "--checkpoint",
    "held",
    type=_text_file,
    multiple=True,
    help="A checkpoint that you hold yourself, besides those in the data folder or the pack.",
)
@click.option(
    "--vkey",
    "trusted",
    multiple=True,
    help="A public key to trust, instead of those in the data folder or the pack.",
)
@click.option("--views/--no-views", default=True, help="Fold every view anew and compare.")
@as_json
def verify_(
    folder: Path | None,
    held: tuple[Path, ...],
    trusted: tuple[str, ...],
    views: bool,
    as_json: bool,
) -> None:
    """Verify the live log: every byte, checkpoint and row of every view; or the pack in DIR.

    Exit status 1, with the first position that is wrong, if anything does not agree. A pack is
    verified without the installation, by the program that it carries as verify.py.

    \b
    Example:
      casework audit verify --checkpoint held-by-the-auditor.txt
    """
    if folder is not None:
        verify_pack(folder, trusted, held, as_json)
        return
    with installed() as installation:
        installation.follower.catch_up_unless_led()
        with progress_bar() as progress:
            bar = progress.add_task("Verifying", total=installation.proof.head().size)
            try:
                found = verify_kept(
                    installation,
                    [Note.of(file) for file in held],
                    [Verifier.read(v) for v in trusted],
                    views=views,
                    progress=lambda n: progress.advance(bar, n),
                )
            except BadNote as bad:
                fail(str(bad))
        _tell(found, as_json)


def _tell(found: Verification, as_json: bool) -> None:
    if as_json:
        show(found, as_json)
    elif found.ok:
        click.echo("\n".join(found.told))
    if not found.ok:
        fail(found.told[0])


@click.command("checkpoint")
def checkpoint() -> None:
    """Print the newest signed checkpoint, for others to hold.

    \b
    Example:
      casework audit checkpoint > held-by-the-auditor.txt
    """
    with installed() as installation:
        installation.follower.catch_up_unless_led()
        note = installation.keeping.checkpoint(installation.proof.head())
        if note is None:
            fail("nothing is recorded yet: there is nothing to sign")
        click.echo(str(installation.keeping.with_cosignatures(note)), nl=False)


@click.group("keys")
def keys() -> None:
    """The keys that sign checkpoints."""


@keys.command("list")
def list_keys() -> None:
    """Print the public keys that ever signed, for whoever verifies.

    \b
    Example:
      casework audit keys list
    """
    with installed() as installation:
        installation.keeping.signers()
        for verifier in installation.keeping.verifiers():
            click.echo(str(verifier))


@keys.command("add")
def add_key() -> None:
    """Sign with a further key from now on, beside those that sign already.

    \b
    Example:
      casework audit keys add
    """
    with installed() as installation:
        origin = installation.keeping.signers()[0].verifier.name
        click.echo(str(installation.keeping.add_key(origin).verifier))


@keys.command("retire")
def retire_key() -> None:
    """Stop signing with the oldest key; checkpoints that it signed stay valid.

    \b
    Example:
      casework audit keys retire
    """
    with installed() as installation:
        try:
            click.echo(f"retired: {_retired(installation.keeping)}")
        except ValueError as only:
            fail(str(only))


def _retired(keeping: Keeping) -> Verifier:
    keeping.signers()
    return keeping.retire_oldest()
