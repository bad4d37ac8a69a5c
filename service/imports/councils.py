"""Loading a register of councils."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.councils import (
    AdoptPolicy,
    Council,
    InterventionPolicy,
    Region,
    RegisterCouncil,
    Source,
    foreseen,
    register,
)
from domain.kernel import Event, Refused
from service.councils import adopt
from service.desk import Desk, Receipt
from service.imports.files import (
    Counts,
    ImportFile,
    ImportResult,
    RowResult,
    Table,
    Unusable,
    blank,
    counted,
    read_path,
    text_of,
    write_report,
)

OWN_REGISTER = Path(__file__).parent.parent / "data" / "authorities.csv"
COLUMNS = ("dfe_number", "gss_code", "name", "region", "authority_type")


def import_councils(
    source: Path | None, desk: Desk, *, dry_run: bool = False, report: Path | None = None
) -> Counts:
    """Load a register; without a file, the one that the product ships.

    Raises Refused ``bad-file`` for one that can't be read, having loaded nothing.
    """
    table = read_path(source or OWN_REGISTER)
    return load_councils(table, desk, dry_run=dry_run, report=report).counts()


def load_councils(
    table: Table, desk: Desk, *, dry_run: bool = False, report: Path | None = None
) -> ImportResult:
    """Load a register's rows in one transaction."""
    if missing := [column for column in COLUMNS if column not in table.headers]:
        raise Refused("bad-file", f"{table.name} is no register: it has no {', '.join(missing)}.")
    rows: list[RowResult] = []

    def load_councils_file(command: ImportFile, desk: Desk, file: str) -> Receipt:
        rows.clear()
        by = desk.acting()
        codes = [str(cells.get("dfe_number") or "").strip() for _, cells in table.rows]
        wanted = sorted({code for code in codes if code.isdecimal() and len(code) == 3})
        before = desk.load_many([Council(council=code) for code in wanted])
        known = {council.council: council for council in before}
        events: list[Event] = []
        seen: set[str] = set()
        coded = {council.gss_code: council.council for council in before if council.exists}
        for number, cells in desk.each(table.rows):
            try:
                asked = _row(
                    cells,
                    Source(
                        name=f"Register of councils, {table.name}",
                        kind="official",
                        row=number,
                        sha256=table.sha256,
                    ),
                )
                if asked.council in seen:
                    raise Unusable("dfe_number", f"{asked.council} stands twice in this file")
                if coded.get(asked.gss_code, asked.council) != asked.council:
                    raise Unusable(
                        "gss_code", f"{asked.gss_code} is the code of {coded[asked.gss_code]}"
                    )
            except Unusable as unusable:
                rows.append(
                    RowResult(
                        row=number,
                        council=str(cells.get("name") or ""),
                        result="rejected",
                        column=unusable.column,
                        reason=unusable.reason,
                    )
                )
                continue
            seen.add(asked.council)
            coded[asked.gss_code] = asked.council
            told = register(asked, known[asked.council], by)
            for event in told:
                state = known[asked.council]
                known[asked.council] = state.apply(foreseen(event, state))
            events += told
            rows.append(
                RowResult(
                    row=number, council=asked.council, result="loaded" if told else "unchanged"
                )
            )
        return desk.record(command, [] if dry_run else events, *before, told=counted(rows))

    receipt = desk.carry_out(
        "council.manage",
        load_councils_file,
        {"command": ImportFile(), "desk": desk, "file": table.sha256},
    )
    if not dry_run:
        receipt = receipt.but(position=max(receipt.position, _adopt_first_policy(desk)))
    if report:
        write_report(report, rows)
    return ImportResult(**receipt.model_dump())


FIRST_POLICY = AdoptPolicy.model_validate(
    {
        "from": "2018-01-01",
        "reason": "The programme's first policy, which holds until the Board adopts another:"
        " overall inadequate or, where no overall grade is given, any sub-grade inadequate.",
    }
)


def _adopt_first_policy(desk: Desk) -> int:
    """An installation that has a register has a policy: the first, until another is adopted.

    Returns the position at which it was adopted just now, or 0.
    """
    if desk.load(InterventionPolicy()).exists or not (
        desk.system or desk.user.holding("policy.adopt", desk.on)
    ):
        return 0
    own = Desk(
        desk.installation,
        desk.user,
        channel=desk.channel,
        correlation=desk.correlation,
        system=desk.system,
    )
    return adopt(command=FIRST_POLICY, desk=own).position


def _row(cells: Mapping[str, Any], source: Source) -> RegisterCouncil:
    row = dict(cells)
    try:
        region = Region.named(text_of(row, "region"))
    except ValueError as error:
        raise Unusable("region", str(error)) from error
    if not blank(gss := row.get("region_gss_code")) and str(gss).strip() != region.gss:
        raise Unusable("region_gss_code", f"{gss} is not the code of {region.label}")
    population = row.get("population_0_25")
    neighbours = row.get("statistical_neighbours")
    try:
        return RegisterCouncil(
            council=text_of(row, "dfe_number"),
            name=text_of(row, "name"),
            gss_code=text_of(row, "gss_code"),
            region=region,
            authority_type=text_of(row, "authority_type"),
            population_0_25=None if blank(population) else int(str(population).replace(",", "")),
            statistical_neighbours=() if blank(neighbours) else tuple(str(neighbours).split()),
            source=source,
        )
    except ValidationError as invalid:
        raise Unusable.of(invalid, {"council": "dfe_number"}) from invalid
    except ValueError as error:
        raise Unusable("population_0_25", f"{population!r} is not a number") from error
