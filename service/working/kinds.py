"""The kinds of long work: what each is asked, whether somebody may, and how it is done.

Each is done as if it had been asked for at once: by the same function, as the same user, under
the roles that they hold when it runs.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from domain.access import User
from domain.insight import SetId
from domain.kernel import CaseRef, Frozen, GrantRef, Refused
from domain.reporting import PrepareReturn, ReturnKind, ReturnPeriod
from projections.engine import View
from projections.follower import rebuild
from service.audit import national
from service.desk import Desk, Reader, Replayed, Told, forbidden
from service.exports import FORMATS, Format, Register, make
from service.exports.making import put
from service.exports.registers import REGISTERS
from service.identity import Person
from service.imports.councils import load_councils
from service.imports.files import ImportResult, read_bytes
from service.imports.indicators import load_indicators
from service.imports.inspections import load_inspections
from service.installation import Installation
from service.long_work import MOST_TOLD, Result, Table, Work
from service.proof import BadNote
from service.proof.subject import subject_of
from service.proof.verify import verify_kept
from service.returns.routes import prepare_a_return


class Doing(NamedTuple):
    """A piece of work in hand: by whom, into which folder, from which file."""

    installation: Installation
    work: Work
    user: User
    folder: Path
    file: bytes | None
    told: Told

    def desk(self) -> Desk:
        """The desk that it is done at: done twice, it answers what it answered first."""
        key = f"work:{self.work.work}"
        desk = Desk(self.installation, self.user, channel="web", key=key)
        desk.told = self.told
        return desk


class Ended(NamedTuple):
    """What came of it, in a sentence, and what is to be had."""

    said: str
    result: Result | None = None


# --- What is asked --------------------------------------------------------------------------


class ExportAsked(Frozen):
    """A register as a file."""

    kind: Literal["export"] = "export"
    of: str
    """The register's name: grants, decisions."""
    format: Format
    as_at: Annotated[str | None, Field(max_length=40)] = None

    @property
    def found(self) -> Register:
        """The register. Raises Refused ``not-found``."""
        for register in REGISTERS:
            if register.name == self.of:
                return register
        raise Refused("not-found", f"There is no register {self.of}: check the name.")

    @property
    def needs(self) -> str:
        return self.found.needs

    @property
    def title(self) -> str:
        return f"Export of {self.found.title}, {FORMATS[self.format].name}"

    def settled(self, installation: Installation, user: User) -> "ExportAsked":
        """With the moment fixed: it is the same file whenever it is made."""
        reading = _reader(installation, user, self.needs, self.as_at)
        return self.but(as_at=reading.moment.point)

    def do(self, doing: Doing) -> Ended:
        reading = _reader(doing.installation, doing.user, self.needs, self.as_at)
        part = doing.folder / f"{self.of}.made"
        made, size, sha256 = put(
            part, lambda file: make(reading, self.found, self.format, file, doing.told)
        )
        part.replace(doing.folder / made.file_name)
        media = FORMATS[self.format].media_type
        result = Result(name=made.file_name, media_type=media, size=size, sha256=sha256)
        return Ended(f"{made.rows:,} rows as at position {made.about.position}.", result)


