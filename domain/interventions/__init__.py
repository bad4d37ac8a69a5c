"""Intervention cases: triage, decisions on support, the package, progress and closing."""

from domain.interventions.closing import *  # noqa: F403
from domain.interventions.commands import *  # noqa: F403
from domain.interventions.decisions import *  # noqa: F403
from domain.interventions.events import *  # noqa: F403
from domain.interventions.state import *  # noqa: F403
from domain.interventions.vocabulary import *  # noqa: F403
