"""Decisions replayed, and the log under another rule."""

from fastapi import Request
from fastapi.responses import Response

from domain.kernel import Refused
from projections.engine import View
from service.attributing import name_of
from service.audit import national
from service.desk import Reading, Router, page
from service.pages.render import render
from service.replay.routes import decision_of, replay_of
from service.replay.steps import Step
from service.replay.whatif import changed_by, what_if
from service.telling import titled, told

router = Router()


@page(router, "/audit/replay", needs="audit.read")
def replay_page(request: Request, reading: Reading, ref: str = "") -> Response:
    """Every decision about something, step by step, with the attempts that a rule refused."""
    ref = ref.strip().upper()
    wrong, steps = "", []
    if ref:
        try:
            position = int(ref) if ref.isdecimal() and len(ref) < 19 else None
            steps = [decision_of(reading, position)] if position else replay_of(reading, ref)
        except Refused as refusal:
            wrong = refusal.sentence
    return _replayed(request, reading, ref, steps, wrong)


@page(router, "/audit/decisions/{position}", needs="audit.read")
def decision_page(request: Request, position: int, reading: Reading) -> Response:
    """The decision that an event came of, step by step."""
    step = decision_of(reading, position)
    return _replayed(request, reading, str(position), [step])


def _replayed(
    request: Request, reading: Reading, ref: str, steps: list[Step], wrong: str = ""
) -> Response:
    return render(
        request,
        "audit/replay.html",
        reading=reading,
        ref=ref,
        steps=steps,
        wrong=wrong,
        named={view.__name__: name_of(view) for view in View.all},
        told=told,
        titled=titled,
    )


@page(router, "/audit/what-if", needs="audit.read")
def what_if_page(
    request: Request,
    reading: Reading,
    delegation: str = "",
    heading: str = "",
    award: str = "",
    waivers: str = "",
) -> Response:
    """How the log would have gone under another rule."""
    national(reading)
    wrong, found = "", None
    asked = {"delegation": delegation, "heading": heading, "award": award}
    if any(asked.values()) or waivers:
        given = {name: [text] if text.strip() else [] for name, text in asked.items()}
        try:
            changed = changed_by(given["delegation"], given["heading"], given["award"], not waivers)
            found = what_if(reading.installation, changed)
        except Refused as refusal:
            wrong = refusal.sentence
    return render(
        request,
        "audit/what_if.html",
        reading=reading,
        chosen={**asked, "waivers": waivers},
        found=found,
        wrong=wrong,
    )
