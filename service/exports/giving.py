"""Grants as a 360Giving 1.4 data package, for everybody who looks at who funds what."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from psycopg.sql import SQL, Identifier

from domain.kernel import Refused
from projections.audit import JournalRow
from projections.councils import CouncilRow
from projections.funding import GrantRow
from service.desk import Reader
from service.exports.about import About
from service.exports.formats.text import iso
from service.exports.organisations import geo_type, organisation_id
from service.settings import Settings

AWARDED = ("offered", "accepted", "closed")
"""A grant is published once its council has been told, and as long as it stands."""
_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


def write_giving(file: BinaryIO, about: About, reading: Reader) -> int:
    """Every grant awarded in the reader's scope; returns how many.

    Raises Refused ``nothing-to-publish`` where there is none: a package without a grant is not
    valid.
    """
    settings = reading.installation.settings
    head = json.dumps(_package(about, settings), ensure_ascii=False)
    count = 0
    for grant in _grants(reading, about):
        begin = ",\n" if count else f'{head[:-1]}, "grants": [\n'
        file.write(f"{begin}{json.dumps(grant, ensure_ascii=False)}".encode())
        count += 1
    if not count:
        raise Refused(
            "nothing-to-publish",
            "No grant in your scope had been offered by then: choose a later moment.",
            position=about.position,
        )
    file.write(b"\n]}\n")
    return count


def _package(about: About, settings: Settings) -> dict[str, Any]:
    return {
        "version": "1.4",
        "title": f"Grants awarded by {about.publisher}",
        "description": f"{about.as_at}.",
        "issued": _on(about.on),
        "modified": iso(about.recorded_at),
        "identifier": f"{settings.publisher_prefix}-grants",
        "publisher": {
            "identifier": settings.organisation_id,
            "name": about.publisher,
            "website": about.address,
        },
        "downloadURL": _source(about),
        "accessURL": f"{about.address}/exports",
        "license": _LICENCE,
    }


def _source(about: About) -> str:
    return f"{about.address}/api/v1/exports/grants.360giving"


def _grants(reading: Reader, about: About) -> Iterator[dict[str, Any]]:
    councils = {row.council: row for row in reading.all(CouncilRow)}
    chosen = [*map(Identifier, GrantRow.columns), Identifier("from_position")]
    for batch in reading.stream(GrantRow, chosen, {"status": AWARDED}):
        changed = _recorded_at(reading, [row[-1] for row in batch])
        for *values, since in batch:
            row = GrantRow.model_validate(dict(zip(GrantRow.columns, values, strict=True)))
            yield _grant(row, councils, changed[since], about, reading.installation.settings)


def _recorded_at(reading: Reader, positions: list[int]) -> Mapping[int, datetime]:
    """When what stands since each position was recorded."""
    keys = [[str(position) for position in positions]]
    rows = reading.model.select(JournalRow, reading.moment.position, [SQL("key = ANY(%s)")], keys)
    return {row["position"]: row["recorded_at"] for row in rows}


def _grant(
    row: GrantRow,
    councils: Mapping[str, CouncilRow],
    changed: datetime,
    about: About,
    settings: Settings,
) -> dict[str, Any]:
    council = councils[row.council]
    funder, recipient = settings.organisation_id, organisation_id(row.council, settings)
    grant = f"{settings.publisher_prefix}-{row.grant}"
    place = {
        "name": council.name,
        "countryCode": "GB",
        "geoCode": council.gss_code,
        "geoCodeType": geo_type(council.gss_code),
    }

    def transaction(name: str, on: date, amount_pence: int, said: str) -> dict[str, Any]:
        return {
            "id": f"{grant}-{name}",
            "transactionDate": _on(on),
            "currency": "GBP",
            "value": _pounds(amount_pence),
            "description": said,
            "provider": funder,
            "recipient": recipient,
        }

    due = [part.due_on for part in row.instalments]
    planned = {"startDate": _on(min(due)), "endDate": _on(max(due))} if due else {}
    told = {
        "id": grant,
        "title": f"Improvement support for {council.name}",
        "description": row.purpose,
        "currency": "GBP",
        "amountAppliedFor": _pounds(row.proposed_pence),
        "amountAwarded": _pounds(row.approved_pence),
        "amountDisbursed": _pounds(row.paid_pence),
        "awardDate": _on(row.approved_on or row.proposed_on),
        "plannedDates": [planned] if planned else [],
        "recipientOrganization": [
            {
                "id": recipient,
                "name": council.name,
                "organisationType": council.authority_type,
                "location": [place],
            }
        ],
        "beneficiaryLocation": [place],
        "fundingOrganization": [{"id": funder, "name": about.publisher}],
        "grantProgramme": [
            {"code": row.heading.value, "title": row.heading.value.replace("-", " ").capitalize()}
        ],
        "fromOpenCall": "Yes" if row.competed else "No",
        "commitmentTransaction": [
            transaction(f"instalment-{p.number}", p.due_on, p.amount_pence, "Planned instalment")
            for p in row.instalments
        ],
        "disbursementTransaction": [
            transaction(f"payment-{p.position}", p.paid_on, p.amount_pence, "Instalment paid")
            for p in row.payments
            if p.reversed_on is None
        ],
        "dateModified": iso(changed),
        "dataSource": _source(about),
    }
    return {name: value for name, value in told.items() if value != []}


def _pounds(amount_pence: int) -> int | float:
    pounds, rest = divmod(amount_pence, 100)
    return amount_pence / 100 if rest else pounds


def _on(day: date) -> str:
    """A day in the long form: valid also where a validator does not look at formats.

    The schema asks for a date-time or else a plain date, exactly one of the two; a validator
    that takes any text for a date-time finds a plain date to be both.
    """
    return f"{day.isoformat()}T00:00:00Z"
