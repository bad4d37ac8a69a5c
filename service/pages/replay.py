"""Decisions replayed, and the log under another rule."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.kernel import Refused, pounds_text
from service.desk import Reading, forbidden, page
from service.pages.render import render
from service.replay.routes import decision_of, replay_of
from service.replay.whatif import changed_by, what_if

router = APIRouter()


def shown(name: str, value: Any) -> str:
    """A value that a rule compared, as people read it."""
    if name.endswith("_pence") and isinstance(value, int):
        return pounds_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown("", each) for each in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {shown(key, each)}" for key, each in value.items()) or "none"
    return "none" if value in (None, "") else str(value)


@page(router, "/audit/replay", needs="audit.read")
def replay_page(request: Request, reading: Reading, ref: str = "") -> Response:
    """Every decision about something, step by step, with the attempts that a rule refused."""
    ref = ref.strip().upper()
    wrong, steps = "", []
    if ref:
        try:
            steps = replay_of(reading, ref)
        except Refused as refusal:
            wrong = refusal.sentence
    return render(
        request,
        "audit/replay.html",
        reading=reading,
        ref=ref,
        steps=steps,
        wrong=wrong,
        shown=shown,
    )


@page(router, "/audit/decisions/{position}", needs="audit.read")
def decision_page(request: Request, position: int, reading: Reading) -> Response:
    """The decision that an event came of, step by step."""
    step = decision_of(reading, position)
    return render(
        request,
        "audit/replay.html",
        reading=reading,
        ref=f"position {position}",
        steps=[step],
        wrong="",
        shown=shown,
    )


@page(router, "/audit/what-if", needs="audit.read")
def what_if_page(
    request: Request,
    reading: Reading,
    limit: str = "",
    heading: str = "",
    award: str = "",
    waivers: str = "",
) -> Response:
    """How the log would have gone under another rule."""
    if not reading.reach.everything:
        raise forbidden("audit.read without a scope")
    wrong, found = "", None
    asked = {"limit": limit, "heading": heading, "award": award}
    if any(asked.values()) or waivers:
        given = {name: [text] if text.strip() else [] for name, text in asked.items()}
        try:
            changed = changed_by(given["limit"], given["heading"], given["award"], not waivers)
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
