"""Zip archives whose bytes depend on what is in them alone."""

import io
from collections.abc import Mapping
from zipfile import ZipFile, ZipInfo

_EARLIEST = (1980, 1, 1, 0, 0, 0)


def archive(parts: Mapping[str, bytes]) -> bytes:
    """An archive of parts in their order: not compressed, and without the time of day.

    What a library compresses differs from one version to the next.
    """
    made = io.BytesIO()
    with ZipFile(made, "w") as archived:
        for name, content in parts.items():
            archived.writestr(ZipInfo(name, _EARLIEST), content)
    return made.getvalue()
