"""How pages are rendered: templates, and how dates and money are written."""

import re
import secrets
from functools import lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, select_autoescape
from markupsafe import Markup, escape

from domain import sentences
from domain.kernel import pounds_text
from domain.sentences import counted, month_text
from service.desk import Reader, Routes, begins, day_of, point_of
from service.figures import asking
from service.figures.told import figure_text, link_at
from service.identity import Person, accounts_of
from service.inbox import unread_of
from service.installation import Installation
from service.lists import Listing, shown
from service.lists.listing import users_named
from service.pages.opens import Opens
from service.telling import (
    account_text,
    details,
    event_words,
    govuk_date,
    grouped,
    reasons,
    sentence,
)

NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Start",
        (
            ("/", "Start", "council.read"),
            ("/do", "What you can do", "council.read"),
            ("/drafts", "Drafts", "council.read"),
            ("/inbox", "Inbox", "council.read"),
            ("/watch-list", "Watch list", "council.read"),
        ),
    ),
    (
        "Councils",
        (
            ("/councils", "Councils", "council.read"),
            ("/engagement", "Engagement", "council.read"),
            ("/instruments", "Intervention ladder", "council.read"),
            ("/warnings", "Concerns", "warning.read"),
            ("/indicators", "Indicators", "indicator.read"),
        ),
    ),
    (
        "Regions",
        (
            ("/regions", "Regions", "region.read"),
            ("/regions/leads", "Leads", "region.read"),
        ),
    ),
    (
        "Support",
        (
            ("/cases", "Cases", "case.read"),
            ("/team", "Team casework", "audit.read"),
            ("/decisions", "Decisions", "case.read"),
            ("/cases/reviews", "Reviews due", "case.read"),
        ),
    ),
    (
        "Money",
        (
            ("/grants", "Grants", "grant.read"),
            ("/budgets", "Budget", "budget.read"),
            ("/contracts", "Contracts", "contract.read"),
            ("/hosting", "Hosting", "hosting.read"),
            ("/ledger", "Ledger", "ledger.read"),
        ),
    ),
    (
        "Peers",
        (
            ("/mentoring", "Mentoring", "mentoring.read"),
            ("/peers", "Peers", "peer.read"),
            ("/specialists", "Specialists", "peer.read"),
            ("/peers/supply", "Supply of members", "supply.read"),
            ("/days", "Donated days", "days.read"),
        ),
    ),
    (
        "Challenge",
        (
            ("/challenges", "Calendar", "challenge.read"),
            ("/challenges/entitlement", "Entitlement", "challenge.read"),
            ("/challenges/reciprocity", "Reciprocity", "challenge.read"),
            ("/challenges/triads", "Triads", "challenge.run"),
            ("/self-assessments", "Self-assessments", "assessment.read"),
        ),
    ),
    (
        "Policy",
        (
            ("/programmes", "Programmes", "programme.read"),
            ("/practice", "Good practice", "practice.read"),
        ),
    ),
    (
        "Reporting",
        (
            ("/returns", "Returns", "return.read"),
            ("/reports", "Report to the Executive", "report.read"),
            ("/exports", "Exports", "council.read"),
            ("/work", "Work", "council.read"),
        ),
    ),
    (
        "Audit",
        (
            ("/audit", "Audit trail", "audit.read"),
            ("/audit/compare", "Compare", "audit.read"),
            ("/audit/trace", "Trace a figure", "audit.read"),
            ("/audit/replay", "Replay", "audit.read"),
            ("/audit/what-if", "What if", "audit.read"),
            ("/audit/verify", "Verify", "audit.read"),
            ("/audit/access-log", "Access log", "access-log.read"),
            ("/persons", "Personal data", "person.read"),
            ("/users", "Users", "user.read"),
        ),
    ),
)
"""The sections and the pages of each: address, name, and what seeing it needs."""

NATIONAL = frozenset({"/audit/what-if", "/audit/verify"})
"""Pages for those whose role has no scope: they are of everything."""


class Section(NamedTuple):
    """A section of the service as one person sees it."""

    text: str
    href: str
    pages: list[tuple[str, str]]
    current: bool


def sections(reading: Reader | None, path: str) -> list[Section]:
    """The sections with the pages that the reader may see; the one with this address current."""
    found = []
    for text, pages in NAVIGATION:
        seen = [
            (href, name)
            for href, name, needs in pages
            if reading
            and reading.sees(needs)
            and (href not in NATIONAL or reading.under(needs).reach.everything)
        ]
        here = any(path == href or (href != "/" and path.startswith(href)) for href, _ in seen)
        if seen:
            found.append(Section(text, seen[0][0], seen, here))
    return found


_CODE = r"\d{4}-\d{2}(?:-\d{2}| ?Q[1-4])?|[A-Z]{3,}(?:-[A-Z0-9]+)*-\d+"
"""A year, a date or a reference as they are written."""
_UNBROKEN = re.compile(rf"\b(?:{_CODE})\b")


def unbroken(text: Any) -> Markup:
    """Text or markup in which a line ends in no year, date or reference: 2025-26, CASE-0001."""
    parts = re.split(r"(<[^>]*>)", str(escape(text)))
    kept = (
        part
        if part.startswith("<")
        else _UNBROKEN.sub(r'<span class="cw-unbroken">\g<0></span>', part)
        for part in parts
    )
    return Markup("".join(kept))  # noqa: S704 - escaped above


def told_day(asked: str) -> str:
    """A date as GOV.UK writes it; a time or a position as it was asked for."""
    _, seen_from = point_of(asked) or (None, None)
    return govuk_date(seen_from or day_of(asked)) or asked


