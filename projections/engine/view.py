"""A View, its rows' versions, and the book that they are folded in."""

import functools
import hashlib
import inspect
import json
import re
import sys
import types
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, Field

from domain.kernel import Frozen, Record

Scope = Literal["council", "region", "programme", "public"]
Names = tuple[str, ...]

_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "bigint"),
    (str, "text"),
    (datetime, "timestamptz"),
    (date, "date"),
    (Decimal, "numeric"),
)


def _column_type(hint: Any) -> str:
    """PostgreSQL's type for a field: scalars typed, anything else jsonb."""
    if get_origin(hint) in (Union, types.UnionType):
        some = [a for a in get_args(hint) if a is not type(None)]
        return _column_type(some[0]) if len(some) == 1 else "jsonb"
    if isinstance(hint, type) and get_origin(hint) is None:
        for python, postgres in _TYPES:
            if issubclass(hint, python):
                return postgres
    return "jsonb"


def inner() -> Any:
    """A field that the row is folded from: kept with it, and shown to nobody."""
    return Field(exclude=True)


class View(Frozen):
    """One kind of row that people see.

    ``indexes`` names the fields that lists are filtered or sorted by; ``search`` those whose
    words are searched, the weightiest first. ``scope`` says who may see a row: ``council`` and
    ``region`` rows carry that field, ``programme`` rows are for national roles, ``public`` ones
    for everybody signed in.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    all: ClassVar[list[type["View"]]] = []
    table: ClassVar[str] = ""
    columns: ClassVar[dict[str, str]] = {}
    indexes: ClassVar[Names] = ()
    search: ClassVar[Names] = ()
    scope: ClassVar[Scope] = "programme"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """The class's own words (indexes, scope) are taken once its fields are known."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, indexes: Names = (), search: Names = (), scope: Scope = "programme", **kwargs: Any
    ) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        hints = get_type_hints(cls)
        cls.table = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.columns = {name: _column_type(hints[name]) for name in cls.model_fields}
        cls.indexes, cls.search, cls.scope = indexes, search, scope
        if unknown := {*indexes, *search} - cls.columns.keys():
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))} to index")
        if scope in ("council", "region") and scope not in cls.columns:
            raise TypeError(f"{cls.__name__} is scoped by {scope} but has no such field")
        View.all.append(cls)

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        """The keys of the rows that this record touches."""
        raise NotImplementedError

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        """What a row becomes by this record: pure; None where there is no row, or no more."""
        raise NotImplementedError

    @classmethod
    def fold(cls, row: Self | None, record: Record, key: str) -> Self | None:
        """project(), with the version of the row's own stream filled in."""
        after = cls.project(row, record, key)
        if after is not None and "version" in cls.columns and record.stream == key:
            return after.but(version=record.version)
        return after

    @classmethod
    @functools.cache
    def fingerprint(cls) -> str:
        """Changes when the rows' shape, or the code of a module that makes them, does."""
        sources = [inspect.getsource(sys.modules[name]) for name in cls.made_by()]
        return hashlib.sha256(json.dumps([cls.columns, sources]).encode()).hexdigest()[:8]

    @classmethod
    def made_by(cls) -> list[str]:
        """The modules that make the rows: the view's own and those of the domain it takes from."""
        used = {
            getattr(value, "__module__", "") for value in vars(sys.modules[cls.__module__]).values()
        }
        return sorted({cls.__module__, *(name for name in used if name.startswith("domain."))})

    def values(self) -> list[Any]:
        """The row as PostgreSQL takes it, in the order of its columns."""
        dumped = self.model_dump(mode="json")
        for name in self.columns.keys() - dumped.keys():
            dumped[name] = getattr(self, name).model_dump(mode="json")
        return [
            json.dumps(dumped[name], ensure_ascii=False) if kind == "jsonb" else dumped[name]
            for name, kind in self.columns.items()
        ]


class Version(Frozen):
    """One row as it was from a position (included) to another (not included)."""

    key: str
    from_position: int
    to_position: int | None
    row: Any


class Book:
    """A View's rows as they are being folded: the live ones, and what a batch has changed."""

    def __init__(self, view: type[View], position: int) -> None:
        self.view, self.position = view, position
        self.live: dict[str, tuple[int, View]] = {}
        self.absent: set[str] = set()
        self.clear_batch()

    def clear_batch(self) -> None:
        self.closed: list[tuple[str, int]] = []
        self.made: list[Version] = []
        self.born: dict[str, int] = {}

    def fold(self, record: Record) -> None:
        """Take one record in. Raises what the View's handler raises, having changed nothing."""
        keys = tuple(dict.fromkeys(self.view.keys(record)))
        before = [self.live.get(key) for key in keys]
        after = [
            self.view.fold(old[1] if old else None, record, key)
            for key, old in zip(keys, before, strict=True)
        ]
        for key, old, row in zip(keys, before, after, strict=True):
            if (old[1] if old else None) == row:
                continue
            if old:
                self._close(key, old, record.position)
            if row is None:
                self.live.pop(key, None)
                self.absent.add(key)
            else:
                self.live[key] = (record.position, row)
                self.absent.discard(key)
                self.born[key] = record.position
        self.position = record.position

    def _close(self, key: str, old: tuple[int, View], position: int) -> None:
        since, row = old
        if key in self.born:
            del self.born[key]
            self.made.append(Version(key=key, from_position=since, to_position=position, row=row))
        else:
            self.closed.append((key, position))

    def versions(self) -> list[Version]:
        """The row versions that the batch has made."""
        opened = [
            Version(key=key, from_position=since, to_position=None, row=self.live[key][1])
            for key, since in self.born.items()
        ]
        return self.made + opened

    def unknown(self, records: Iterable[Record]) -> list[str]:
        """The keys that these records touch and whose rows are not in memory yet."""
        keys: dict[str, None] = {}
        for record in records:
            if record.position > self.position:
                keys.update(dict.fromkeys(self.view.keys(record)))
        return [key for key in keys if key not in self.live and key not in self.absent]
