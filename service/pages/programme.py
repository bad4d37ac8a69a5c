"""Contracts, policy programmes, hosting and specialists."""

from fastapi import Request
from fastapi.responses import Response

from domain.councils import Region
from projections.contracts import ContractRow
from projections.funding import LedgerLine
from projections.programmes import ParticipationRow, ProgrammeRow, TrialResultRow
from service.contracts import deliverables
from service.desk import Reading, Router, page
from service.hosting import given
from service.lists.listing import asked_of
from service.lists.money import CONTRACTS, DELIVERABLES, HOSTING, PROGRAMMES, STAFF_TIME
from service.lists.people import SPECIALISTS
from service.pages.render import listed, render
from service.pages.timeline import history, names_of
from service.programmes import participation, themes_stand
from service.specialists import specialist_supply

router = Router()


@page(router, "/contracts", needs="contract.read")
def contract_register(request: Request, reading: Reading) -> Response:
    """The register of contracts and what is to be delivered."""
    return listed(
        request,
        "contracts/contracts.html",
        reading,
        CONTRACTS,
        overdue=sum(line.state == "overdue" for line in deliverables(reading)),
    )


@page(router, "/contracts/deliverables", needs="contract.read")
def deliverable_list(request: Request, reading: Reading) -> Response:
    """What the contracts are to deliver, as it stands."""
    return listed(request, "contracts/deliverables.html", reading, DELIVERABLES)


@page(router, "/contracts/{contract}", needs="contract.read")
def contract_page(request: Request, contract: str, reading: Reading) -> Response:
    """A contract: what was agreed, what was delivered, what was paid."""
    row = reading.item(ContractRow, contract)
    return render(
        request,
        "contracts/contract.html",
        reading=reading,
        row=row,
        lines=row.schedule(reading.moment.on),
        ledger=reading.all(LedgerLine, {"purpose": contract}, order="position")
        if reading.sees("ledger.read")
        else [],
        history=history(request, reading, contract=contract),
    )


@page(router, "/programmes", needs="programme.read")
def programme_list(request: Request, reading: Reading) -> Response:
    """Policy programmes and how many councils take part."""
    return listed(
        request,
        "programmes/programmes.html",
        reading,
        PROGRAMMES,
        by_region=participation(reading, "region"),
        by_theme=themes_stand(reading),
        regions={region.value: region.label for region in Region},
    )


@page(router, "/programmes/{programme}", needs="programme.read")
def programme_page(request: Request, programme: str, reading: Reading) -> Response:
    """A programme: who takes part, what results were reached and paid."""
    row = reading.item(ProgrammeRow, programme)
    where = {"programme": programme}
    return render(
        request,
        "programmes/programme.html",
        reading=reading,
        row=row,
        councils=names_of(reading),
        taking_part=reading.all(ParticipationRow, where, order="council"),
        results=reading.all(TrialResultRow, where, order="outcome"),
        history=history(request, reading, programme=programme),
    )


@page(router, "/hosting", needs="hosting.read")
def hosting_page(request: Request, reading: Reading) -> Response:
    """What the host claimed and was paid, and the staff time that it gave."""
    year = asked_of(HOSTING, reading, request.query_params).values["year"] or None
    return listed(
        request,
        "hosting/hosting.html",
        reading,
        HOSTING,
        year=year,
        by_activity=given(reading, "activity", year),
        by_month=given(reading, "month", year),
    )


@page(router, "/hosting/staff-time", needs="hosting.read")
def staff_time(request: Request, reading: Reading) -> Response:
    """The staff time that the host gave in kind, entry by entry."""
    return listed(request, "hosting/staff_time.html", reading, STAFF_TIME)


@page(router, "/specialists", needs="peer.read")
def specialists(request: Request, reading: Reading) -> Response:
    """Specialists' free time against the support that waits for one."""
    supply = specialist_supply(reading)
    return listed(request, "contracts/specialists.html", reading, SPECIALISTS, supply=supply)
