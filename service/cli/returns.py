"""``casework return``: prepare, show, export, verify, explain and check returns."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from domain.kernel import Refused
from domain.reporting import PrepareReturn, ReturnKind
from projections.reporting import ReturnRow
from service.cli.context import (
    as_at,
    as_json,
    as_user,
    desk_for,
    fail,
    installed,
    reader_for,
    show,
)
from service.returns.checking import Compared, Screened, compare_folder, screen_folder
from service.returns.explaining import NOW, Explanation, explain
from service.returns.keeping import folder_of, log_export, verified, write_folder
from service.returns.routes import prepare_a_return


def add_returns(group: click.Group) -> None:
    """Give the commands on returns what their twins can't do."""
    returns = group.commands["return"]
    if not isinstance(returns, click.Group):
        raise TypeError("return is no group")
    returns.help = "Returns to the department."
    for command in (prepare, list_, show_, export, verify_, explain_, check):
        returns.add_command(command)


@click.command("prepare")
@click.argument("kind", type=click.Choice([kind.value for kind in ReturnKind]))
@click.option("--period", required=True, help="A financial year or a quarter: 2025-26, 2025-26Q2.")
@click.option("--position", type=int, help="As at this position of the log; its end if left out.")
@click.option("--reason", help="Why, where it is to supersede one that was submitted.")
@click.option("--key", "idempotency_key", help="Idempotency key: a repeat gets the first answer.")
@as_user
@as_json
def prepare(
    kind: str,
    period: str,
    position: int | None,
    reason: str | None,
    idempotency_key: str | None,
    acting: str | None,
    as_json: bool,
) -> None:
    """Prepare a return from the record: programme, intervention, support or certification.

    \b
    Example:
      casework return prepare programme --period 2025-26Q2 --as case-officer
    """
    with installed() as installation:
        desk = desk_for(installation, acting, idempotency_key)
        asked = {"kind": kind, "period": period, "position": position, "reason": reason}
        told = prepare_a_return(command=PrepareReturn.model_validate(asked), desk=desk).model_dump()
        show({"id": told["id"], "position": told["at_position"], "sha256": told["sha256"]}, as_json)


@click.command("list")
@as_at
@as_json
def list_(as_at: str | None, as_json: bool) -> None:
    """List the register of returns.

    \b
    Example:
      casework return list
    """
    with installed() as installation:
        rows = reader_for(installation, as_at, "return.read").all(ReturnRow, order="key")
        columns = ("dfe_return", "kind", "period", "status", "at_position", "prepared_by")
        show([{c: row.model_dump(mode="json")[c] for c in columns} for row in rows], as_json)


@click.command("show")
@click.argument("dfe_return", metavar="ID")
@as_at
@as_json
def show_(dfe_return: str, as_at: str | None, as_json: bool) -> None:
    """Show a return: what it covers, how far it has come, its files.

    \b
    Example:
      casework return show RET-0001
    """
    with installed() as installation:
        row = reader_for(installation, as_at, "return.read").item(ReturnRow, dfe_return)
        show(row.model_dump(mode="json") | {"waits_for": row.waits_for}, as_json)


@click.command("export")
@click.argument("dfe_return", metavar="ID")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@as_json
def export(dfe_return: str, folder: Path, as_json: bool) -> None:
    """Write a return's folder: statistics files, workbooks, figures and the covering letter.

    Made again from the log and compared first; the folder appears whole or not at all.

    \b
    Example:
      casework return export RET-0001 RET-0001-for-dfe
    """
    with installed() as installation:
        reading = reader_for(installation, None, "return.read")
        row = reading.item(ReturnRow, dfe_return)
        told, files = folder_of(installation, row)
        log_export(reading, dfe_return)
        write_folder(files, folder)
    if as_json:
        show(told.model_dump(mode="json") | {"files": sorted(files)}, as_json)
        return
    for file in row.files:
        click.echo(f"{file.size:>9,}  {file.sha256}  {file.name}")
    beside = sorted(files.keys() - {file.name for file in row.files})
    click.echo(f"{folder}: {len(row.files)} files on record, beside them {', '.join(beside)}.")
    click.echo(told.said)