def size_text(count: int) -> str:
    """A file's size as people read it: 340 bytes, 12 KB, 2.4 MB."""
    if count < 1000:
        return counted(count, "byte")
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def words(name: str) -> str:
    """A field or code as words: 'help_and_protection' as 'Help and protection'.

    What has a label of its own is told by that. A year such as 2025-26 stays as it is, and so
    does what is written in capitals.
    """
    if label := getattr(name, "label", ""):
        return str(label)
    plain = re.sub(r"(?<!\d)-|-(?!\d)", " ", name.replace("_pence", "").replace("_", " "))
    return sentences.capital(re.sub(r"\bdfe\b", "DfE", plain.strip()))


def view_words(name: str) -> str:
    """What a view's rows are of, in words: ``grant-row`` as Grant."""
    return words(name.removesuffix("-row").removesuffix("-page"))


_WHOLE = re.compile(rf"\d{{1,2}} [A-Z][a-z]+ \d{{4}}|{_CODE}|Not \w+|Nobody \w+")
_LONG = 44
"""More characters than these need room."""


def cell_class(cell: Any) -> str:
    """How a table's cell takes its width, by what it says: a date, a year or a reference stays
    on one line, and a sentence has room to be read."""
    said = cell.striptags() if isinstance(cell, Markup) else str(cell)
    if _WHOLE.fullmatch(said):
        return " cw-whole"
    return " cw-text" if len(said) > _LONG else ""


def field_words(path: str) -> str:
    """A field's path as words: ``conditions[2].settled_on`` as Conditions 2: settled on."""
    told: list[str] = []
    for part in re.findall(r"(?:[^.\[]|\[[^\]]*\])+", path):
        name, _, own = part.replace("half_days", "days").partition("[")
        said = words(name) if not told else words(name)[:1].lower() + words(name)[1:]
        told.append(f"{said} {own.removesuffix(']')}".strip())
    return ": ".join(told)


@lru_cache
def environment() -> Environment:
    """The templates, ours and the design system's."""
    made = Environment(
        loader=PrefixLoader(
            {
                "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                "casework": PackageLoader("service"),
            }
        ),
        autoescape=select_autoescape(["html"]),
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asking"] = asking
    made.filters |= {
        "pounds": pounds_text,
        "day": govuk_date,
        "words": words,
        "code": sentences.words,
        "cell_class": cell_class,
        "capital": sentences.capital,
        "view": view_words,
        "account": account_text,
        "event": event_words,
        "grouped": grouped,
        "figure": figure_text,
        "in_days": partial(figure_text, unit="half-days"),
        "field": field_words,
        "told_day": told_day,
        "told_month": month_text,
        "counted": counted,
        "size": size_text,
        "sentence": sentence,
        "details": details,
        "reasons": reasons,
        "unbroken": unbroken,
    }
    return made


def render(
    request: Request,
    template: str,
    *,
    reading: Reader | None = None,
    person: Person | None = None,
    status: int = 200,
    as_at: str | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page from a template, with what every page carries, as at the moment of its address
    or at another. One that tells of a failure, to nobody, reads nothing: the database may be away.
    """
    installation: Installation = request.app.state.installation
    person = reading.person if reading else person
    nonce = secrets.token_urlsafe(16)
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("as_at", "cursor")]
    if as_at is None:
        as_at = request.query_params.get("as_at", "")
    accounts = accounts_of(installation)
    account = accounts.account(person.user.user) if person else None
    known = users_named(reading) if reading else {}

    def link(path: str, **query: Any) -> str:
        """An address that stays at the moment being looked at."""
        asked = {k: v for k, v in {**query, "as_at": as_at}.items() if v not in (None, "")}
        return f"{path}?{urlencode(asked)}" if asked else path

    def event(position: int, text: Any = "") -> Markup:
        """What an event is called here: a link for whoever may read the trail."""
        said = text or f"event {position}"
        if reading and reading.sees("audit.read"):
            to = link(f"/audit/events/{position}")
            return Markup('<a class="govuk-link" href="{}">{}</a>').format(to, said)
        return Markup('<span class="cw-plain">{}</span>').format(said)

    def begin(*names: str, **filled: str) -> Markup:
        """Links to what the reader may begin, after a sentence that says there is nothing yet."""
        parts: Any = environment().get_template("casework/parts.html").module
        found: Markup = parts.begin(begins(reading, *names, **filled) if reading else [])
        return found

    html = (
        environment()
        .get_template(f"casework/{template}")
        .render(
            request=request,
            path=request.url.path,
            nonce=nonce,
            person=person,
            name=account.name if account else None,
            who=lambda user: known.get(user, user),
            csrf=person.session.csrf if person and person.session else "",
            unread=unread_of(reading) if reading and reading.person.session else None,
            navigation=sections(reading, request.url.path),
            moment=reading.moment if reading else None,
            as_at=as_at,
            kept=kept,
            link=link,
            event=event,
            at=lambda address: link_at(address, as_at),
            opens=Opens(reading.moment if reading else None),
            reading=reading,
            demo=status < 500 and bool(accounts.demo_users()),
            begin=begin,
            commands={route.name: route for route in Routes.commands},
            Markup=Markup,
            **values,
        )
    )
    answer = HTMLResponse(html, status_code=status)
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self';"
        " img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'self'"
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def listed(
    request: Request, template: str, reading: Reader, listing: Listing, **values: Any
) -> HTMLResponse:
    """A page with a list, as its address asks for it: 422 where it asks for what can't be."""
    found = shown(request, reading, listing)
    status = 422 if found.asked.errors else 200
    return render(request, template, reading=reading, status=status, shown=found, **values)
