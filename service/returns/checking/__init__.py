"""The check of statistics files, as the department screens them before they are loaded.

The rules are those of the department's screener, version 0.3.1 of 7 May 2026, by its own codes,
and three of ours where it lets through what it should not. Each is one function that names what
breaks it. Of wards, constituencies, districts, enterprise partnerships, skills areas and devolved
areas the product holds no list, because it publishes none: of those the form of the code is
checked, and that each has one name. Nor does it hold the department's data dictionary: a column
is warned of unless it is handed one that has it. A return's other files are compared with its
statistics files, so that every form says the same.
"""

from service.returns.checking.files import Pair, Sheet, Unreadable, pairs_in, read_pair
from service.returns.checking.forms import Compared, compare_folder
from service.returns.checking.run import Outcome, Screened, screen, screen_folder

__all__ = [
    "Compared",
    "Outcome",
    "Pair",
    "Screened",
    "Sheet",
    "Unreadable",
    "compare_folder",
    "pairs_in",
    "read_pair",
    "screen",
    "screen_folder",
]
