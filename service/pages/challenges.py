"""Peer challenge, self-assessments, donated days and the supply of member peers."""

from fastapi import Request
from fastapi.responses import Response

from domain.challenges import ChallengeStatus, Draw
from domain.kernel import Refused
from projections.assessments import AssessmentRow
from projections.challenges import ChallengeRow, CouncilExchange
from service import register
from service.challenges.giving import donated, supplied
from service.challenges.looking import (
    assessment_seen,
    assessments_seen,
    challenge_seen,
    challenges_seen,
    councils_seen,
)
from service.challenges.reading import (
    candidates_for,
    coverage_of,
    drawn,
    reciprocity_by_region,
    reciprocity_of,
)
from service.desk import Reading, Router, page
from service.figures.supply import calls_of, forecast_of, supply_of
from service.lists.listing import asked_of, whole
from service.lists.standing import (
    ASSESSMENTS,
    DAYS,
    ENTITLEMENT,
    RECIPROCITY,
    STANDINGS,
    entitlements,
)
from service.lists.support import CHALLENGES
from service.pages.render import listed, render
from service.pages.timeline import history, names_of
from service.pictures import challenges_over_time, supply_and_demand

router = Router()


@page(router, "/challenges", needs="challenge.read")
def challenge_calendar(request: Request, reading: Reading) -> Response:
    """The calendar of peer challenges, the soonest first."""
    looking, where = challenges_seen(reading)
    rows = looking.all(ChallengeRow, where, order="challenge")
    asked = whole(asked_of(CHALLENGES, reading, request.query_params), reading)
    councils, on = names_of(reading), reading.moment.on
    return listed(
        request,
        "challenges/challenges.html",
        reading,
        CHALLENGES,
        counts=[(s, sum(row.status == s for row in rows)) for s in ChallengeStatus],
        overdue=[row for row in rows if row.follow_up_overdue(on)],
        pictured=challenges_over_time(asked, councils, on) if asked else None,
        councils=councils,
    )


@page(router, "/challenges/entitlement", needs="challenge.read")
def entitlement_page(request: Request, reading: Reading) -> Response:
    """Each council's corporate peer challenge: last, due, overdue, scheduled; coverage."""
    every = entitlements(reading, {})
    return listed(
        request,
        "challenges/entitlement.html",
        reading,
        ENTITLEMENT,
        counts=[(s, sum(row.standing == s for row in every)) for s in STANDINGS],
        coverage=coverage_of(every, reading.moment.on),
    )


@page(router, "/challenges/reciprocity", needs="challenge.read")
def reciprocity_page(request: Request, reading: Reading) -> Response:
    """Who has given and who has received, by council and region."""
    every = [reciprocity_of(row) for row in reading.all(CouncilExchange, order="name")]
    return listed(
        request,
        "challenges/reciprocity.html",
        reading,
        RECIPROCITY,
        totals=reciprocity_by_region(every),
    )


@page(router, "/challenges/triads", needs="challenge.run")
def triads_page(
    request: Request,
    reading: Reading,
    region: str = "",
    council: str = "",
    seed: str = "1",
    mutual: str = "",
) -> Response:
    """Draw triads among chosen councils, or those of a region."""
    codes = council.replace(",", " ").split()
    draw: Draw | None = None
    problem = ""
    if codes or region:
        try:
            if not seed.isdecimal() or len(seed) > 9:
                raise Refused("bad-seed", "Write the seed as a whole number of at most 9 digits.")
            pairs = mutual.replace(",", " ").split()
            draw = drawn(reading, codes, region or None, int(seed), pairs)
        except Refused as refusal:
            problem = refusal.sentence
    return render(
        request,
        "challenges/triads.html",
        reading=reading,
        draw=draw,
        problem=problem,
        councils=names_of(reading),
        regions=sorted({row.region for row in councils_seen(reading)}),
        chosen={"region": region, "council": council, "seed": seed, "mutual": mutual},
    )


@page(router, "/challenges/{challenge}", needs="challenge.read")
def challenge_page(request: Request, challenge: str, reading: Reading) -> Response:
    """A peer challenge: team, days, findings, plan, follow-up, history."""
    row = challenge_seen(reading, challenge)
    to_come = row.status in (ChallengeStatus.AGREED, ChallengeStatus.SCHEDULED)
    runs = reading.sees("challenge.run") and to_come
    persons = register.read_all(
        reading.installation.store.datastore, [seat.peer for seat in row.team]
    )
    people = {peer: data["name"] for peer, data in persons.items()}
    return render(
        request,
        "challenges/challenge.html",
        reading=reading,
        row=row,
        councils=names_of(reading),
        people=people,
        candidates=candidates_for(reading, row)[:30] if runs else [],
        on=max(reading.moment.on, row.first_day or reading.moment.on),
        history=history(request, reading, people, challenge=challenge),
    )


@page(router, "/self-assessments", needs="assessment.read")
def assessment_list(request: Request, reading: Reading) -> Response:
    """Who has submitted, shared and been challenged; and what others have shared."""
    asked = asked_of(ASSESSMENTS, reading, request.query_params)
    year = asked.usable("year")
    own = {row.council for row in councils_seen(reading)}
    looking, where = assessments_seen(reading)
    shared = looking.all(AssessmentRow, {**where, "year": year})
    return listed(
        request,
        "challenges/assessments.html",
        reading,
        ASSESSMENTS,
        rows=whole(asked, reading),
        shared=[] if reading.reach.everything else [r for r in shared if r.council not in own],
        year=year,
        councils=names_of(reading),
    )


@page(router, "/self-assessments/{council}/{year}", needs="assessment.read")
def assessment_page(request: Request, council: str, year: str, reading: Reading) -> Response:
    """A council's self-assessment of a year."""
    row = assessment_seen(reading, council, year)
    mine = reading.reach.everything or council in reading.reach.councils
    return render(
        request,
        "challenges/assessment.html",
        reading=reading,
        row=row,
        councils=names_of(reading),
        history=history(request, reading, stream=row.assessment) if mine else None,
    )


@page(router, "/days", needs="days.read")
def days_page(request: Request, reading: Reading) -> Response:
    """Days asked of directors, pledged, reserved, given, and the shortfall."""
    asked = asked_of(DAYS, reading, request.query_params)
    found = donated(reading, asked.usable("year"), asked.usable("region") or None)
    return listed(request, "challenges/days.html", reading, DAYS, found=found)


@page(router, "/peers/supply", needs="supply.read")
def supply_page(request: Request, reading: Reading, months: str = "6") -> Response:
    """Supply of member peers against demand, with a forecast."""
    if not months.isdecimal() or not 1 <= int(months[:3]) <= 24:
        raise Refused("bad-months", "Choose a run rate of 1 to 24 months.")
    found = supplied(reading, int(months))
    return render(
        request,
        "challenges/supply.html",
        reading=reading,
        found=found,
        pictured=supply_and_demand(found),
        supply_of=supply_of,
        ahead=list(zip(found.forecast, forecast_of(found), strict=True)),
        calls=calls_of(found),
        chosen={"months": months},
    )
