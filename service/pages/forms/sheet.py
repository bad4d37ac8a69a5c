"""A sheet: one command's form as one person has filled it in so far."""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from domain.kernel import Refused
from service import drafts
from service.desk import CommandRoute, Reader, Routes, command_model
from service.pages.forms.answers import names_in, tidied, told
from service.pages.forms.facts import Facts, facts
from service.pages.forms.fields import Field, fields_of_route, given, leaves, takes_file
from service.pages.forms.options import Options, having, is_offered, offered
from service.pages.forms.wording import Form, asked, form_of, source_of
from service.pages.render import words

_KEY_LENGTH = 200


class Sheet(NamedTuple):
    """What a person has said so far of what a command is to do."""

    route: CommandRoute
    subjects: dict[str, str]
    """What the command's path names, as far as it is known."""
    answers: dict[str, str]
    key: str
    """Recorded once under this key."""
    seen: str
    """The version that the person last saw of what is changed, if they came from its page."""

    @property
    def fields(self) -> list[Field]:
        """The command's fields."""
        return fields_of_route(self.route)

    @property
    def title(self) -> str:
        """What the command does."""
        return self.route.does

    @property
    def form(self) -> Form:
        """What the form says of itself."""
        return form_of(self.route.name)

    @property
    def takes_file(self) -> bool:
        """Whether it takes a document."""
        return takes_file(self.route.function)

    @property
    def missing(self) -> str | None:
        """The first part of the path that is not known yet."""
        return next((s for s in subjects_of(self.route) if not self.subjects.get(s)), None)

    @property
    def typed(self) -> dict[str, str]:
        """All that was said, as a draft keeps it and a form sends it."""
        seen = {"seen_version": self.seen} if self.seen else {}
        return {**self.answers, **self.subjects, **seen}

    def address(self, page: str = "", **query: Any) -> str:
        """Where a page of this form is."""
        asked = urlencode({name: value for name, value in query.items() if value})
        return f"/do/{self.route.name}{page}" + (f"?{asked}" if asked else "")

    def keep(self, reader: Reader, file: drafts.File | None = None) -> None:
        """Keep it as a draft of the reader's, with the document that was chosen now."""
        user, name = reader.user.user, self.route.name
        drafts.keep(reader.installation, user, self.key, name, self.subjects, self.typed, file)

    def file(self, reader: Reader) -> drafts.File | None:
        """The document that the reader chose, as it was kept."""
        return drafts.file(reader.installation, reader.user.user, self.key, self.route.name)

    def options(self, reader: Reader) -> dict[str, Options]:
        """What can be chosen from, by what fields and subjects name."""
        wanted = {f.source for f in leaves(self.fields, self.answers) if f.source}
        return options_of(self, reader, wanted)

    def about(self, reader: Reader) -> list[tuple[str, str]]:
        """What the path names, in words."""
        name = self.route.name
        sources = {subject: source_of(name, subject).partition("|")[0] for subject in self.subjects}
        known = options_of(self, reader, set(sources.values()))
        return [
            (label_of(name, subject), dict(known.get(sources[subject], ())).get(value, value))
            for subject, value in self.subjects.items()
        ]

    def facts(self, reader: Reader) -> Facts:
        """What is known of what the path names."""
        by_limit = any(field.name == "board_minute" for field in self.fields)
        return facts(reader.under(self.route.needs), self.subjects, by_limit=by_limit)

    @property
    def parts(self) -> list[tuple[str, list[Field]]]:
        """The fields under their headings, in the order that they are asked for; '' is none."""
        found = groupby(self.fields, key=lambda field: field.group)
        return [(group, list(fields)) for group, fields in found]

    def rows(self, reader: Reader) -> list[tuple[str, list[str], str]]:
        """Each answer to check: what was asked, what was answered, and where it is changed."""
        named = options_of(self, reader, set(names_in(self.fields, self.answers)))
        names = {source: dict(options) for source, options in named.items()}
        found = []
        for field in self.fields:
            if not field.hidden or self.answers.get(field.name):
                lines = _lines(field, self.answers, names)
                left_out = "Today" if field.name == "effective_on" else "Not given"
                found.append((field.label, lines or [left_out], field.anchor))
        return found