@click.command("verify")
@click.argument("dfe_return", metavar="ID")
@as_json
def verify_(dfe_return: str, as_json: bool) -> None:
    """Make a return again from the log and compare it with what was kept and hashed.

    Exit status 1 if the files are not those on record.

    \b
    Example:
      casework return verify RET-0001
    """
    with installed() as installation:
        row = reader_for(installation, None, "return.read").item(ReturnRow, dfe_return)
        told, _ = verified(installation, row)
        show(told, as_json)
        if not told.kept:
            fail(told.said)


@click.command("explain")
@click.argument("dfe_return", metavar="ID")
@click.option(
    "--against", default=NOW, show_default=True, help="Another return of the period, or now."
)
@as_json
def explain_(dfe_return: str, against: str, as_json: bool) -> None:
    """Explain each figure that differs by the events that changed it, to the penny.

    \b
    Example:
      casework return explain RET-0002 --against RET-0001
    """
    with installed() as installation:
        reading = reader_for(installation, None, "return.explain")
        row = reading.item(ReturnRow, dfe_return)
        other = None if against == NOW else reading.item(ReturnRow, against)
        found = explain(installation, row, other, reading.moment.position)
        if as_json:
            show(found, as_json)
        else:
            _tell(found)


def _tell(found: Explanation) -> None:
    looks = [
        f"{look.dfe_return or 'now'} (position {look.position})"
        for look in (found.before, found.after)
    ]
    click.echo(
        f"{found.kind.value} {found.period}: {looks[0]} to {looks[1]}, {found.events} events"
        f" changed {len(found.differences)} figures."
    )
    for look in (found.before, found.after):
        if not look.as_returned:
            click.echo(f"{look.dfe_return} was counted by another version of the code.")
    lines: list[dict[str, Any]] = [
        {
            "figure": f"{each.area_name}: {each.label}" + (f", {each.item}" if each.filter else ""),
            "before": each.before,
            "after": each.after,
            "event": f"{cause.event} at {cause.position}, {cause.how}",
            "did": cause.amount,
        }
        for each in found.differences
        for cause in each.causes
    ]
    show(lines, as_json=False)


@click.command("check")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True))
@as_json
def check(folder: Path, as_json: bool) -> None:
    """Check statistics files by the department's 81 rules and ours, and a return's other files
    against them: the same numbers in every form. Exit status 1 if one fails.

    \b
    Example:
      casework return check RET-0001-for-dfe
    """
    try:
        found, forms = screen_folder(folder), compare_folder(folder)
    except Refused as refusal:
        fail(refusal.sentence)
    ok = all(each.ok for each in found) and all(form.ok for form in forms)
    if as_json:
        files, others = ([each.model_dump(mode="json") for each in told] for told in (found, forms))
        show({"ok": ok, "files": files, "forms": others}, as_json)
    else:
        for each in found:
            _print_screened(each)
        for form in forms:
            _print_compared(form)
    for each in found:
        if not each.ok:
            broken = next(r for r in each.results if r.result == "failure")
            fail(f"{each.data}: {broken.code}: {'; '.join(broken.found)}")
    for form in forms:
        if not form.ok:
            fail(f"{form.file}: {'; '.join(form.found)}")


def _print_compared(found: Compared) -> None:
    if found.ok:
        same = f"{found.figures} figures, the same" if found.figures else "what it says holds"
        click.echo(f"{found.file}: {same}.")
    for each in found.found:
        click.echo(f"{found.file}: {each}.")


def _print_screened(found: Screened) -> None:
    passed = len(found.results) - found.failures - found.warnings
    click.echo(f"{found.data}: {passed} rules pass, {found.warnings} warn, {found.failures} fail.")
    console = Console(stderr=False, soft_wrap=True)
    for each in found.results:
        if each.result != "pass":
            told = f"  {each.result}: {each.code}: {each.sentence} {'; '.join(each.found)}"
            console.print(told, highlight=False, markup=False)
