"""Councils over HTTP."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Query

from domain.councils import (
    AdoptPolicy,
    AppointBody,
    AppointPerson,
    ChangeEngagement,
    CloseConcern,
    Council,
    CouncilEvent,
    DoNotPursue,
    EndAppointment,
    EndBody,
    Engagement,
    Grade,
    InstrumentKind,
    InterventionPolicy,
    NameDirection,
    NameLeader,
    NameNotice,
    NamePerson,
    RaiseConcern,
    RecordOutcome,
    RecordVisit,
    Region,
    RegisterCouncil,
    ReplaceDirection,
    SucceedCouncil,
    SupportTier,
    adopt_policy,
    appoint,
    appoint_body,
    change_engagement,
    close_concern,
    do_not_pursue,
    end_appointment,
    end_body,
    issue_direction,
    issue_notice,
    lift_notice,
    name_leader,
    raise_concern,
    record_outcome,
    record_visit,
    register,
    replace_direction,
    revoke_direction,
    succeed,
)
from domain.kernel import CouncilCode, Refused
from projections.councils import CouncilRow, InspectionOutcome, PolicyRow
from projections.instruments import InstrumentRow
from service import register as register_of_persons
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for

router = router_for("councils")


def council_and_actor(desk: Desk, code: str) -> tuple[Council, Any]:
    """A council on the register, and who acts on it."""
    council = desk.find(Council(council=code))
    return council, desk.acting(council=code, region=council.region)


def person_of(command: NamePerson, desk: Desk) -> str:
    """The person id of whoever a command names; a new name is kept beside the log."""
    person = command.person or desk.new_person()
    if command.name:
        desk.alongside += register_of_persons.keep(person, {"name": command.name})
    return person


@command(router, "/councils", needs="council.manage", cli="council register")
def register_council(command: RegisterCouncil, desk: AtDesk) -> Receipt:
    """Put a council on the register, or bring its particulars up to date."""
    council = desk.load(Council(council=command.council))
    by = desk.acting(council=command.council, region=command.region)
    return desk.record(command, register(command, council, by), council)


@command(router, "/councils/{council}/succession", needs="council.manage", cli="council succeed")
def succeed_council(council: CouncilCode, command: SucceedCouncil, desk: AtDesk) -> Receipt:
    """Record that others took a council's place on a day."""
    found, by = council_and_actor(desk, council)
    successors = desk.load_many([Council(council=code) for code in command.successors])
    if missing := [each.council for each in successors if not each.exists]:
        raise Refused("not-found", f"Register {', '.join(missing)} first.")
    return desk.record(command, succeed(command, found, successors, by), found, *successors)


@command(
    router, "/councils/{council}/inspections", needs="inspection.record", cli="council inspection"
)
def record_inspection(council: CouncilCode, command: RecordOutcome, desk: AtDesk) -> Receipt:
    """Record an inspection's published outcome; it holds from its publication."""
    found, by = council_and_actor(desk, council)
    policy = desk.load(InterventionPolicy())
    events = record_outcome(command, found, policy, desk.installation.today(), by)
    return desk.record(command, [(e, command.published_on) for e in events], found, policy)


@command(router, "/policies", needs="policy.adopt", cli="policy adopt")
def adopt(command: AdoptPolicy, desk: AtDesk) -> Receipt:
    """Adopt the next intervention policy."""
    policy = desk.load(InterventionPolicy())
    councils = desk.load_many([Council(council=code) for code in registered(desk)])
    events = adopt_policy(command, policy, councils, desk.acting())
    judged = {c.council: c.latest.published_on for c in councils if c.latest}
    # The policy holds from its first day; what follows from it, from the judgement if later.
    dated = [
        (e, max(command.from_, judged[e.council]) if isinstance(e, CouncilEvent) else command.from_)
        for e in events
    ]
    return desk.record(command, dated, policy, *councils)


def registered(desk: Desk) -> list[str]:
    """The DfE numbers of every council on the register."""
    streams = desk.store.streams("COUNCIL-")
    return [stream.removeprefix("COUNCIL-") for stream in streams]