def _lines(
    field: Field, answers: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """An answer in lines: a repeated one, an item a line."""
    if not field.repeated:
        return told(field, answers, names.get(field.source, {})).splitlines()
    lines = []
    for number in range(given(field, answers)):
        parts = field.at(number)
        said = [(p.label, told(p, answers, names.get(p.source, {}))) for p in parts]
        if field.kind == "rows":
            whole = "; ".join(f"{label}: {text}" for label, text in said if text)
            lines.append(f"{field.one.capitalize() or field.label} {number + 1}. {whole}")
        else:
            lines.append(": ".join(text for _, text in said if text))
    return lines


def options_of(sheet: Sheet, reader: Reader, sources: set[str]) -> dict[str, Options]:
    """What can be chosen from, as far as the command's permission lets the reader see."""
    within = reader.under(sheet.route.needs)
    known = (source for source in sources if is_offered(source))
    found = {source: offered(source, within, sheet.subjects) for source in known}
    # Who acts for one council may know of what they don't see, by its number in a letter.
    return {s: each for s, each in found.items() if each or not within.reach.councils}


def to_choose(sheet: Sheet, reader: Reader, subject: str) -> Options | None:
    """What a subject is chosen from: of these, what has the parts that the form asks for next."""
    name = sheet.route.name
    source = source_of(name, subject)
    found = options_of(sheet, reader, {source}).get(source)
    if not found:
        return found
    asked = [source_of(name, later) for later in subjects_of(sheet.route)]
    asked += [field.source for field in sheet.fields if field.required and not field.repeated]
    fit = list(having(subject, asked, reader.under(sheet.route.needs), sheet.subjects))
    return [(value, text) for value, text in found if all(value in each for each in fit)]


def sheet_of(name: str, sent: Mapping[str, str], key: str = "") -> Sheet:
    """A command's form with what was sent. Raises Refused ``not-found`` for no command."""
    route = route_named(name)
    key = key or sent.get("form_key", "")
    seen = sent.get("seen_version", "").strip()
    subjects = {s: value for s in subjects_of(route) if (value := sent.get(s, "").strip())}
    return Sheet(
        route=route,
        subjects=subjects,
        answers=tidied(fields_of_route(route), sent),
        key=key if 0 < len(key) <= _KEY_LENGTH else str(uuid4()),
        seen=seen if seen.isdecimal() and len(seen) < 18 else "",
    )


def route_named(name: str) -> CommandRoute:
    """A command by its name. Raises Refused ``not-found``."""
    for route in Routes.commands:
        if route.name == name and has_form(route):
            return route
    raise Refused("not-found", "There is no such form.")


def has_form(route: CommandRoute) -> bool:
    """Whether a command is asked for by a form of its own: what a page's own form does has none."""
    return bool(command_model(route.function)) or takes_file(route.function)


def subjects_of(route: CommandRoute) -> list[str]:
    """What the command's path names: case, grant, item."""
    return re.findall(r"{(\w+)}", route.path)


def defaults_of(fields: list[Field]) -> dict[str, str]:
    """What fields hold before anybody has typed."""
    return {field.name: field.default for field in fields if field.default}


def may_send(reader: Reader, route: CommandRoute) -> None:
    """Refuse whoever's roles don't allow the command, and the past."""
    if not reader.sees(route.needs):
        raise Refused("forbidden", "None of your roles allows this: ask a colleague whose does.")
    if reader.moment.is_past:
        raise Refused("past-read-only", "The past is read-only: return to now to record anything.")


def label_of(form: str, subject: str) -> str:
    """What a form calls one part of its command's path."""
    ask = asked(form, subject)
    return ask.label if ask else words(subject)


def which(label: str) -> str:
    """The question for what a form is about: Which grant is it?"""
    return f"Which {label[:1].lower()}{label[1:]} is it?"
