"""How tiers, engagement and confidence look: by colour, and by letter or shape as well."""

from typing import NamedTuple

from domain.councils import Engagement, SupportTier
from domain.interventions import Rag
from service.pictures.svg import AMBER, DARK, GREEN, INK, MID, PALE, PAPER, RED, box, shape, text


class Look(NamedTuple):
    """A fill, the ink that is read on it, and its letter if it has one."""

    fill: str
    ink: str
    letter: str = ""


TIERS = {
    SupportTier.UNIVERSAL: Look("#eeefef", INK, "U"),
    SupportTier.EARLY_SUPPORT: Look("#a4c8e4", INK, "E"),
    SupportTier.TARGETED: Look("#ffdd00", INK, "T"),
    SupportTier.INTERVENTION: Look(RED, PAPER, "I"),
}
"""As the tags of the pages have them, but strong enough to be told apart as small tiles."""

STEPS = {
    Engagement.EARLY_ADOPTER: Look(DARK, PAPER),
    Engagement.ENGAGED: Look(MID, INK),
    Engagement.CONTACTED: Look(PALE, INK),
}
"""How far councils take part, the farthest first; who is not engaged is not drawn."""

_RAG = {Rag.RED: ("square", RED), Rag.AMBER: ("triangle", AMBER), Rag.GREEN: ("circle", GREEN)}


def confidence_mark(rag: Rag, x: float, y: float, half: float = 7) -> str:
    """Red is a square, amber a triangle, green a circle."""
    kind, fill = _RAG[rag]
    return shape(kind, x, y, half, fill)


def engagement_mark(step: Engagement, x: float, y: float, ink: str, ground: str) -> str:
    """An early adopter has a diamond, one engaged a dot, one contacted a ring, others nothing."""
    match step:
        case Engagement.EARLY_ADOPTER:
            return shape("diamond", x, y, 4, ink, ink)
        case Engagement.ENGAGED:
            return shape("circle", x, y, 4, ink, ink)
        case Engagement.CONTACTED:
            return shape("circle", x, y, 3.5, ground, ink)
    return ""


def tier_tile(tier: SupportTier, x: float, y: float, side: float) -> str:
    """A square in the fill of a tier with its letter."""
    look = TIERS[tier]
    letter = text(x + side * 0.34, y + side * 0.78, look.letter, at="middle", fill=look.ink)
    return box(x, y, side, side, look.fill, stroke=INK) + letter
