"""Loading published inspection outcomes, in each of the layouts that they are published in."""

import csv
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.councils import (
    Council,
    Grades,
    InspectionOutcomeCorrected,
    InterventionPolicy,
    RecordOutcome,
    Source,
    foreseen,
    normal_name,
    record_outcome,
)
from domain.kernel import Actor, Event, Refused
from service.desk import Desk, Receipt
from service.imports.files import (
    Counts,
    Each,
    ImportFile,
    ImportResult,
    RowResult,
    Table,
    Unusable,
    blank,
    counted,
    date_of,
    framework_of,
    grade_of,
    published,
    read_path,
    text_of,
    write_report,
)

FORMER = Path(__file__).parent.parent / "data" / "former-authorities.csv"
SUB_GRADES = ("leaders", "help_and_protection", "in_care", "care_leavers")


class Layout(NamedTuple):
    """Where a published layout keeps what we need, by our names."""

    source: str
    kind: str
    columns: Mapping[str, str]
    """Our name to the layout's header."""


LAYOUTS = (
    Layout(
        "Inspectorate's list of inspections",
        "official",
        {
            "gss_code": "Local authority area code",
            "name": "Local authority name",
            "began_on": "Inspection date",
            "published_on": "Publication date",
            "framework": "Inspection type",
            "overall": "Overall effectiveness",
            "leaders": "The impact of leaders on social work practice with children and families",
            "help_and_protection": (
                "The experiences and progress of children who need help and protection"
            ),
            "in_care": "The experiences and progress of children in care",
            "care_leavers": "The experiences and progress of care leavers",
        },
    ),
    Layout(
        "Project's snapshot of latest inspections",
        "snapshot",
        {
            "dfe_number": "la_code",
            "gss_code": "ltla23cd",
            "name": "local_authority",
            "began_on": "inspection_start_date",
            "ended_on": "inspection_end_date",
            "published_on": "publication_date",
            "framework": "inspection_framework",
            "overall": "overall_effectiveness_grade",
            "leaders": "impact_of_leaders_grade",
            "help_and_protection": "help_and_protection_grade",
            "in_care": "in_care_grade",
            "care_leavers": "care_leavers_grade",
        },
    ),
    Layout(
        "",
        "",
        {
            name: name
            for name in (
                "source",
                "kind",
                "dfe_number",
                "gss_code",
                "name",
                "began_on",
                "ended_on",
                "published_on",
                "framework",
                "overall",
                *SUB_GRADES,
            )
        },
    ),
)
"""The inspectorate's own list, a project's snapshot of the latest, and our own form."""


def layout_of(table: Table) -> Layout:
    """The layout of a file, told by its headers. Raises Refused ``bad-file`` for none."""
    for layout in LAYOUTS:
        if set(layout.columns.values()) <= set(table.headers):
            return layout
    nearest = min(LAYOUTS, key=lambda at: len(set(at.columns.values()) - set(table.headers)))
    missing = sorted(set(nearest.columns.values()) - set(table.headers))
    raise Refused(
        "bad-file",
        f"{table.name} is in no layout of inspection outcomes that we know: it has no column"
        f" {missing[0]!r}.",
        missing=missing,
    )


def import_inspections(
    source: Path, desk: Desk, *, dry_run: bool = False, report: Path | None = None
) -> Counts:
    """Load published outcomes; each holds from its publication.

    Raises Refused ``bad-file`` for a file that can't be read, having loaded nothing.
    """
    return load_inspections(read_path(source), desk, dry_run=dry_run, report=report).counts()


def load_inspections(
    table: Table, desk: Desk, *, dry_run: bool = False, report: Path | None = None
) -> ImportResult:
    """Load a file's rows in one transaction."""
    layout = layout_of(table)
    rows: list[RowResult] = []

    def load_inspections_file(command: ImportFile, desk: Desk, file: str) -> Receipt:
        rows.clear()
        by, policy = desk.acting(), desk.load(InterventionPolicy())
        streams = desk.store.streams("COUNCIL-")
        before = desk.load_many([Council(council=s.removeprefix("COUNCIL-")) for s in streams])
        found = Loading(layout, table, before, policy, by, desk.on)
        found.run(desk.each)
        rows.extend(found.rows)
        return desk.record(
            command, [] if dry_run else found.events, *before, policy, told=counted(rows)
        )

    receipt = desk.carry_out(
        "inspection.record",
        load_inspections_file,
        {"command": ImportFile(), "desk": desk, "file": table.sha256},
    )
    if report:
        write_report(report, rows)
    return ImportResult(**receipt.model_dump())


