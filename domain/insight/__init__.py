"""Insight: published indicators, how a council compares by them, and early warning."""

from domain.insight.decisions import *  # noqa: F403
from domain.insight.events import *  # noqa: F403
from domain.insight.profile import *  # noqa: F403
from domain.insight.state import *  # noqa: F403
from domain.insight.vocabulary import *  # noqa: F403
from domain.insight.warning import *  # noqa: F403
