"""The team's casework: who leads what, and what is due."""

from fastapi import Request
from fastapi.responses import Response

from domain.councils import Region
from service.desk import Reading, Router, page
from service.identity import accounts_of
from service.pages.board import picked
from service.pages.render import render
from service.pages.timeline import Choice, names_of
from service.team import by_lead, team_cases

router = Router()


@page(router, "/team", needs="audit.read")
def team(request: Request, reading: Reading, region: str = "", lead: str = "") -> Response:
    """Open cases by who leads them."""
    cases = team_cases(reading, picked(Region, region))
    loads = by_lead(cases)
    people = accounts_of(reading.installation).names()
    return render(
        request,
        "interventions/team.html",
        reading=reading,
        loads=[load for load in loads if lead in ("", load.lead or "nobody")],
        leads=[
            Choice(load.lead, people.get(load.lead, load.lead))
            if load.lead
            else Choice("nobody", "Nobody")
            for load in loads
        ],
        total=len(cases),
        regions=list(Region),
        people=people,
        councils=names_of(reading),
        chosen={"region": region, "lead": lead},
    )
