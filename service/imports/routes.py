"""Imports over HTTP: the file as an upload."""

from typing import Annotated

from fastapi import File, Query, UploadFile

from domain.insight import SetId
from domain.kernel import Refused
from service.desk import AtDesk, Desk, forbidden, router_for
from service.desk.routes import Routes
from service.imports.councils import load_councils
from service.imports.files import LARGEST_FILE, ImportResult, Table, read_bytes
from service.imports.indicators import load_indicators
from service.imports.inspections import load_inspections

router = router_for("imports")

Upload = Annotated[UploadFile, File()]
DryRun = Annotated[bool, Query(description="Show what would be loaded; record nothing")]


def _table(file: UploadFile, desk: Desk, needs: str) -> Table:
    if not desk.user.holding(needs, desk.on):
        raise forbidden(needs)
    if (file.size or 0) > LARGEST_FILE:
        raise Refused("bad-file", "Send a file of at most 25 MB.")
    return read_bytes(file.file.read(), file.filename or "the file")


@router.post("/imports/councils", status_code=201)
def import_councils_file(file: Upload, desk: AtDesk, dry_run: DryRun = False) -> ImportResult:
    """Load a register of councils."""
    return load_councils(_table(file, desk, "council.manage"), desk, dry_run=dry_run)


@router.post("/imports/inspections", status_code=201)
def import_inspections_file(file: Upload, desk: AtDesk, dry_run: DryRun = False) -> ImportResult:
    """Load published inspection outcomes."""
    return load_inspections(_table(file, desk, "inspection.record"), desk, dry_run=dry_run)


@router.post("/imports/indicators", status_code=201)
def import_indicators_file(
    file: Upload,
    desk: AtDesk,
    dry_run: DryRun = False,
    indicator_set: Annotated[
        SetId | None, Query(description="Which set it belongs to; by the file's name if left out")
    ] = None,
) -> ImportResult:
    """Load published indicators, and raise the concerns that they give cause for."""
    table = _table(file, desk, "indicator.load")
    return load_indicators(table, desk, indicator_set=indicator_set, dry_run=dry_run)


Routes.needs["POST", "/api/v1/imports/indicators"] = "indicator.load"
Routes.needs["POST", "/api/v1/imports/councils"] = "council.manage"
Routes.needs["POST", "/api/v1/imports/inspections"] = "inspection.record"
