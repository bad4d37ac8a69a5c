"""Returns to the department: made from the log, checked, kept, handed over and explained."""

from service.returns.routes import router

__all__ = ["router"]
