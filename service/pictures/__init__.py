"""Pictures for where people look rather than read: pure functions from rows to an SVG.

Each has a title, a sentence or two that say what it shows with its figures, and the table that
it is drawn from. There is no clock and no I/O here: what is drawn is what was given. The same
picture stands on a page, in a Word file and in a PDF.
"""

from service.pictures.cases import OpenCases, open_cases, progress_of_case
from service.pictures.challenges import challenges_over_time
from service.pictures.engagement import engagement_by_region, engagement_momentum, engagement_of
from service.pictures.flows import grant_flows
from service.pictures.money import MonthEnd, budget_bars, burn_down
from service.pictures.profile import indicator_profile
from service.pictures.supply import supply_and_demand
from service.pictures.telling import round_pounds
from service.pictures.tiers import engagement_by_tier
from service.pictures.tiles import tile_map
from service.writing.blocks import Picture

__all__ = [
    "MonthEnd",
    "OpenCases",
    "Picture",
    "budget_bars",
    "burn_down",
    "challenges_over_time",
    "engagement_by_region",
    "engagement_by_tier",
    "engagement_momentum",
    "engagement_of",
    "grant_flows",
    "indicator_profile",
    "open_cases",
    "progress_of_case",
    "round_pounds",
    "supply_and_demand",
    "tile_map",
]
