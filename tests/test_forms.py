"""Every form in plain words: what it asks for, what it does, what follows."""

import re
from collections.abc import Iterator

import pytest

from service.app import routers
from service.desk import CommandRoute, Routes, command_model
from service.pages.forms.errors import in_a_sentence, missing
from service.pages.forms.fields import Field, fields_of_route
from service.pages.forms.options import is_offered
from service.pages.forms.sheet import has_form, subjects_of
from service.pages.forms.wording import ASKS, FORMS, source_of

CLAUSE = re.compile(r"^(How|What|When|Where|Which|Who|Whom|Why) ")
GROUNDS = re.compile(r"^(Why |What shows |What led |What causes |Evidence)")
"""How a field begins that asks for what a reason would say."""
WIDTHS = (0, 2, 3, 4, 5, 10, 20, 30)
"""The design system's, in characters; 0 is the whole line."""
ODD = re.compile(
    r"\b(id|ids|ref|position|SHA-256|aggregate|stream|log)\b|(?<!in )\bkind\b|[_{}]|\w\.\w{2,}"
)
"""Words that nobody in the office uses, and names from the code."""


@pytest.fixture(scope="module")
def routes() -> list[CommandRoute]:
    assert list(routers())
    return [route for route in Routes.commands if has_form(route)]


def asked_of(route: CommandRoute) -> Iterator[tuple[str, Field]]:
    """Everything that a form asks a person for, with the name that its words are under."""
    for field in fields_of_route(route):
        if not field.hidden:
            yield field.name, field
            yield from ((f"{field.name}.{p.name}", p) for p in field.parts if p.name)


def test_every_form_says_what_follows_and_what_its_button_does(routes: list[CommandRoute]) -> None:
    assert {route.name for route in routes} == FORMS.keys()
    for name, form in FORMS.items():
        assert form.follows.endswith("."), name
        assert 3 < len(form.button) < 40, name
        assert not form.button.endswith("."), name
        assert not ODD.search(form.follows), name


def test_titles_and_labels_are_told_apart(routes: list[CommandRoute]) -> None:
    titles = [route.does for route in routes]
    assert len(set(titles)) == len(titles)
    for route in routes:
        labels = [field.label for field in fields_of_route(route) if not field.hidden]
        assert len(set(labels)) == len(labels), route.name


def test_every_field_has_a_label_of_its_own(routes: list[CommandRoute]) -> None:
    for route in routes:
        own = FORMS[route.name].asks
        for name, field in asked_of(route):
            assert name in own or name in ASKS, f"{route.name}: {name} has no words"
            assert field.label[:1].isupper(), f"{route.name}: {field.label}"
            assert not ODD.search(field.label), f"{route.name}: {field.label}"
            assert not ODD.search(re.sub(r"\w+\.\w+@|\d\.\d|\. / _", "", field.hint)), field.hint
            assert len(field.label) <= 72, field.label
            assert field.hint != field.label, f"{route.name}: {field.label}"
            assert field.width in WIDTHS, f"{route.name}: {field.label}"
            assert not field.hint.endswith("."), field.hint
        for subject in subjects_of(route):
            assert subject in own or subject in ASKS, f"{route.name}: {subject} has no words"
            assert is_offered(source_of(route.name, subject)), f"{route.name}: {subject}"


def test_no_words_are_left_of_what_no_form_asks_for(routes: list[CommandRoute]) -> None:
    shared = set(ASKS)
    for route in routes:
        fields = fields_of_route(route)
        known = {*subjects_of(route), *(field.name for field in fields)}
        known |= {f"{field.name}.{part.name}" for field in fields for part in field.parts}
        shared -= known - FORMS[route.name].asks.keys()
        heads = known | {name.partition(".")[0] for name in known}
        form = FORMS[route.name]
        assert form.asks.keys() <= known, route.name
        for names in form.groups.values():
            assert set(names) <= heads, route.name
    assert not shared


def test_a_form_asks_why_once(routes: list[CommandRoute]) -> None:
    """What asks why, or what shows it, under a name of its own leaves no reason to be asked for."""
    for route in routes:
        shown = {field.name: field for field in fields_of_route(route) if not field.hidden}
        if (reason := shown.pop("reason", None)) and not reason.required:
            own = [f.label for f in shown.values() if f.required and GROUNDS.match(f.label)]
            assert not own, f"{route.name}: mark {own} as Grounds"
    (taken,) = (route for route in routes if route.name == "take_decision")
    assert [f.hidden for f in fields_of_route(taken) if f.name == "reason"] == [True]


def test_yes_or_no_answers_a_question_and_nothing_else_does(routes: list[CommandRoute]) -> None:
    for route in routes:
        for _, field in asked_of(route):
            assert field.label.endswith("?") == (field.kind == "flag"), f"{route.name}: {field}"


def test_money_has_pounds_and_time_its_unit(routes: list[CommandRoute]) -> None:
    """What the model holds in pence is asked for in pounds; other numbers say of what they are."""
    for route in routes:
        model = command_model(route.function)
        held = model.model_fields if model else {}
        pounds = {info.alias for name, info in held.items() if name.endswith("_pence")}
        found = {field.name for field in fields_of_route(route) if field.kind == "money"}
        assert pounds <= found, route.name
        for name, field in asked_of(route):
            if name.endswith(("half_days", "minutes", "hours", "percent")):
                assert field.unit, f"{route.name}: {name}"


def test_long_forms_are_in_parts(routes: list[CommandRoute]) -> None:
    for route in routes:
        shown = [field for field in fields_of_route(route) if not field.hidden]
        if len(shown) > 10:
            assert FORMS[route.name].groups, f"{route.name} asks for {len(shown)} things"
        headed = [field.group for field in shown if field.group]
        assert headed == sorted(headed, key=headed.index), route.name


def test_a_field_that_is_left_empty_says_what_to_do(routes: list[CommandRoute]) -> None:
    for route in routes:
        for _, field in asked_of(route):
            said = missing(field)
            assert re.match(r"(Add|Choose|Enter|Say) ", said), said
            if CLAUSE.match(field.label) and not field.repeated:
                assert said == f"Say {in_a_sentence(field.label)}"


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Amount in all", "amount in all"),
        ("DfE number of the council", "DfE number of the council"),
        ("GSS code", "GSS code"),
        ("Email address", "email address"),
    ],
)
def test_a_label_in_a_sentence(label: str, told: str) -> None:
    assert in_a_sentence(label) == told
