"""The entries of an export's zip archive: none of them comes from the clock."""

from zipfile import ZIP_DEFLATED, ZipInfo

from service.exports.about import About

_LARGE = 8_000_000
"""So many cells may be more than an archive of the first kind can hold."""


def entry(name: str, about: About, how: int = ZIP_DEFLATED) -> ZipInfo:
    """An entry that bears the time of the last event that the export knows of."""
    at = about.recorded_at
    info = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = how
    return info


def is_large(about: About) -> bool:
    """Whether the entry with the rows may need an archive of the second kind."""
    return about.total * len(about.register.columns) > _LARGE
