"""Filling a form in: shown, added to, checked, and recorded."""

import hmac
import inspect
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from domain.kernel import Refused, refuse
from projections.audit import JournalRow
from service import drafts
from service.desk import Desk, Reader, Receipt, Replayed, Router, command_model, page, status_of
from service.desk.asked import Reading
from service.desk.beside import as_sent, sent_document
from service.identity import NotSignedIn, Person, TheAccounts, same_origin, signed_in
from service.installation import Installation, TheInstallation
from service.pages.errors import sign_in_and_go_to
from service.pages.forms.answers import body_of, without_item
from service.pages.forms.errors import Wrong, invalid, missing, refused
from service.pages.forms.fields import Field, given, model_of
from service.pages.forms.receipts import receipt_page
from service.pages.forms.sheet import (
    Sheet,
    defaults_of,
    label_of,
    may_send,
    sheet_of,
    subjects_of,
    to_choose,
    which,
)
from service.pages.render import render, words
from service.pages.timeline import names_known

router = Router()


class Sent(NamedTuple):
    """What a browser sent: text by name, of several under one name a line each, and files."""

    text: dict[str, str]
    files: dict[str, UploadFile]


async def _sent(request: Request) -> AsyncIterator[Sent]:
    text: dict[str, str] = {}
    files: dict[str, UploadFile] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files[name] = value
            else:
                text[name] = f"{text[name]}\n{value}" if name in text else value
        yield Sent(text, files)


# --- Showing --------------------------------------------------------------------------------


@page(router, "/do/{name}", needs="council.read")
def form_page(
    request: Request, name: str, reading: Reading, draft: str = "", more: str = "", late: str = ""
) -> Response:
    """The form of a command, for whoever may send it: empty, or as it was left."""
    sheet = _opened(reading, name, draft) if draft else sheet_of(name, request.query_params)
    if sheet is None:
        return RedirectResponse(f"/do/{name}/receipt?key={draft}", status_code=303)
    may_send(reading, sheet.route)
    if missing := sheet.missing:
        return _choose(request, reading, sheet, missing)
    if not draft:
        answers = defaults_of(sheet.fields) | sheet.answers
        sheet = sheet._replace(answers=answers)
    return _form(request, reading, sheet, more=more, late=bool(late))


@page(router, "/do/{name}/check", needs="council.read")
def check_page(request: Request, name: str, reading: Reading, draft: str) -> Response:
    """What was answered, to check before it is recorded."""
    sheet = _opened(reading, name, draft)
    if sheet is None:
        return RedirectResponse(f"/do/{name}/receipt?key={draft}", status_code=303)
    may_send(reading, sheet.route)
    return render(
        request,
        "forms/check.html",
        reading=reading,
        sheet=sheet,
        title="Check your answers",
        about=sheet.about(reading),
        rows=sheet.rows(reading),
    )


def _opened(reader: Reader, name: str, key: str) -> Sheet | None:
    """A draft of the reader's as a sheet; None once it is recorded. Raises Refused if gone."""
    installation, user = reader.installation, reader.user.user
    typed = drafts.typed(installation, user, key, name)
    if typed is not None:
        return sheet_of(name, typed, key)
    if installation.store.receipt(f"{user}:{key}"):
        return None
    raise Refused(
        "not-found",
        "There is no such draft of yours: it was removed, or it is too old. Begin the form again.",
    )


def _choose(request: Request, reader: Reader, sheet: Sheet, subject: str) -> Response:
    """Ask first for what the command is about."""
    return render(
        request,
        "forms/choose.html",
        reading=reader,
        sheet=sheet,
        title=which(label_of(sheet.route.name, subject)),
        subject=subject,
        about=sheet.about(reader),
        options=to_choose(sheet, reader, subject),
        carried={n: v for n, v in request.query_params.items() if n not in (subject, "as_at")},
    )


def _form(
    request: Request,
    reader: Reader,
    sheet: Sheet,
    wrong: list[Wrong] | None = None,
    *,
    status: int = 200,
    more: str = "",
    late: bool = False,
    changed: list[JournalRow] | None = None,
    recorded: bool = False,
) -> Response:
    errors = wrong or []
    return render(
        request,
        "forms/form.html",
        reading=reader,
        status=status,
        sheet=sheet,
        title=sheet.title,
        about=sheet.about(reader),
        facts=sheet.facts(reader),
        errors=errors,
        error_for={each.name: each.said for each in reversed(errors)},
        options=sheet.options(reader),
        shown={
            field.name: max(1, given(field, sheet.answers)) + int(field.name == more)
            for field in sheet.fields
            if field.repeated
        },
        late=late,
        changed=changed,
        names=names_known(reader) if changed else {},
        recorded=recorded,
    )


