"""Files and folders that have their name only once they are whole and on disk.

Until then they lie beside, under a hidden name of their own, and are removed if writing ends in any
other way: after an error, Ctrl-C or a loss of power there is the whole of it or nothing.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path

from domain.kernel import Refused


@contextmanager
def put_file(path: Path) -> Iterator[BufferedRandom]:
    """A file to write, and to read back, that takes its place at the end."""
    part = _beside(path)
    try:
        with part.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(path.parent)


@contextmanager
def put_folder(folder: Path, mode: int = 0o777) -> Iterator[Path]:
    """A folder to fill that takes its place at the end: where nothing, or an empty one, is.

    ``mode`` is what ``mkdir`` takes.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = _beside(folder)
    part.mkdir(mode)
    try:
        yield part
        for path in (*part.rglob("*"), part):
            _sync(path)
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part)
        raise
    _sync(folder.parent)


@contextmanager
def put_new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill that takes its place at the end.

    Raises Refused ``bad-folder`` if something is there already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused("bad-folder", f"{folder} is there already: name a folder that is not.")
    with put_folder(folder) as part:
        yield part


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def _sync(path: Path) -> None:
    """Have a file's content, or a folder's entries, on disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
