"""Peers over HTTP. Their names are kept in the register of persons beside the log."""

from typing import Any

from domain.councils import Council, Region
from domain.kernel import FinancialYear, PeerRef, Refused
from domain.people import (
    Accredit,
    ConfirmRelease,
    DeclareAvailability,
    DeclareInterest,
    GiveReason,
    Peer,
    PeerKind,
    PledgeDays,
    RegisterPeer,
    accredit,
    confirm_release,
    declare_availability,
    declare_interest,
    erase,
    pledge,
    register_peer,
    stand_down,
)
from domain.persons import Person
from projections.people import DonatedDays, PeerRow
from service import register
from service.desk import AtDesk, Page, Reading, Receipt, command, query, router_for

router = router_for("peers")


@command(router, "/peers", needs="peer.manage", cli="peer register")
def register_a_peer(command: RegisterPeer, desk: AtDesk) -> Receipt:
    """Put a peer on the register; their name is kept beside the log."""
    home = desk.find(Council(council=command.home_council))
    peer = desk.load(Peer(peer=desk.next("PEER")))
    if home.region is None:
        raise Refused("not-found", f"Council {command.home_council} is not on the register.")
    kept = command.model_dump(include={"name", "email", "telephone"}, exclude_none=True)
    desk.alongside += register.keep(peer.peer, kept)
    events = register_peer(command, peer, home.region, desk.acting())
    return desk.record(command, events, peer, home)


@command(router, "/peers/{peer}/release", needs="peer.manage", cli="peer release")
def confirm_employer_release(peer: PeerRef, command: ConfirmRelease, desk: AtDesk) -> Receipt:
    """Record that the employer releases the peer."""
    found = desk.find(Peer(peer=peer))
    return desk.record(command, confirm_release(command, found, desk.acting(peer=peer)), found)


@command(router, "/peers/{peer}/accreditation", needs="peer.manage", cli="peer accredit")
def accredit_peer(peer: PeerRef, command: Accredit, desk: AtDesk) -> Receipt:
    """Record a peer's accreditation."""
    found = desk.find(Peer(peer=peer))
    return desk.record(command, accredit(command, found, desk.acting(peer=peer)), found)


@command(router, "/peers/{peer}/pledges", needs="peer.declare", cli="peer pledge")
def pledge_days(peer: PeerRef, command: PledgeDays, desk: AtDesk) -> Receipt:
    """Pledge a peer's time in a financial year, in half-days."""
    found = desk.find(Peer(peer=peer))
    return desk.record(command, pledge(command, found, desk.acting(peer=peer)), found)


@command(router, "/peers/{peer}/availability", needs="peer.declare", cli="peer available")
def declare_peer_availability(peer: PeerRef, command: DeclareAvailability, desk: AtDesk) -> Receipt:
    """Say when a peer is available."""
    found = desk.find(Peer(peer=peer))
    events = declare_availability(command, found, desk.acting(peer=peer))
    return desk.record(command, events, found)


@command(router, "/peers/{peer}/interests", needs="peer.declare", cli="peer interest")
def declare_peer_interest(peer: PeerRef, command: DeclareInterest, desk: AtDesk) -> Receipt:
    """Declare an interest in a council; what it is, is kept as a confidential note."""
    found, council = desk.find(Peer(peer=peer)), desk.find(Council(council=command.council))
    by, note = desk.acting(peer=peer), desk.keep_note(command.nature)
    return desk.record(command, declare_interest(command, found, note, by), found, council)


@command(router, "/peers/{peer}/stand-down", needs="peer.manage", cli="peer stand-down")
def stand_peer_down(peer: PeerRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Stand a peer down."""
    found = desk.find(Peer(peer=peer))
    return desk.record(command, stand_down(command, found, desk.acting(peer=peer)), found)


@command(router, "/peers/{peer}/erasure", needs="peer.manage", cli="peer erase")
def erase_peer(peer: PeerRef, command: GiveReason, desk: AtDesk) -> Receipt:
    """Erase a peer's personal data; what they did stays on record."""
    found, person = desk.find(Peer(peer=peer)), desk.load(Person(person=peer))
    events = erase(command, found, person, desk.acting(peer=peer))
    desk.alongside += register.erase(peer, found.notes)
    return desk.record(command, events, found, person)


@query(router, "/peers", needs="peer.read")
def list_peers(
    reading: Reading,
    kind: PeerKind | None = None,
    home_region: Region | None = None,
    party: str | None = None,
    active: bool | None = None,
) -> Page[PeerRow]:
    """The register of peers, without names."""
    return reading.page(
        PeerRow,
        where={"kind": kind, "home_region": home_region, "party": party, "active": active},
    )


@query(router, "/peers/days", needs="peer.read")
def list_donated_days(
    reading: Reading,
    year: FinancialYear | None = None,
    peer: PeerRef | None = None,
    kind: PeerKind | None = None,
    home_region: Region | None = None,
) -> Page[DonatedDays]:
    """Time pledged, reserved and given by peer and financial year, in half-days."""
    return reading.page(
        DonatedDays,
        where={"year": year, "peer": peer, "kind": kind, "home_region": home_region},
    )


@query(router, "/peers/{peer}", needs="peer.read")
def show_peer(peer: PeerRef, reading: Reading) -> dict[str, Any]:
    """A peer with their name; how to reach them, for themselves and whoever works with them."""
    row = reading.item(PeerRow, peer).model_dump(mode="json")
    person = register.read(reading.installation.store.datastore, peer)
    reaches = reading.sees("peer.declare")
    return row | {"person": person if reaches else register.named(person)}
