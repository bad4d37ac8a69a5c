"""Views: typed rows folded from records, every version kept, so that any moment can be asked.

A View says which rows a record touches (``keys``) and what each becomes (``project``). The
follower does the rest, a batch at a time: it folds every View, and writes the row versions and
the tracking position in one transaction. A row version holds from the position of the record
that made it to the position of the one that ended it.
"""

from projections.engine.model import Publishing, ReadModel
from projections.engine.steps import (
    Fold,
    Step,
    differences,
    fields,
    figure,
    figures,
    parts_of,
    refold,
)
from projections.engine.view import Book, Scope, Version, View, inner

__all__ = [
    "Book",
    "Fold",
    "Publishing",
    "ReadModel",
    "Scope",
    "Step",
    "Version",
    "View",
    "differences",
    "fields",
    "figure",
    "figures",
    "inner",
    "parts_of",
    "refold",
]
