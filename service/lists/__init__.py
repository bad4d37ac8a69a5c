"""The lists of the record: each declared once, and had as a page, as CSV, and under saved filters.

``listing`` is the mechanism; ``support``, ``money`` and ``people`` declare the lists.
"""

from service.lists.listing import Asked, Listing, asked_of, rows_of
from service.lists.routes import router
from service.lists.shown import Shown, shown

__all__ = ["Asked", "Listing", "Shown", "asked_of", "router", "rows_of", "shown"]
