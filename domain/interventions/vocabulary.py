"""The words of support, and the authority to decide."""

from collections.abc import Mapping
from enum import StrEnum

from domain.kernel import (
    Actor,
    Frozen,
    PenceOrNone,
    Text,
    pounds_text,
    require,
)


class Stage(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    TRIAGED = "triaged"
    PROPOSED = "package proposed"
    AGREED = "agreed"
    DELIVERING = "delivering"
    REVIEWING = "reviewing"
    ESCALATED = "escalated"
    STEPPING_DOWN = "stepping down"
    CLOSED = "closed"
    SUSTAINED_CHECK = "sustained-improvement check"


class ItemKind(StrEnum):
    """What a package of support is made of."""

    COUNCIL_INPUT = "direct input from another council"
    SPECIALIST = "specialist"
    PEER_MENTORING = "peer mentoring"
    PEER_REVIEW = "peer review"
    FUNDING = "funding"
    TRAINING = "training"
    DATA_SUPPORT = "data support"


class Rag(StrEnum):
    """Red, amber, green."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Confidentiality(StrEnum):
    """Who may read a note."""

    OPEN = "open"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"

    @property
    def needs(self) -> str:
        """The permission to read it; what is confidential, its author and the lead read too."""
        return _READING[self][0]

    @property
    def readers(self) -> str:
        """Who they are, for people to read."""
        return _READING[self][1]


_READING: Mapping[Confidentiality, tuple[str, str]] = {
    Confidentiality.OPEN: (
        "note.read",
        "case officers, approvers, the council's regional lead and auditors",
    ),
    Confidentiality.RESTRICTED: (
        "note.read-restricted",
        "case officers, the council's regional lead and auditors",
    ),
    Confidentiality.CONFIDENTIAL: (
        "note.read-confidential",
        "its author, the case's lead, the council's regional lead and auditors",
    ),
}


class Needs(Frozen):
    """What a council needs, in its professional and its political leadership."""

    professional: Text
    political: Text


class Authority(Frozen):
    """On what authority something was decided."""

    limit_pence: PenceOrNone
    """The decider's delegated limit at that moment."""
    limit_record: str
    """The record that granted it, as stream/version."""
    granted_by: str
    board_minute: str | None = None
    """The Board's minute, where it decided."""


ON_AUTHORITY = (
    "[by the Board in minute {authority.board_minute}|within a limit of {authority.limit_pence}]"
)
"""How the sentence of an event says on what authority it was decided."""


def authority_for(amount_pence: int, board_minute: str | None, by: Actor) -> Authority:
    """The authority to decide on an amount: the limit held, or a Board minute.

    Raises Refused ``over-limit`` for an amount above the limit without a minute.
    """
    require(
        amount_pence <= by.limit_pence or board_minute,
        "over-limit",
        f"This is above your limit of {pounds_text(by.limit_pence)}: the Board decides, and"
        " you record its minute reference.",
        limit_pence=by.limit_pence,
        amount_pence=amount_pence,
        board_minute=board_minute,
        limit_record=by.authority,
        granted_by=by.granted_by,
    )
    return Authority(
        limit_pence=by.limit_pence,
        limit_record=by.authority,
        granted_by=by.granted_by,
        board_minute=board_minute,
    )
