"""Good practice: one box to search in, and an example in full."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from domain.policy import PolicyTheme
from domain.practice import Evidence, Status
from projections.practice import PracticeRow, PublishedPractice
from service.desk import Reading, Router, page
from service.lists.people import PRACTICE
from service.pages.board import picked
from service.pages.render import listed, render
from service.pages.timeline import history, names_of
from service.practice import being_prepared, example_of, looked_for

router = Router()


@page(router, "/practice", needs="practice.read")
def practice_page(
    request: Request,
    reading: Reading,
    q: Annotated[str, Query(max_length=200)] = "",
    theme: Annotated[str, Query(max_length=200)] = "",
    level: str = "",
    policy_theme: str = "",
) -> Response:
    """Search of published examples; and, for whom it concerns, what is being prepared."""
    wanted = picked(Evidence, level)
    priority = picked(PolicyTheme, policy_theme)
    published = reading.all(PublishedPractice)
    return listed(
        request,
        "practice/search.html",
        reading,
        PRACTICE,
        found=looked_for(reading, q, theme, wanted, priority),
        total=len(published),
        themes=sorted({theme for row in published for theme in row.themes}),
        levels=list(Evidence),
        priorities=list(PolicyTheme),
        chosen={
            "q": q,
            "theme": theme.strip().lower(),
            "level": wanted.value if wanted else "",
            "policy_theme": priority.value if priority else "",
        },
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
