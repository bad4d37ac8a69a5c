"""The command line: every command of the API, and what only an installation's keeper does."""

from service.cli.main import main

__all__ = ["main"]
