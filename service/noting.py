"""Who may read the text of a note, by its confidentiality, and the reading of it.

That there is a note, who added it and when, is told to all who see its case. Rights are those of
today, whatever moment is looked at: a lead of before reads what they wrote and no more.
"""

from domain.access import Target, may
from domain.interventions import Confidentiality
from domain.kernel import Refused
from projections.interventions import CasePage
from service.desk import Reader
from service.desk.beside import note_text


def reads_note(
    reading: Reader, case: CasePage, confidentiality: Confidentiality, author: str | None
) -> bool:
    """Whether the reader may read a note on a case that somebody added."""
    user, target = reading.user, Target(council=case.council, region=case.region)

    def holds(permission: str) -> bool:
        return may(user, permission, target, reading.installation.today()) is not None

    if holds(confidentiality.needs):
        return True
    return holds("note.read") and user.user in (author, _lead(reading, case))


def notes_read(reading: Reader, case: CasePage) -> frozenset[str]:
    """The notes on a case whose text the reader may read."""
    return frozenset(
        note.note for note in case.notes if reads_note(reading, case, note.confidentiality, note.by)
    )


def text_of_note(
    reading: Reader,
    case: CasePage,
    note: str,
    confidentiality: Confidentiality,
    author: str | None,
) -> str:
    """A note's text, once the access log says who reads it. Raises Refused ``forbidden``."""
    if not reads_note(reading, case, confidentiality, author):
        raise Refused(
            "forbidden",
            f"This note is {confidentiality}: it is read by {confidentiality.readers}. Ask one of"
            " them.",
            needs=confidentiality.needs,
        )
    return note_text(reading, note)


def _lead(reading: Reader, case: CasePage) -> str | None:
    """Who leads the case today."""
    if not reading.moment.is_past:
        return case.lead
    now = Reader(reading.installation, reading.person)
    now.needs = reading.needs
    return now.item(CasePage, case.case).lead