# --- Sending --------------------------------------------------------------------------------


@router.post("/do/{name}")
def send_form(
    request: Request,
    name: str,
    installation: TheInstallation,
    accounts: TheAccounts,
    sent: Annotated[Sent, Depends(_sent)],
) -> Response:
    """Do what the form's button says: add or remove an item, keep, check or record.

    A form that comes too late, from a session that has ended, is kept for its person.
    """
    sheet = sheet_of(name, sent.text)
    try:
        person: Person | None = signed_in(request, installation, accounts)
    except NotSignedIn:
        person = None
    token = sent.text.get("csrf_token", "")
    if person is None or (
        person.session and not hmac.compare_digest(token.encode(), person.session.csrf.encode())
    ):
        owner = accounts.given_form(token)
        return _too_late(installation, sheet, person, token, owner)
    reader = Reader(installation, person)
    reader.needs = "council.read"
    may_send(reader, sheet.route)
    does, _, which_one = sent.text.get("_do", "send").partition(":")
    if does == "record" and (kept := _opened(reader, name, sheet.key)) is None:
        return RedirectResponse(sheet.address("/receipt", key=sheet.key), status_code=303)
    if does == "record" and kept:
        sheet = kept
    if missing := sheet.missing:
        raise Refused("bad-subject", f"Say which {words(missing).lower()} it is about.")
    try:
        sheet = _with_document(reader, sheet, sent.files)
    except Refused as refusal:
        return _refused(request, reader, sheet, refusal)
    match does:
        case "add":
            return _added(reader, sheet, which_one)
        case "remove":
            return _removed(reader, sheet, which_one)
        case "save":
            sheet.keep(reader)
            return RedirectResponse("/drafts", status_code=303)
        case "check":
            return _checked(request, reader, sheet)
    return _recorded(request, reader, sheet)


def _with_document(reader: Reader, sheet: Sheet, files: Mapping[str, UploadFile]) -> Sheet:
    """The sheet with the document that was chosen, which is kept: a browser is given none back.

    Raises Refused ``bad-document``.
    """
    answers = dict(sheet.answers)
    for field in sheet.fields:
        if field.kind == "file" and (chosen := files.get(field.name)):
            file = drafts.File(*sent_document(chosen))
            answers[field.name] = chosen.filename or field.label
            sheet = sheet._replace(answers=answers)
            sheet.keep(reader, file)
        elif field.kind == "file" and not sheet.file(reader):
            answers.pop(field.name, None)
    return sheet._replace(answers=answers)


def _too_late(
    installation: Installation, sheet: Sheet, person: Person | None, token: str, owner: str | None
) -> Response:
    """Keep a form for the person to whom it was given, and send them on to it.

    Raises NotSignedIn, or Refused ``forged-request``, for a form that nobody was given.
    """
    if owner is None:
        if person is None:
            raise NotSignedIn
        same_origin(person, token)
        raise NotSignedIn
    drafts.keep(installation, owner, sheet.key, sheet.route.name, sheet.subjects, sheet.typed)
    there = sheet.address(draft=sheet.key, late="yes")
    if person is None:
        return sign_in_and_go_to(there)
    if person.user.user != owner:
        raise Refused(
            "forged-request",
            "Somebody else was given this form and has signed out since: what was typed is kept"
            " for them, and nothing was recorded. Load the page again to use it yourself.",
        )
    return RedirectResponse(there, status_code=303)


def _repeated(sheet: Sheet, name: str) -> Field:
    for field in sheet.fields:
        if field.repeated and field.name == name:
            return field
    raise Refused("bad-field", "Choose one of the form's own lists.")


def _added(reader: Reader, sheet: Sheet, name: str) -> Response:
    """The form with room for one more item."""
    field = _repeated(sheet, name)
    sheet.keep(reader)
    there = sheet.address(draft=sheet.key, more=name)
    number = max(1, given(field, sheet.answers))
    return RedirectResponse(f"{there}#{field.at(number)[0].anchor}", status_code=303)


