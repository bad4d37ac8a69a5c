"""Documents that were attached to cases, as a search finds them: without their bytes."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from domain.interventions import DocumentAttached
from domain.kernel import CaseRef, CouncilCode, Record
from projections.engine import View


class DocumentRow(View, indexes=("case", "council"), search=("title",), scope="council"):
    """A document of a case: its title, its hash, and who attached it."""

    case: CaseRef
    council: CouncilCode
    title: str
    sha256: str
    size: int
    """Bytes."""
    media_type: str
    attached_on: date
    attached_by: str

    @classmethod
    def keys(cls, record: Record) -> Iterable[str]:
        event = record.event
        return (f"{event.case}/{event.sha256}",) if isinstance(event, DocumentAttached) else ()

    @classmethod
    def project(cls, row: Self | None, record: Record, key: str) -> Self | None:
        event = record.event
        if not isinstance(event, DocumentAttached):
            return row
        return cls(attached_on=record.effective_on, attached_by=record.actor, **event.model_dump())