@command(
    router,
    "/councils/{council}/not-pursued",
    needs="decision.take",
    cli="council not-pursue",
)
def decide_not_to_pursue(council: CouncilCode, command: DoNotPursue, desk: AtDesk) -> Receipt:
    """Decide, with reasons, that no case is opened on the latest judgements."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, do_not_pursue(command, found, by), found)


@command(
    router, "/councils/{council}/engagement", needs="engagement.record", cli="council engagement"
)
def record_engagement(council: CouncilCode, command: ChangeEngagement, desk: AtDesk) -> Receipt:
    """Record how far a council takes part, with the evidence."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, change_engagement(command, found, by), found)


@command(router, "/councils/{council}/notices", needs="council.manage", cli="council notice")
def issue_improvement_notice(council: CouncilCode, command: NameNotice, desk: AtDesk) -> Receipt:
    """Record an improvement notice."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, issue_notice(command, found, by), found)


@command(
    router, "/councils/{council}/notices/lifting", needs="council.manage", cli="council lift-notice"
)
def lift_improvement_notice(council: CouncilCode, command: NameNotice, desk: AtDesk) -> Receipt:
    """Record that a notice was lifted."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, lift_notice(command, found, by), found)


@command(router, "/councils/{council}/directions", needs="council.manage", cli="council direction")
def issue_statutory_direction(
    council: CouncilCode, command: NameDirection, desk: AtDesk
) -> Receipt:
    """Record a statutory direction, with its commissioner if one was appointed."""
    found, by = council_and_actor(desk, council)
    commissioner = person_of(command, desk) if command.person or command.name else None
    return desk.record(command, issue_direction(command, found, commissioner, by), found)


@command(
    router,
    "/councils/{council}/directions/revocation",
    needs="council.manage",
    cli="council revoke-direction",
)
def revoke_statutory_direction(
    council: CouncilCode, command: NameDirection, desk: AtDesk
) -> Receipt:
    """Record that a direction was revoked."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, revoke_direction(command, found, by), found)


@command(
    router,
    "/councils/{council}/directions/replacement",
    needs="council.manage",
    cli="council replace-direction",
)
def replace_statutory_direction(
    council: CouncilCode, command: ReplaceDirection, desk: AtDesk
) -> Receipt:
    """Record that a direction gave way to another, or to a notice."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, replace_direction(command, found, by), found)


@command(router, "/councils/{council}/visits", needs="inspection.record", cli="council visit")
def record_inspectors_visit(council: CouncilCode, command: RecordVisit, desk: AtDesk) -> Receipt:
    """Record a monitoring or focused visit."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, record_visit(command, found, by), found)


@command(router, "/councils/{council}/appointments", needs="council.manage", cli="council appoint")
def appoint_person(council: CouncilCode, command: AppointPerson, desk: AtDesk) -> Receipt:
    """Record an adviser, a commissioner or the chair of an improvement board."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, appoint(command, found, person_of(command, desk), by), found)


@command(
    router,
    "/councils/{council}/appointments/ending",
    needs="council.manage",
    cli="council end-appointment",
)
def end_council_appointment(council: CouncilCode, command: EndAppointment, desk: AtDesk) -> Receipt:
    """Record that an adviser, a commissioner or an improvement board stood down."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, end_appointment(command, found, by), found)


@command(router, "/councils/{council}/bodies", needs="council.manage", cli="council appoint-body")
def appoint_partner_or_trust(council: CouncilCode, command: AppointBody, desk: AtDesk) -> Receipt:
    """Record that a partner or a trust took on the services."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, appoint_body(command, found, by), found)


@command(
    router, "/councils/{council}/bodies/ending", needs="council.manage", cli="council end-body"
)
def end_partner_or_trust(council: CouncilCode, command: EndBody, desk: AtDesk) -> Receipt:
    """Record that the services came back from a partner or a trust."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, end_body(command, found, by), found)


@command(router, "/councils/{council}/leaders", needs="council.manage", cli="council leader")
def name_council_leader(council: CouncilCode, command: NameLeader, desk: AtDesk) -> Receipt:
    """Record who leads children's services."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, name_leader(command, found, person_of(command, desk), by), found)


