"""A council's data profile, concerns, and the indicators that are loaded."""

from fastapi import Request
from fastapi.responses import Response

from projections.insight import IndicatorLoadRow, IndicatorSetRow, ThresholdsRow, WarningRow
from service.desk import Reading, Router, page
from service.insight import profile_of, set_of
from service.lists.support import WARNINGS
from service.pages.render import listed, render
from service.pages.timeline import names_of
from service.pictures import indicator_profile

router = Router()


@page(router, "/councils/{council}/profile", needs="indicator.read")
def profile_page(
    request: Request, council: str, reading: Reading, indicator_set: str = "", every: str = ""
) -> Response:
    """A council's indicators beside its neighbours, its region and England."""
    names = names_of(reading)
    chosen = set_of(reading, indicator_set or None)
    profile = profile_of(reading, council, chosen, every == "yes") if chosen else None
    concerns = []
    if reading.sees("warning.read"):
        concerns = reading.under("warning.read").all(
            WarningRow, {"council": council, "status": "open"}, order="-raised_on"
        )
    return render(
        request,
        "insight/profile.html",
        reading=reading,
        council=council,
        council_name=names.get(council, council),
        profile=profile,
        pictured=indicator_profile(profile.name, profile.comparisons, profile.indicator_set)
        if profile
        else None,
        sets=reading.all(IndicatorSetRow, order="indicator_set"),
        chosen=chosen,
        every=every,
        concerns=concerns,
        periods=sorted({y.period for c in profile.comparisons for y in c.years}) if profile else [],
        loads=reading.all(IndicatorLoadRow, {"indicator_set": chosen.indicator_set}, order="load")
        if chosen
        else [],
    )


@page(router, "/warnings", needs="warning.read")
def warnings_page(request: Request, reading: Reading) -> Response:
    """Concerns about councils with the values that gave cause for them."""
    return listed(request, "insight/warnings.html", reading, WARNINGS)


@page(router, "/indicators", needs="indicator.read")
def indicators_page(request: Request, reading: Reading, indicator_set: str = "") -> Response:
    """The sets of indicators, what each means, what was loaded, and the thresholds."""
    sets = reading.all(IndicatorSetRow, order="indicator_set")
    chosen = set_of(reading, indicator_set or None)
    return render(
        request,
        "insight/indicators.html",
        reading=reading,
        sets=sets,
        chosen=chosen,
        names={(s.indicator_set, d.id): d.name for s in sets for d in s.definitions},
        loads=reading.all(IndicatorLoadRow, order="-position"),
        thresholds=reading.all(ThresholdsRow, order="-from_"),
    )
