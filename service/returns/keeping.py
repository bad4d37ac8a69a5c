"""A return's files as they are kept: the same for ever, verified against the log and made again."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.kernel import Frozen, Refused
from domain.reporting import ReturnFile
from projections.reporting import ReturnRow
from service.access_log import log_access
from service.describing import JSON, as_json, hash_of
from service.desk import Reader
from service.disk import put_new_folder
from service.installation import Installation
from service.proof.covering import covering
from service.returns.letter import letter
from service.returns.making import code_version, content_hash, make
from service.writing import form_named

MANIFEST, CHECKPOINT = "manifest.json", "checkpoint.txt"
FORMAT = 2
"""Of the manifest. In the first the letter was a text file, and there was no ODS, Parquet, CSVW or
archive for the department's service; which files a return has on record is in its own event."""
LETTERS = {
    f"covering-letter.{form.ending}": form for form in map(form_named, ("docx", "pdf", "md"))
}
_TOLD = (CHECKPOINT, *LETTERS)
"""What the manifest tells of besides a return's own files."""
BESIDE = (*LETTERS, MANIFEST, CHECKPOINT)
"""What a return is handed over with besides its own files."""
_TEXT = "text/plain; charset=utf-8"


class Verified(Frozen):
    """What became of a return when its files were looked at again."""

    dfe_return: str
    sha256: str
    """As the log has it."""
    kept: bool
    """The files kept have the hashes that the log has."""
    made_again: bool
    """Today's code makes the same bytes from the log."""
    code_version: str
    """That made it."""
    code_version_now: str
    said: str
    """In a sentence."""


def kept_files(installation: Installation, files: Sequence[ReturnFile]) -> dict[str, bytes]:
    """Files of a return as they were kept when it was prepared; empty where one is lost."""
    with installation.store.datastore.get_connection() as connection:
        rows = connection.execute(
            "SELECT sha256, content FROM documents WHERE sha256 = ANY(%s)",
            ([file.sha256 for file in files],),
        ).fetchall()
    contents = {found["sha256"]: bytes(found["content"]) for found in rows}
    return {file.name: contents.get(file.sha256, b"") for file in files}


def verified(installation: Installation, row: ReturnRow) -> tuple[Verified, dict[str, bytes]]:
    """Look at a return again: what is kept against the log, and what today's code makes of it."""
    files = kept_files(installation, row.files)
    made = make(installation, row.kind, row.period, row.at_position)
    by_name = {file.name: file for file in row.files}
    # By the files on record: today's code may make more of them than there were.
    again = content_hash([f for f in made.contents.files if f.name in by_name]) == row.sha256
    kept = content_hash(row.files) == row.sha256 and all(
        hash_of(content) == by_name[name].sha256 for name, content in files.items()
    )
    if not kept and again:  # what was lost beside the log is made again from it
        files = {name: made.files[name] for name in by_name}
    told = Verified(
        dfe_return=row.dfe_return,
        sha256=row.sha256,
        kept=kept,
        made_again=again,
        code_version=row.code_version,
        code_version_now=code_version(),
        said=_said(kept, again, row.code_version),
    )
    return told, files


def _said(kept: bool, again: bool, made_by: str) -> str:
    if again:
        same = f"made by {made_by}" if made_by != code_version() else "this very code"
        found = "The files kept are those" if kept else "The files kept were altered or lost, but"
        return f"{found} made again from the log byte for byte ({same})."
    if kept and made_by != code_version():
        return (
            f"The files kept have the hash on record. They were made by {made_by}; today's code,"
            f" {code_version()}, makes others, so the kept ones are given."
        )
    if kept:
        return "The files kept have the hash on record, but the log makes others: verify the log."
    return "The files kept are not those on record, and the log does not make them again."


def whole(installation: Installation, row: ReturnRow) -> tuple[Verified, dict[str, bytes]]:
    """The files of a return, verified. Raises Refused ``return-altered`` if they are not whole."""
    told, files = verified(installation, row)
    if not (told.kept or told.made_again) or (
        not told.made_again and told.code_version == told.code_version_now
    ):
        raise Refused("return-altered", f"{row.dfe_return}: {told.said}", sha256=row.sha256)
    return told, files


# --- The manifest ---------------------------------------------------------------------------


def _beside(installation: Installation, row: ReturnRow, figures: bytes, name: str) -> bytes:
    """A file that a return is handed over with besides its own, from its figures."""
    if name == CHECKPOINT:
        return str(covering(installation, row.prepared_position)).encode()
    if name in LETTERS:
        return LETTERS[name].write(letter(row, england(figures)))
    return _manifest(row, {told: _beside(installation, row, figures, told) for told in _TOLD})


def _manifest(row: ReturnRow, beside: Mapping[str, bytes]) -> bytes:
    """What the return is, and each file with its hash and size."""
    return as_json(
        {
            "format": FORMAT,
            "id": row.dfe_return,
            "kind": row.kind.value,
            "period": row.period,
            "first_day": row.first_day.isoformat(),
            "last_day": row.last_day.isoformat(),
            "position": row.at_position,
            "sha256": row.sha256,
            "code_version": row.code_version,
            "figures": row.figures,
            "suppressed": row.suppressed,
            "files": [file.model_dump(mode="json") for file in row.files],
            "beside": [
                {
                    "name": name,
                    "size": len(content),
                    "sha256": hash_of(content),
                    "media_type": _media_type(name),
                }
                for name, content in beside.items()
            ],
        }
    )


def folder_of(installation: Installation, row: ReturnRow) -> tuple[Verified, dict[str, bytes]]:
    """Everything that a return is handed over with, verified."""
    told, files = whole(installation, row)
    figures = files["figures.csv"]
    beside = {name: _beside(installation, row, figures, name) for name in _TOLD}
    return told, files | beside | {MANIFEST: _manifest(row, beside)}


def _media_type(name: str) -> str:
    """Of a file beside the return's own."""
    if name in LETTERS:
        return LETTERS[name].media_type
    return JSON if name == MANIFEST else _TEXT


def file_of(installation: Installation, row: ReturnRow, name: str) -> tuple[bytes, str]:
    """One file with its media type. Raises Refused ``not-found`` for a name that it has not."""
    for file in row.files:
        if file.name == name:
            content = kept_files(installation, [file])[name]
            if hash_of(content) != file.sha256:
                content = whole(installation, row)[1][name]
            return content, file.media_type
    if name in BESIDE:
        figures, _ = file_of(installation, row, "figures.csv")
        return _beside(installation, row, figures, name), _media_type(name)
    raise Refused("not-found", f"{row.dfe_return} has no file of this name.")


def log_export(reading: Reader, subject: str) -> None:
    """Put on record that somebody took a return's files out."""
    store = reading.installation.store.datastore
    with store.get_connection() as connection, connection.transaction():
        who, channel = reading.user.user, reading.person.channel
        log_access(connection, who, channel, "export", subject, reading.moment.position)


def write_folder(files: dict[str, bytes], folder: Path) -> None:
    """Write a folder whole or not at all.

    Raises Refused ``bad-folder`` if something is there already.
    """
    with put_new_folder(folder) as part:
        for name, content in files.items():
            (part / name).write_bytes(content)


def england(figures: bytes) -> dict[str, str]:
    """England's totals by indicator, as they were published."""
    return {
        line["indicator"]: line["value"]
        for line in long_rows(figures)
        if line["area_level"] == "National" and not line["filter"]
    }


def long_rows(content: bytes) -> Iterator[dict[str, Any]]:
    """The figures in long form, as they were published."""
    yield from csv.DictReader(io.StringIO(content.decode(), newline=""))