@command(router, "/councils/{council}/concerns", needs="engagement.record", cli="council concern")
def raise_risk_concern(council: CouncilCode, command: RaiseConcern, desk: AtDesk) -> Receipt:
    """Record a cause for concern."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, raise_concern(command, found, by), found)


@command(
    router,
    "/councils/{council}/concerns/{concern}/closure",
    needs="engagement.record",
    cli="council close-concern",
)
def close_risk_concern(
    council: CouncilCode, concern: int, command: CloseConcern, desk: AtDesk
) -> Receipt:
    """Record that a concern was resolved."""
    found, by = council_and_actor(desk, council)
    return desk.record(command, close_concern(command, found, concern, by), found)


# --- Reading --------------------------------------------------------------------------------


@query(router, "/councils", needs="council.read")
def list_councils(
    reading: Reading,
    region: Region | None = None,
    tier: SupportTier | None = None,
    due: bool | None = None,
    engagement: Engagement | None = None,
    overall: Grade | None = None,
) -> Page[CouncilRow]:
    """The register with tiers, grades and what is due."""
    return reading.page(
        CouncilRow,
        where={
            "region": region,
            "tier": tier,
            "due": due,
            "engagement": engagement,
            "overall": overall,
        },
    )


@query(router, "/councils/{council}", needs="council.read")
def show_council(
    council: CouncilCode,
    reading: Reading,
    effective_on: Annotated[
        date | None, Query(description="What held in the world on this day, as known as_at")
    ] = None,
) -> dict[str, Any]:
    """One council; with ``effective_on``, what held on that day as known now, or as_at then."""
    found = reading.item(CouncilRow, f"COUNCIL-{council}")
    named = register_of_persons.read_all(reading.installation.store.datastore, found.persons)
    row = found.model_dump(mode="json") | {
        "people": {who: register_of_persons.named(data) for who, data in named.items()}
    }
    if effective_on is None:
        return row
    held = reading.all(
        InspectionOutcome,
        where={"council": council},
        ranges={"published_on": (None, effective_on)},
        order="-published_on",
        limit=1,
    )
    return row | {
        "effective_on": effective_on.isoformat(),
        "judgement_held": held[0].model_dump(mode="json") if held else None,
        "called_for_intervention": _called_for(held[0], reading) if held else None,
    }


def _called_for(held: InspectionOutcome, reading: Reader) -> dict[str, Any] | None:
    """The policy in force when a judgement was published and the grades that met it, if any."""
    policies = reading.all(
        PolicyRow, ranges={"from_": (None, held.published_on)}, order="-from_", limit=1
    )
    met_by = policies[0].met_by(held) if policies else {}
    return {"policy_version": policies[0].policy_version, "met_by": met_by} if met_by else None


@query(router, "/councils/{council}/inspections", needs="council.read")
def list_inspections(council: CouncilCode, reading: Reading) -> Page[InspectionOutcome]:
    """A council's outcomes, the latest first, each as published and as it stands."""
    return reading.page(InspectionOutcome, where={"council": council}, order="-published_on")


@query(router, "/councils/{council}/instruments", needs="council.read")
def list_council_instruments(
    council: CouncilCode,
    reading: Reading,
    on: Annotated[date | None, Query(description="In force on this day, as known as_at")] = None,
) -> Page[InstrumentRow]:
    """What a council is or was under, the heaviest first; with ``on``, on one day."""
    reading.item(CouncilRow, f"COUNCIL-{council}")
    return reading.page_of(instruments_of(reading, {"council": council}, on))


@query(router, "/instruments", needs="council.read")
def list_instruments(
    reading: Reading,
    kind: InstrumentKind | None = None,
    in_force: bool | None = None,
    on: Annotated[date | None, Query(description="In force on this day, as known as_at")] = None,
) -> Page[InstrumentRow]:
    """Every council's instruments, the heaviest first."""
    return reading.page_of(instruments_of(reading, {"kind": kind, "in_force": in_force}, on))


def instruments_of(
    reading: Reader, where: Mapping[str, Any], on: date | None = None
) -> list[InstrumentRow]:
    """The instruments that fit, the heaviest first; with ``on``, those in force on a day."""
    rows = reading.all(InstrumentRow, where, order="from_on")
    return sorted((row for row in rows if on is None or row.on(on)), key=lambda row: -row.rung)


@query(router, "/policies", needs="council.read")
def list_policies(reading: Reading) -> Page[PolicyRow]:
    """The intervention policy's versions."""
    return reading.page(PolicyRow)