class ImportAsked(Frozen):
    """A file's rows into the record."""

    kind: Literal["import"] = "import"
    what: Literal["councils", "inspections", "indicators"]
    file_name: Annotated[str, Field(min_length=1, max_length=200)]
    dry_run: bool = False
    indicator_set: SetId | None = None

    @property
    def needs(self) -> str:
        return {
            "councils": "council.manage",
            "inspections": "inspection.record",
            "indicators": "indicator.load",
        }[self.what]

    @property
    def title(self) -> str:
        return f"{'Trial import' if self.dry_run else 'Import'} of {self.what}: {self.file_name}"

    def settled(self, installation: Installation, user: User) -> "ImportAsked":
        return self

    def do(self, doing: Doing) -> Ended:
        if doing.file is None:
            raise Refused("bad-file", "The file is no longer kept: send it again.")
        table, desk = read_bytes(doing.file, self.file_name), doing.desk()
        report = doing.folder / f"{Path(self.file_name).stem}-rows.csv"
        try:
            found = self._load(table, desk, report)
        except Replayed as done:
            return Ended(f"It was recorded already, up to position {done.receipt.position}.")
        said = (
            f"{found.loaded:,} loaded, {found.unchanged:,} unchanged, {found.rejected:,} rejected"
            f"{': nothing was recorded, as it was a trial' if self.dry_run else ''}."
        )
        told = Result(tables=_rows_told(found))
        if not report.exists():
            return Ended(said, told)
        content = report.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        file = {"name": report.name, "size": len(content), "sha256": sha256}
        return Ended(said, told.but(media_type="text/csv", **file))

    def _load(self, table: Any, desk: Desk, report: Path) -> ImportResult:
        if self.what == "councils":
            return load_councils(table, desk, dry_run=self.dry_run, report=report)
        if self.what == "inspections":
            return load_inspections(table, desk, dry_run=self.dry_run, report=report)
        return load_indicators(
            table, desk, indicator_set=self.indicator_set, dry_run=self.dry_run, report=report
        )


def _rows_told(found: ImportResult) -> tuple[Table, ...]:
    """Every row of a file accounted for: how many went which way, and why some were rejected."""
    unchanged, loaded = str(found.unchanged), str(found.loaded)
    every = [("Loaded", loaded), ("Unchanged", unchanged), ("Rejected", str(found.rejected))]
    if found.corrected:
        every.insert(1, ("Of those, corrections of what stood", str(found.corrected)))
    rejected = [(str(r.row), r.column, r.reason) for r in found.rejections[:MOST_TOLD]]
    corrected = [(str(c.row), c.council, c.reason) for c in found.corrections[:MOST_TOLD]]
    tables = (
        Table(caption="Every row of the file", heads=("What became of it", "Rows"), rows=every),
        Table(caption="Rejected", heads=("Row", "Column", "Why"), rows=rejected),
        Table(caption="Corrections", heads=("Row", "Council", "What differs"), rows=corrected),
    )
    return tuple(table for table in tables if table.rows)


class ReturnAsked(Frozen):
    """A return to the department, prepared."""

    kind: Literal["return"] = "return"
    return_kind: ReturnKind
    period: ReturnPeriod
    position: Annotated[int | None, Field(ge=1, le=2**62)] = None

    @property
    def needs(self) -> str:
        return "return.prepare"

    @property
    def title(self) -> str:
        return f"Return {self.return_kind.value}, {self.period}"

    def settled(self, installation: Installation, user: User) -> "ReturnAsked":
        """As at the position at which it was asked for."""
        return self.but(position=self.position or installation.store.head())

    def do(self, doing: Doing) -> Ended:
        command = PrepareReturn(kind=self.return_kind, period=self.period, position=self.position)
        try:
            receipt = prepare_a_return(command=command, desk=doing.desk())
        except Replayed as done:
            receipt = done.receipt
        address = f"/returns/{receipt.reference}?after={receipt.position}"
        return Ended(f"{receipt.reference} was prepared.", Result(address=address))


class RebuildAsked(Frozen):
    """A view's rows made again from the log."""

    kind: Literal["rebuild"] = "rebuild"
    view: Annotated[str, Field(max_length=80)]

    @property
    def needs(self) -> str:
        return "view.rebuild"

    @property
    def title(self) -> str:
        return f"Rebuild of {self._view().__name__}"

    def _view(self) -> type[View]:
        for view in View.all:
            if view.__name__ == self.view:
                return view
        raise Refused("not-found", f"There is no view {self.view}: check the name.")

    def settled(self, installation: Installation, user: User) -> "RebuildAsked":
        return self

    def do(self, doing: Doing) -> Ended:
        store, head = doing.installation.store, doing.installation.store.head()
        folded = rebuild(
            doing.installation.model,
            store.records,
            self._view(),
            told=lambda done: doing.told(done, head),
        )
        return Ended(
            f"{folded:,} events were read again, and the new rows took the old ones' place."
        )


