"""Signing in and out."""

import hmac
import secrets
from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from service.desk import AtFormDesk, Router
from service.identity import SESSION_COOKIE, SESSION_LENGTH, TheAccounts
from service.installation import TheInstallation
from service.pages.render import render

router = Router()
_FORM_COOKIE = "casework_sign_in"


def _safe(next_: str) -> str:
    """An address of our own to go on to: never somebody else's."""
    return next_ if next_.startswith("/") and not next_.startswith(("//", "/\\")) else "/"


def _form(request: Request, installation: TheInstallation, next_: str, error: str) -> Response:
    token = secrets.token_urlsafe(32)
    answer = render(
        request,
        "access/sign_in.html",
        form_token=token,
        next=_safe(next_),
        error=error,
        status=422 if error else 200,
    )
    answer.set_cookie(
        _FORM_COOKIE, token, httponly=True, samesite="strict", secure=installation.settings.secure
    )
    return answer


@router.get("/sign-in")
def sign_in_page(
    request: Request,
    installation: TheInstallation,
    onward: Annotated[str, Query(alias="next", max_length=500)] = "/",
) -> Response:
    """The sign-in page."""
    return _form(request, installation, onward, "")


@router.post("/sign-in")
def sign_in(
    request: Request,
    installation: TheInstallation,
    accounts: TheAccounts,
    username: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    form_token: Annotated[str, Form(max_length=100)] = "",
    onward: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    """Sign in, and go on to the page that was asked for."""
    sent = request.cookies.get(_FORM_COOKIE, "")
    if not form_token or not hmac.compare_digest(form_token, sent):
        return _form(request, installation, onward, "The form was out of date: sign in again.")
    session = accounts.sign_in(username.strip(), password)
    if session is None:
        return _form(
            request,
            installation,
            onward,
            "The user name or password is not right. After ten wrong tries it is locked for"
            " 15 minutes.",
        )
    answer = RedirectResponse(_safe(onward), status_code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=installation.settings.secure,
    )
    answer.delete_cookie(_FORM_COOKIE)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, accounts: TheAccounts, desk: AtFormDesk) -> Response:
    """End the session."""
    if cookie := request.cookies.get(SESSION_COOKIE):
        accounts.sign_out(cookie)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer
