"""A person's own pages: the inbox, the watch list, and how they are told."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from domain.kernel import Refused
from domain.watching import ChooseNotices, Notices, UnwatchSubject, WatchSubject
from service.desk import AtFormDesk, Reading, Router, form, page
from service.identity import accounts_of
from service.inbox import ReadUpTo, inbox_now, mark_inbox_read
from service.notices import mailer_of
from service.pages.render import render
from service.pages.start import grouped
from service.pages.timeline import names_of
from service.watching import (
    choose_my_notices,
    unwatch_subject,
    watch_subject,
    watching,
)

router = Router()


@page(router, "/inbox", needs="council.read")
def inbox(request: Request, reading: Reading) -> Response:
    """What became a task, and what changed in what is watched, since it was read."""
    installation = reading.installation
    account = accounts_of(installation).account(reading.user.user)
    return render(
        request,
        "watching/inbox.html",
        reading=reading,
        inbox=(found := inbox_now(reading)),
        groups=grouped(found.tasks),
        choices=list(Notices),
        sends=mailer_of(installation.settings) is not None,
        has_address=bool(account and account.email),
        councils=names_of(reading),
    )


@page(router, "/watch-list", needs="council.read")
def watch_list(request: Request, reading: Reading) -> Response:
    """What is watched, and what changed in it."""
    return render(request, "watching/watch_list.html", reading=reading, found=watching(reading))


@form(router, "/inbox/read", needs="council.read")
def read_inbox(desk: AtFormDesk, position: Annotated[int, Form(ge=0, le=2**62)]) -> Response:
    """Mark the inbox as read, as far as it was shown."""
    mark_inbox_read(body=ReadUpTo(position=position), desk=desk)
    return RedirectResponse("/inbox", status_code=303)


@form(router, "/inbox/notices", needs="council.read")
def choose_notices(desk: AtFormDesk, how: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Choose how often one is told by email."""
    try:
        command = ChooseNotices.model_validate({"how": how})
    except ValidationError:
        raise Refused("bad-notices", "Choose never, once a day or at once.") from None
    choose_my_notices(command=command, desk=desk)
    return RedirectResponse("/inbox", status_code=303)


@form(router, "/watch-list", needs="council.read")
def change_watching(
    desk: AtFormDesk,
    subject: Annotated[str, Form(max_length=40)] = "",
    does: Annotated[str, Form(max_length=10)] = "watch",
    back: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Watch something, or watch it no longer, and go back to where the button was."""
    try:
        if does == "unwatch":
            receipt = unwatch_subject(command=UnwatchSubject(subject=subject), desk=desk)
        else:
            receipt = watch_subject(command=WatchSubject(subject=subject), desk=desk)
    except ValidationError:
        raise Refused("bad-subject", "Watch a case, a council or a grant.") from None
    place = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/watch-list"
    return RedirectResponse(f"{place}?after={receipt.position}", status_code=303)
