"""What a register's export is: a name, a view, the columns in order, and who may read it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from projections.engine import View
from service.attributing import name_of
from service.desk import Reader
from service.exports.columns import Column
from service.figures import asking

Batch = list[tuple[Any, ...]]
"""Rows as tuples of cells, in the order of the columns."""
Seen = Callable[[Reader], tuple[Reader, Mapping[str, Any]]]

_BATCH = 5_000


def in_scope(reading: Reader) -> tuple[Reader, Mapping[str, Any]]:
    """What the view's scope lets the reader see, and nothing else."""
    return reading, {}


class Register(NamedTuple):
    """What can be exported, and as which columns."""

    name: str
    title: str
    view: type[View]
    needs: str
    """The permission to read it."""
    columns: tuple[Column, ...]
    order: str = "key"
    shape: type[Any] | None = None
    """The class of the rows, where that is not the view."""
    lines: Callable[[Reader], Iterator[Any]] | None = None
    """Rows made from the view's in Python, where one becomes several or none."""
    counted: str = "count(*)"
    """How many lines there are, in SQL over the view's rows."""
    count_of: str = ""
    """What that is as a figure, where a line is not a row."""
    listed: str = ""
    """Where its lines are listed, where no figure can be made of them."""
    seen: Seen = in_scope
    """Where to look, where another rule besides the view's scope says what somebody sees."""
    as_json: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """A line of JSON Lines, where that is not the columns by name."""
    published: bool = False
    """Whether its CSV is for people: headings and pounds instead of names and pence."""
    about: str = ""

    @property
    def told(self) -> str:
        """What a row is, in a sentence."""
        doc = " ".join(((self.shape or self.view).__doc__ or "").split())
        return self.about or doc

    @property
    def figure(self) -> str:
        """How many lines there are as a figure, to be opened up; empty where there is none."""
        return "" if self.listed else self.count_of or asking.count(name_of(self.view))

    def meaning(self, column: Column) -> str:
        """What a column holds, in the words of the class that it is a field of."""
        return column.meaning(self.shape or self.view)

    def check(self) -> None:
        """Raises TypeError for a column that the view does not have, or has as another kind."""
        for column in self.columns:
            if self.lines is None:
                column.check(self.view)
            elif self.shape and column.name.partition(".")[0] not in self.shape.model_fields:
                raise TypeError(f"{self.shape.__name__} has no field {column.name}")

    def total(self, reading: Reader) -> int:
        """How many lines there are in the reader's scope, as at the moment."""
        looking, where = self.seen(reading)
        return int(looking.figures(self.view, {"n": self.counted}, where)[0]["n"] or 0)

    def batches(self, reading: Reader) -> Iterator[Batch]:
        """The rows in the reader's scope as at the moment, part by part, in order."""
        if self.lines is None:
            looking, where = self.seen(reading)
            chosen = [column.sql for column in self.columns]
            yield from looking.stream(self.view, chosen, where, self.order)
            return
        batch: Batch = []
        for line in self.lines(reading):
            batch.append(tuple(column.value_of(line) for column in self.columns))
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def of_rows(
    view: type[Any], lines: Callable[[Any, date], list[Any]]
) -> Callable[[Reader], Iterator[Any]]:
    """The lines of every row of a view, as they stand on the moment's day."""
    columns = [Column(name, "") for name in view.columns]

    def made(reading: Reader) -> Iterator[Any]:
        for batch in reading.stream(view, [column.sql for column in columns]):
            for values in batch:
                row = view.model_validate(dict(zip(view.columns, values, strict=True)))
                yield from lines(row, reading.moment.on)

    return made
