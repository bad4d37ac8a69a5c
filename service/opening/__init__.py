"""Every figure opens up: to the rows that it counts or sums, and on to the events behind them.

A figure is worked out again from what it is (``service.figures.asking``), as far as the reader
sees and as at the moment that they look at.
"""

from service.opening.routes import router

__all__ = ["router"]
