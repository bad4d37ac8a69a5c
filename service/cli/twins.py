"""The command line's twin of each command of the API, made from its path and its model."""

import json
import re
from collections.abc import Callable
from typing import Any

import click
from pydantic.fields import FieldInfo

from domain.kernel import Command
from service.cli.context import as_json, as_user, desk_for, fail, installed, show
from service.desk import CommandRoute, Routes, command_model


def add_twins(group: click.Group) -> None:
    """Give every declared command its place in the groups of the command line."""
    for route in Routes.commands:
        if route.cli is None:
            continue
        *parents, name = route.cli.split()
        place = group
        for parent in parents:
            known = place.commands.get(parent)
            if not isinstance(known, click.Group):
                known = click.Group(parent, help=f"Work on {parent} records.")
                place.add_command(known)
            place = known
        place.add_command(_twin(route, name))


def _twin(route: CommandRoute, name: str) -> click.Command:
    model = command_model(route.function)
    subjects = re.findall(r"{(\w+)}", route.path)
    params: list[click.Parameter] = [
        click.Argument([subject], metavar=subject.upper()) for subject in subjects
    ]
    fields = _fields(model)
    params += [
        click.Option(
            [f"--{option.replace('_', '-')}", option],
            help=_help(field),
            required=False,
        )
        for option, field in fields.items()
    ]
    params += [
        click.Option(["--from-json", "from_json"], help="The whole body as JSON; options win."),
        click.Option(
            ["--key", "idempotency_key"],
            help="Idempotency key: a repeat gets the first answer.",
        ),
    ]
    example = " ".join(
        [f"casework {route.cli}", *(s.upper() for s in subjects)]
        + [f"--{o.replace('_', '-')} …" for o, f in fields.items() if f.is_required()]
        + ["--as USER"]
    )
    doc = (route.function.__doc__ or "").strip()
    made = click.Command(
        name,
        params=params,
        callback=_callback(route, model, subjects, list(fields)),
        help=f"{doc}\n\n\b\nExample:\n  {example}",
        short_help=doc.split("\n")[0],
    )
    return as_user(as_json(made))


def _fields(model: type[Command] | None) -> dict[str, FieldInfo]:
    if model is None:
        return {}
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _help(field: FieldInfo) -> str:
    needed = "required" if field.is_required() else ""
    shape = "" if _scalar(field) else "as JSON"
    return ", ".join(part for part in (field.description or "", shape, needed) if part)


def _scalar(field: FieldInfo) -> bool:
    return not re.search(r"\b(tuple|list|dict|set)\b", str(field.annotation)) and not (
        isinstance(field.annotation, type) and hasattr(field.annotation, "model_fields")
    )


def _callback(
    route: CommandRoute, model: type[Command] | None, subjects: list[str], fields: list[str]
) -> Callable[..., None]:
    def run(
        acting: str | None,
        as_json: bool,
        from_json: str | None,
        idempotency_key: str | None,
        **given: Any,
    ) -> None:
        body = _body(from_json)
        known = _fields(model)
        for option in fields:
            value = given[option]
            if value is not None:
                body[option] = value if _scalar(known[option]) else _json(option, value)
        with installed() as installation:
            desk = desk_for(installation, acting, idempotency_key)
            arguments = {subject: given[subject] for subject in subjects}
            if model is not None:
                arguments["command"] = model.model_validate(body)
            show(route.function(**arguments, desk=desk), as_json)

    return run


def _body(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    body = _json("from-json", text)
    if not isinstance(body, dict):
        fail("--from-json takes a JSON object")
    return body


def _json(option: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        fail(f"--{option} takes JSON: {error}")