class Loading:
    """One file being decided upon, row by row in the order of publication."""

    def __init__(
        self,
        layout: Layout,
        table: Table,
        councils: list[Council],
        policy: InterventionPolicy,
        by: Actor,
        today: date,
    ) -> None:
        self.layout, self.table, self.policy, self.by = layout, table, policy, by
        self.today = today
        self.state = {council.council: council for council in councils}
        self.find = _finder(councils)
        self.events: list[tuple[Event, date]] = []
        self.rows: list[RowResult] = []
        self.told: dict[tuple[str, str], tuple[int, RecordOutcome]] = {}
        """What this file has said so far, by council and outcome."""

    def run(self, each: Each = iter) -> None:
        """Decide every row."""
        usable = []
        for number, cells in self.table.rows:
            row = {ours: cells.get(theirs) for ours, theirs in self.layout.columns.items()}
            try:
                usable.append((number, self.find(row), self._outcome(number, row)))
            except Unusable as unusable:
                self._reject(number, row, unusable)
        for number, code, asked in each(sorted(usable, key=lambda found: found[2].published_on)):
            try:
                self._told_once(number, code, asked)
            except Unusable as unusable:
                self._reject(number, dict(asked.published), unusable)
            else:
                self._record(number, code, asked)

    def _told_once(self, number: int, code: str, asked: RecordOutcome) -> None:
        """Raises Unusable for a row that contradicts an earlier one of the same file."""
        first, before = self.told.setdefault((code, asked.outcome), (number, asked))
        if before.grades != asked.grades:
            raise Unusable(
                "overall", f"row {first} gives other grades for this inspection: which is right?"
            )

    def _reject(self, number: int, row: Mapping[str, Any], unusable: Unusable) -> None:
        column = self.layout.columns.get(unusable.column, unusable.column)
        self.rows.append(
            RowResult(
                row=number,
                council=str(row.get("name") or ""),
                result="rejected",
                column=column,
                reason=unusable.reason,
            )
        )

    def _outcome(self, number: int, row: Mapping[str, Any]) -> RecordOutcome:
        began, ended = date_of(dict(row), "began_on"), date_of(dict(row), "ended_on")
        out = date_of(dict(row), "published_on")
        if out is None:
            raise Unusable("published_on", "this cell is blank: when was it published?")
        if out > self.today:
            raise Unusable("published_on", f"{out.isoformat()} is still to come")
        if began and began > out:
            raise Unusable("began_on", f"{began.isoformat()} comes after the publication")
        if began and ended and ended < began:
            raise Unusable("ended_on", f"{ended.isoformat()} comes before the first day")
        grades = Grades(**{name: grade_of(dict(row), name) for name in ("overall", *SUB_GRADES)})
        if not grades.given():
            raise Unusable("overall", "the row gives no judgement at all")
        try:
            asked = RecordOutcome(
                framework=framework_of(dict(row), "framework"),
                began_on=began,
                ended_on=ended,
                published_on=out,
                grades=grades,
                published=published(dict(row), _KEPT),
                source=Source(
                    name=self._source(row),
                    kind=self.layout.kind or text_of(dict(row), "kind"),
                    row=number,
                    sha256=self.table.sha256,
                ),
            )
        except ValidationError as invalid:
            raise Unusable.of(invalid, {"source": "kind"}) from invalid
        if asked.overall_too_late:
            raise Unusable("overall", "no overall grade is given since April 2026")
        return asked

    def _source(self, row: Mapping[str, Any]) -> str:
        """Who says so, in the edition of which day where the file tells it."""
        if not self.layout.source:
            return text_of(dict(row), "source")
        saved = self.table.saved_on
        return f"{self.layout.source}, {saved.day} {saved:%B %Y}" if saved else self.layout.source

    def _record(self, number: int, code: str, asked: RecordOutcome) -> None:
        told = record_outcome(asked, self.state[code], self.policy, self.today, self.by)
        for event in told:
            state = self.state[code]
            after = state.apply(foreseen(event, state))
            self.state[code] = after.but(version=state.version + 1)
            self.events.append((event, asked.published_on))
        corrections = [event for event in told if isinstance(event, InspectionOutcomeCorrected)]
        result = "corrected" if corrections else "loaded" if told else "unchanged"
        reason = "; ".join(_told(event) for event in corrections)
        self.rows.append(RowResult(row=number, council=code, result=result, reason=reason))


def _told(event: InspectionOutcomeCorrected) -> str:
    fields = ", ".join(
        f"{field.replace('_', ' ')} was {stood} and is told as {told}"
        for field, (stood, told) in event.differs.items()
    )
    return f"{fields} ({event.standing})"


_KEPT = (
    "name",
    "began_on",
    "ended_on",
    "published_on",
    "framework",
    "overall",
    *SUB_GRADES,
)
"""What is kept word for word: no inspectors' names."""


def _finder(councils: list[Council]) -> Callable[[Mapping[str, Any]], str]:
    """Which council of the register a row is about.

    By DfE number where the row gives one, else by the statistics authority's code, present or
    former, else by name. Whatever the row gives must not name different councils.
    """
    registered = {council.council: council for council in councils}
    by_name = {normal_name(council.name): council.council for council in councils}
    by_gss: dict[str, str] = {}
    gone: dict[str, str] = {}
    with FORMER.open(encoding="utf-8") as file:
        for former in csv.DictReader(file):
            if former["now"] in registered:
                by_gss[former["gss_code"]] = former["now"]
            elif former["became"] and former["dfe_number"] not in registered:
                gone |= dict.fromkeys(
                    (former["dfe_number"], former["gss_code"], normal_name(former["name"])),
                    f"{former['name']} no longer exists: {former['became']}; it is not on the"
                    " register",
                )
    for council in councils:
        by_gss |= dict.fromkeys(council.former_gss_codes, council.council)
    by_gss |= {council.gss_code: council.council for council in councils}

    def find(row: Mapping[str, Any]) -> str:
        number, gss, name = (
            "" if blank(row.get(c)) else str(row[c]).strip()
            for c in ("dfe_number", "gss_code", "name")
        )
        named, coded = by_name.get(normal_name(name)), by_gss.get(gss)
        if number and number not in registered:
            raise Unusable("dfe_number", gone.get(number, f"{number} is not on the register"))
        code = number or coded or named
        if not code:
            where = "name" if name else "gss_code"
            said = gone.get(gss) or gone.get(normal_name(name))
            raise Unusable(where, said or f"{name or gss or 'nothing'} is not on the register")
        for column, other in (("gss_code", coded), ("name", named)):
            if other and other != code:
                raise Unusable(
                    column,
                    f"this is {registered[other].name} ({other}), but the row is numbered or coded"
                    f" as {registered[code].name} ({code}): which of them is meant?",
                )
        return code

    return find