class VerifyAsked(Frozen):
    """The log compared with its proof, its checkpoints and its views."""

    kind: Literal["verification"] = "verification"

    @property
    def needs(self) -> str:
        return "audit.read"

    @property
    def title(self) -> str:
        return "Verification of the log"

    def settled(self, installation: Installation, user: User) -> "VerifyAsked":
        national(_reader(installation, user, self.needs, None))
        return self

    def do(self, doing: Doing) -> Ended:
        national(_reader(doing.installation, doing.user, self.needs, None))
        try:
            found = verify_kept(doing.installation, progress=_counting(doing))
        except BadNote as bad:
            return Ended(f"The log could not be verified: {bad}.", Result(wrong=True))
        rows = [(str(f.position or ""), f.said) for f in found.findings[:MOST_TOLD]]
        heads, caption = ("Position", "What does not agree"), "What does not agree"
        tables = (Table(caption=caption, heads=heads, rows=rows),) if rows else ()
        return Ended(" ".join(found.told), Result(wrong=not found.ok, tables=tables))


class PackAsked(Frozen):
    """An evidence pack of everything, a case or a grant, to be verified by anybody offline."""

    kind: Literal["pack"] = "pack"
    of: CaseRef | GrantRef | None = None
    as_at: Annotated[str | None, Field(max_length=40)] = None

    @property
    def needs(self) -> str:
        return "evidence.export"

    @property
    def title(self) -> str:
        return f"Evidence pack of {self.of or 'everything'}"

    @property
    def _subject(self) -> dict[str, str | None]:
        return {"case" if self.of and self.of.startswith("CASE-") else "grant": self.of}

    def settled(self, installation: Installation, user: User) -> "PackAsked":
        """With the moment fixed. Raises Refused for what is unknown."""
        reading = _reader(installation, user, self.needs, self.as_at)
        subject_of(reading, **{"case": None, "grant": None} | self._subject)
        return self.but(as_at=reading.moment.point)

    def do(self, doing: Doing) -> Ended:
        from service.proof.pack import export  # whose page is rendered as those are that ask here

        reading = _reader(doing.installation, doing.user, self.needs, self.as_at)
        name = f"evidence-{self.of or 'everything'}-{reading.moment.position}"
        folder = doing.folder / name
        packed = export(reading, folder, **self._subject, progress=_counting(doing))
        archive = Path(shutil.make_archive(str(folder), "zip", doing.folder, name))
        shutil.rmtree(folder)
        with archive.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        result = Result(
            name=archive.name,
            media_type="application/zip",
            size=archive.stat().st_size,
            sha256=sha256,
        )
        said = (
            f"{packed.title}: {packed.events:,} events and {packed.documents:,} documents, proven"
            f" against a checkpoint over {packed.checkpoint:,} events. The manifest's SHA-256 is"
            f" {packed.sha256}."
        )
        return Ended(said, result)


def _counting(doing: Doing) -> Callable[[int], None]:
    """Tells how far it has come by how many more events were read."""
    read, total = 0, doing.installation.proof.head().size

    def more(events: int) -> None:
        nonlocal read
        read += events
        doing.told(min(read, total), total)

    return more


Asked = Annotated[
    ExportAsked | ImportAsked | ReturnAsked | RebuildAsked | VerifyAsked | PackAsked,
    Field(discriminator="kind"),
]
ASKED: TypeAdapter[Any] = TypeAdapter(Asked)


def check_may(installation: Installation, user: User, needs: str) -> None:
    """Raises Refused ``forbidden`` for who may not do it at once either."""
    if not user.active or not user.holding(needs, installation.today()):
        raise forbidden(needs)


def _reader(installation: Installation, user: User, needs: str, as_at: str | None) -> Reader:
    reading = Reader(installation, Person(user=user, channel="web"), as_at=as_at)
    reading.needs = needs
    return reading
