"""Profiles, warnings and good practice from a terminal."""

import json
from typing import Any

import click

from projections.insight import WarningRow
from service.cli.context import as_at, as_json, fail, installed, reader_for, show
from service.insight import profile_of, set_of
from service.practice import looked_for

insight = click.Group("insight", help="Indicators, profiles and early warning.")
practice = click.Group("practice", help="Work on practice records.")


@insight.command("profile")
@click.argument("council")
@click.option("--set", "indicator_set", help="Which set; the first that has data if left out.")
@click.option("--every", is_flag=True, help="Every indicator, not only those offered first.")
@as_at
@as_json
def profile(
    council: str, indicator_set: str | None, every: bool, as_at: str | None, as_json: bool
) -> None:
    """Show a council beside its neighbours, its region and England.

    \b
    Example:
      casework insight profile 330 --as-at 2026-03-31
    """
    with installed() as installation:
        reading = reader_for(installation, as_at, "indicator.read")
        chosen = set_of(reading, indicator_set)
        if chosen is None:
            fail("no indicators have been loaded: casework import indicators FILE")
        found = profile_of(reading, council, chosen, every)
        if as_json:
            click.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
            return
        lines: list[dict[str, Any]] = [
            {
                "indicator": c.name,
                "year": c.period or "",
                "council": c.written(c.value) or f"{c.published} ({c.said})".strip(),
                "neighbours": c.written(c.neighbours_median),
                "region": c.written(c.region.value),
                "england": c.written(c.england.value),
                "rank": f"{c.standing.rank} of {c.standing.of}" if c.standing else "",
                "quartile": c.quarter,
                "trend": " ".join((c.trend.direction, c.trend.sense)).strip(),
            }
            for c in found.comparisons
        ]
        click.echo(f"{found.name}: {found.title}, after {found.loads} loads")
        show(lines, as_json=False)


@insight.command("concerns")
@click.option("--all", "every", is_flag=True, help="Also those that were closed.")
@as_at
@as_json
def concerns(every: bool, as_at: str | None, as_json: bool) -> None:
    """List the concerns about councils with the values that gave cause for them.

    \b
    Example:
      casework insight concerns --as-at 2026-03-31
    """
    with installed() as installation:
        reading = reader_for(installation, as_at, "warning.read")
        rows = reading.all(WarningRow, {} if every else {"status": "open"}, order="council")
        if as_json:
            click.echo(json.dumps([row.model_dump(mode="json") for row in rows]))
            return
        show(
            [
                {
                    "council": row.council,
                    "concern": row.concern,
                    "status": row.status,
                    "raised": row.raised_on.isoformat(),
                    "source": row.source_of_concern,
                    "value": "; ".join(row.indicators.values()),
                    "why": "; ".join(row.warning.rules) if row.warning else row.reason or "",
                }
                for row in rows
            ],
            as_json=False,
        )


@practice.command("search")
@click.argument("words")
@as_at
@as_json
def search(words: str, as_at: str | None, as_json: bool) -> None:
    """Search the published examples of good practice.

    \b
    Example:
      casework practice search '"front door" -agency'
    """
    with installed() as installation:
        reading = reader_for(installation, as_at, "practice.read")
        lines = [
            {
                "practice": found.row.practice,
                "title": found.row.title,
                "council": found.row.council,
                "level": found.row.level.value,
                "published": found.row.published_on.isoformat(),
            }
            for found in looked_for(reading, words, None, None)
        ]
        if as_json:
            click.echo(json.dumps(lines))
        else:
            show(lines, as_json=False)
