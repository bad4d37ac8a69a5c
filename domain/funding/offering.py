"""Offering an approved grant to its council, and the answer."""

from datetime import date

from domain.funding.events import (
    GrantOffered,
    OfferAccepted,
    OfferLapsed,
    OfferRefused,
)
from domain.funding.granting import GiveReason, released, step
from domain.funding.state import Budget, Grant
from domain.kernel import (
    Actor,
    Command,
    Dated,
    Event,
    Line,
    PersonId,
    require,
)

# --- Commands -------------------------------------------------------------------------------


class OfferGrant(Command):
    determination_letter: Line
    ring_fenced: bool = False
    allocations_annexed: bool = False
    accept_by: date


class AcceptOffer(Command):
    signatory: PersonId
    signatory_office: Line


# --- Decisions ------------------------------------------------------------------------------


def offer(command: OfferGrant, grant: Grant, by: Actor) -> list[Event]:
    """Offer an approved grant to the council."""
    step(command, grant, "approved")
    require(
        command.accept_by >= command.on,
        "bad-dates",
        "Give the council a day to accept by that is still to come.",
        accept_by=command.accept_by.isoformat(),
        effective_on=command.on.isoformat(),
    )
    return [
        GrantOffered(
            **grant.about,
            determination_letter=command.determination_letter,
            ring_fenced=command.ring_fenced,
            allocations_annexed=command.allocations_annexed,
            accept_by=command.accept_by,
            instalments=grant.instalments,
        )
    ]


def accept(command: AcceptOffer, grant: Grant, by: Actor) -> list[Event]:
    """Accept an offer for the council, in time; or, of an accepted grant, what it was raised by."""
    step(command, grant, "offered", "accepted")
    require(
        grant.status != "accepted" or grant.accepted_pence != grant.amount_pence,
        "offer-accepted",
        f"{grant.grant} is accepted as it stands.",
        status=grant.status,
        accepted_pence=grant.accepted_pence,
        amount_pence=grant.amount_pence,
    )
    if grant.status == "offered" and grant.accept_by:
        require(
            command.on <= grant.accept_by,
            "offer-out-of-time",
            f"The offer was open until {grant.accept_by.isoformat()}.",
            accept_by=grant.accept_by.isoformat(),
            effective_on=command.on.isoformat(),
        )
    return [
        OfferAccepted(
            **grant.about,
            amount_pence=grant.amount_pence,
            signatory=command.signatory,
            signatory_office=command.signatory_office,
        )
    ]


def refuse_offer(
    command: GiveReason, grant: Grant, budget: Budget, by: Actor
) -> list[Event | Dated]:
    """Refuse an offer for the council; what was set aside is freed."""
    step(command, grant, "offered")
    refused = OfferRefused(**grant.about)
    return [refused, *released(grant, command.on)]


def lapse(command: GiveReason, grant: Grant, budget: Budget, by: Actor) -> list[Event | Dated]:
    """Let an offer lapse that was not accepted in time; what was set aside is freed."""
    step(command, grant, "offered")
    if grant.accept_by:
        require(
            command.on > grant.accept_by,
            "offer-in-time",
            f"The offer is open until {grant.accept_by.isoformat()}.",
            accept_by=grant.accept_by.isoformat(),
            effective_on=command.on.isoformat(),
        )
    lapsed = OfferLapsed(**grant.about)
    return [lapsed, *released(grant, command.on)]
