"""Every list and item of the API on the command line, made from its path and its parameters."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import click
from fastapi.params import Depends
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from service.cli.context import as_at, as_json, desk_for, fail, installed, reader_for, show
from service.desk import Page, QueryRoute, Routes

CONFIDENTIAL = ("note.read", "document.read", "person.read")
"""Read through the API, by a person whom the access log names."""
_COLUMNS = 9
"""As many as a line of a terminal holds: JSON shows every field."""


@click.group()
def view() -> None:
    """Look at any list or item of the record, as at any moment; filters as in the API."""


def add_views(group: click.Group) -> None:
    """Give every query that answers with data its command, named after its function."""
    for route in Routes.queries:
        signature = inspect.signature(inspect.unwrap(route.function), eval_str=True)
        if _answers(signature, Response):
            continue
        if any(_depends(p) for name, p in signature.parameters.items() if name != "reading"):
            continue
        if route.needs in CONFIDENTIAL or route.path.endswith("/me"):
            continue
        name = re.sub("^(list|show)_", "", route.function.__name__).replace("_", "-")
        group.add_command(_view(route, name, signature))


def _answers(signature: inspect.Signature, kind: type) -> bool:
    returns = signature.return_annotation
    return isinstance(returns, type) and issubclass(returns, kind)


def _depends(parameter: inspect.Parameter) -> bool:
    """Whether HTTP alone can fill it in: the trail's filters have a command of their own."""
    return any(
        isinstance(mark, Depends) for mark in getattr(parameter.annotation, "__metadata__", ())
    )


def _view(route: QueryRoute, name: str, signature: inspect.Signature) -> click.Command:
    subjects = re.findall(r"{(\w+)(?::path)?}", route.path)
    filters = {
        field: parameter
        for field, parameter in signature.parameters.items()
        if field != "reading" and field not in subjects
    }
    params: list[click.Parameter] = [
        click.Argument([subject], metavar=subject.upper()) for subject in subjects
    ]
    params += [
        click.Option(
            [f"--{field.replace('_', '-')}", field],
            required=parameter.default is inspect.Parameter.empty,
        )
        for field, parameter in filters.items()
    ]
    if _answers(signature, Page):
        params.append(click.Option(["--limit"], type=click.IntRange(1, 10_000), default=1000))
    doc = (inspect.unwrap(route.function).__doc__ or "").strip()
    example = " ".join([f"casework view {name}", *(s.upper() for s in subjects)])
    made = click.Command(
        name,
        params=params,
        callback=_callback(route, signature, [*subjects, *filters]),
        help=f"{doc}\n\n\b\nExample:\n  {example} --as-at 2026-03-31",
        short_help=doc.split("\n")[0],
    )
    return as_reader(as_at(as_json(made)))


as_reader = click.option(
    "--as", "reader", metavar="USER", help="Read as far as USER's roles go, not as an auditor."
)


def _callback(
    route: QueryRoute, signature: inspect.Signature, fields: list[str]
) -> Callable[..., None]:
    def run(
        as_at: str | None, as_json: bool, reader: str | None, limit: int = 1000, **given: Any
    ) -> None:
        arguments = {
            field: _value(field, given[field], signature.parameters[field].annotation)
            for field in fields
            if given[field] is not None
        }
        with installed() as installation:
            user = desk_for(installation, reader).user if reader else None
            reading = reader_for(installation, as_at, route.needs, user)
            reading.limit = limit
            found = route.function(reading=reading, **arguments)
            if isinstance(found, Page) and not as_json:
                lines = [_line(item.model_dump(mode="json")) for item in found.items]
                show(lines, as_json=False)
                if found.next:
                    click.echo(f"… the first {limit}; --limit shows more.")
                return
            show(found, as_json)

    return run


def _value(field: str, text: str, annotation: Any) -> Any:
    try:
        return TypeAdapter(annotation).validate_python(text)
    except ValidationError as invalid:
        fail(f"{field.replace('_', '-')}: {invalid.errors()[0]['msg']}")


def _line(item: dict[str, Any]) -> dict[str, Any]:
    """The fields that a line of a terminal holds."""
    plain = {k: v for k, v in item.items() if v is None or not isinstance(v, (dict, list))}
    return dict(list(plain.items())[:_COLUMNS])
