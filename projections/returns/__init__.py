"""The figures of each return: made from the records up to a position, and from nothing else."""

from projections.returns.areas import Area, areas_of
from projections.returns.changes import Changed, Contribution, Unreconciled, changes, sources
from projections.returns.figures import SHAPES, Figures, figures, shape_of, topics_of
from projections.returns.shape import Cell, Filter, Indicator, Period, Shape, Unit
from projections.returns.suppression import hidden

__all__ = [
    "SHAPES",
    "Area",
    "Cell",
    "Changed",
    "Contribution",
    "Figures",
    "Filter",
    "Indicator",
    "Period",
    "Shape",
    "Unit",
    "Unreconciled",
    "areas_of",
    "changes",
    "figures",
    "hidden",
    "shape_of",
    "sources",
    "topics_of",
]
