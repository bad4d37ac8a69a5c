"""A progress bar for work longer than a second: on a terminal, and nowhere else."""

import sys

from rich.console import Console
from rich.progress import Progress


def progress_bar() -> Progress:
    """A bar on standard error that leaves nothing behind; silent where that is no terminal."""
    terminal = sys.stderr.isatty()
    return Progress(console=Console(stderr=True), transient=True, disable=not terminal)
