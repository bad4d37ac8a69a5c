"""Intervention cases as people see them: board, page and decision register."""

from projections.interventions.cases import *  # noqa: F403
from projections.interventions.decisions import *  # noqa: F403
