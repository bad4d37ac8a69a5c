"""Long work: exports, imports, returns, proofs; it goes on while people do something else.

``service.long_work`` keeps it beside the log, ``kinds`` says what each is and how it is done,
``worker`` does it, ``routes`` gives it to those who asked.
"""

from service.working.routes import router
from service.working.worker import Worker

__all__ = ["Worker", "router"]
