"""Good practice: one box to search in, and an example in full."""

from fastapi import Request
from fastapi.responses import Response

from domain.practice import Status
from projections.practice import PracticeRow, PublishedPractice
from service.desk import Reading, Router, page
from service.lists.people import PRACTICE
from service.pages.render import listed, render
from service.pages.timeline import history, names_of
from service.practice import being_prepared, example_of

router = Router()


@page(router, "/practice", needs="practice.read")
def practice_page(request: Request, reading: Reading) -> Response:
    """Search of published examples; and, for whom it concerns, what is being prepared."""
    published = reading.all(PublishedPractice)
    return listed(
        request,
        "practice/search.html",
        reading,
        PRACTICE,
        total=len(published),
        themes=sorted({theme for row in published for theme in row.themes}),
        councils=names_of(reading),
        prepared=being_prepared(reading),
    )


@page(router, "/practice/{practice}", needs="practice.read")
def example_page(request: Request, practice: str, reading: Reading) -> Response:
    """An example, as the reader may see it, with its history."""
    row = example_of(reading, practice)
    return render(
        request,
        "practice/example.html",
        reading=reading,
        row=row,
        draft=row if isinstance(row, PracticeRow) else None,
        published=isinstance(row, PublishedPractice) or row.status is Status.PUBLISHED,
        council=names_of(reading).get(row.council, row.council),
        history=history(request, reading, practice=practice),
    )