def _removed(reader: Reader, sheet: Sheet, which_one: str) -> Response:
    """The form without an item."""
    name, _, number = which_one.rpartition(":")
    field = _repeated(sheet, name)
    if not number.isdecimal():
        raise Refused("bad-number", "Say which of them to remove.")
    sheet = sheet._replace(answers=without_item(field, int(number[:6]), sheet.answers))
    sheet.keep(reader)
    return RedirectResponse(f"{sheet.address(draft=sheet.key)}#g-{name}", status_code=303)


def _checked(request: Request, reader: Reader, sheet: Sheet) -> Response:
    """On to the page where answers are checked, or back with what to correct."""
    sheet.keep(reader)
    try:
        model_of(sheet.route.function).model_validate(body_of(sheet.fields, sheet.answers))
    except ValidationError as error:
        wrong = invalid(error, sheet.fields, sheet.answers)
        return _form(request, reader, sheet, wrong, status=422)
    return RedirectResponse(sheet.address("/check", draft=sheet.key), status_code=303)


def _recorded(request: Request, reader: Reader, sheet: Sheet) -> Response:
    """Do it; or show the form again with what the rules say, or with what has changed since."""
    try:
        receipt = _carried_out(reader, sheet)
    except ValidationError as error:
        sheet.keep(reader)
        wrong = invalid(error, sheet.fields, sheet.answers)
        return _form(request, reader, sheet, wrong, status=422)
    except Refused as refusal:
        return _refused(request, reader, sheet, refusal)
    drafts.remove(reader.installation, reader.user.user, sheet.key)
    if not receipt.events:
        return receipt_page(request, reader, sheet.route, sheet.subjects, receipt)
    return RedirectResponse(sheet.address("/receipt", key=sheet.key), status_code=303)


def _carried_out(reader: Reader, sheet: Sheet) -> Receipt:
    function, person = sheet.route.function, reader.person
    hints = inspect.get_annotations(inspect.unwrap(function), eval_str=True)
    given_: dict[str, Any] = {}
    for subject in subjects_of(sheet.route):
        value = sheet.subjects[subject]
        number = hints[subject] is int
        if number and not (value.isdecimal() and len(value) < 10):
            raise Refused("bad-number", f"Write the number of the {words(subject).lower()}.")
        given_[subject] = int(value) if number else value
    if model := command_model(function):
        given_["command"] = model.model_validate(body_of(sheet.fields, sheet.answers))
    for field in sheet.fields if not model else ():
        answer = sheet.answers.get(field.name, "")
        given_[field.name] = _document(reader, sheet, field) if field.kind == "file" else answer
    desk = Desk(
        reader.installation,
        person.user,
        channel="web",
        key=sheet.key,
        expected=int(sheet.seen) if sheet.seen else None,
        session=person.session,
    )
    try:
        return function(**given_, desk=desk)
    except Replayed as done:
        return done.receipt


def _document(reader: Reader, sheet: Sheet, field: Field) -> UploadFile:
    file = sheet.file(reader)
    return as_sent(*file) if file else refuse("bad-document", missing(field))


def _refused(request: Request, reader: Reader, sheet: Sheet, refusal: Refused) -> Response:
    """The form again, with the refusal beside what it is about and all that was typed."""
    status = status_of(refusal.code)
    changed = None
    if refusal.code == "stale-version":
        changed = _since(reader, str(refusal.values["stream"]), int(refusal.values["expected"]))
        sheet = sheet._replace(seen=str(refusal.values["version"]))
    sheet.keep(reader)
    wrong = [refused(refusal, sheet.fields)]
    recorded = refusal.code == "bad-key-reuse"
    if recorded:
        said = "You have recorded this form already, with other answers"
        wrong = [Wrong("", said, "form")]
    return _form(request, reader, sheet, wrong, status=status, changed=changed, recorded=recorded)


def _since(reader: Reader, stream: str, version: int) -> list[JournalRow]:
    """What was recorded of a stream after the version that a person saw."""
    store = reader.installation.store
    records = store.records_of([stream], store.head())
    later = [record for record in records if record.version > version]
    return [row for r in later if (row := JournalRow.project(None, r, str(r.position)))]
