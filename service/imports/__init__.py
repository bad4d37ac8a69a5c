"""Loading files as published: every row loaded, unchanged or rejected with a reason."""

from service.imports.councils import import_councils
from service.imports.files import Counts, ImportResult, Rejection
from service.imports.indicators import import_indicators
from service.imports.inspections import import_inspections
from service.imports.routes import router

__all__ = [
    "Counts",
    "ImportResult",
    "Rejection",
    "import_councils",
    "import_indicators",
    "import_inspections",
    "router",
]
