"""One of several processes that serve the same installation: ``casework serve --workers N``."""

import os

from fastapi import FastAPI

from service.app import create_app
from service.installation import Installation, database_url
from service.logs import set_up_logging
from service.settings import Settings


def app() -> FastAPI:
    """The application on the installation of the environment."""
    settings = Settings()
    set_up_logging(settings)
    return create_app(
        Installation(settings, database_url(settings)),
        with_projector=bool(os.environ.get("CASEWORK_WITH_PROJECTOR")),
    )
