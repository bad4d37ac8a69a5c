"""``casework audit replay``, ``redecide`` and ``what-if``: decisions taken again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from domain.kernel import pounds_text
from service.cli.context import as_at, as_json, fail, installed, reader_for, show
from service.installation import Installation
from service.progress import progress_bar
from service.replay.redecide import redecide
from service.replay.routes import decision_of, replay_of
from service.replay.steps import Step
from service.replay.whatif import changed_by, what_if
from service.telling import titled, told


def add_replaying(audit: click.Group) -> None:
    """Give the audit commands those that take decisions again."""
    for command in (replay_, redecide_, what_if_):
        audit.add_command(command)


@click.command("replay")
@click.argument("ref")
@as_at
@as_json
def replay_(ref: str, as_at: str | None, as_json: bool) -> None:
    """Replay every decision about a grant, a case or the like, step by step.

    REF is a reference, or the position of one event. Shown are who decided and what they held
    then, what they could see, each rule with the values that it compared, what came of it, and
    the attempts that a rule refused.

    \b
    Example:
      casework audit replay GRANT-0001
    """
    with installed() as installation:
        reading = reader_for(installation, as_at)
        found = [decision_of(reading, int(ref))] if ref.isdecimal() else replay_of(reading, ref)
        if as_json:
            click.echo(json.dumps([step.model_dump(mode="json") for step in found]))
            return
        for step in found:
            _print(step)


def _print(step: Step) -> None:
    verdict = f"refused: {step.refused}" if step.refused else "decided"
    click.echo(f"\n{step.position}  {step.recorded_at:%Y-%m-%d %H:%M:%S}  {step.does}  [{verdict}]")
    if held := step.held:
        limit = f", limit {pounds_text(held.limit_pence)}" if held.limit_pence else ""
        by = f" ({held.authority}, granted by {held.granted_by})" if held.authority else ""
        click.echo(f"  by      {held.user} as {held.role}, {held.scope}{limit}{by}")
    if step.reason:
        click.echo(f"  why     {step.reason}")
    for seen in step.seen:
        at = f" at version {seen.version}" if seen.version is not None else ""
        click.echo(f"  saw     {seen.view} {seen.key}{at}, as at {step.position - 1}")
    for rule in step.rules:
        values = ", ".join(f"{titled(name)} {told(name, v)}" for name, v in rule.values.items())
        mark = "holds" if rule.holds else "FAILS"
        click.echo(f"  rule    {mark}  {rule.says} [{rule.code}] {values}")
    if step.told:
        click.echo(f"  told    {step.told}")
    for event in step.events:
        click.echo(f"  event   {event.position} {event.event} in {event.stream}/{event.version}")
        click.echo(f"          {event.said}")
    for change in step.changes:
        if not isinstance(change.after, (list, dict)) and change.field != "version":
            was, now = told(change.field, change.before), told(change.field, change.after)
            click.echo(f"  change  {change.key} {titled(change.field)}: {was} → {now}")
    for move in step.ledger:
        click.echo(
            f"  ledger  {move.account_name}: {pounds_text(move.before_pence)}"
            f" → {pounds_text(move.after_pence)} ({pounds_text(move.moved_pence)})"
        )
    same = {"same": "the same again by today's code", "differs": "DIFFERS by today's code"}
    click.echo(f"  again   {same.get(step.again, step.again)}")
    for d in step.differences:
        click.echo(f"          {d.where}: recorded {d.recorded}, now {d.now}")


@click.command("redecide")
@as_json
def redecide_(as_json: bool) -> None:
    """Take every recorded decision again by today's code; exit status 1 if any differs.

    Each is taken from the record as it stood before it: what was asked, by whom, in which role.
    Attempts that a rule refused are tried again too.

    \b
    Example:
      casework audit redecide
    """
    with installed() as installation:
        with _progress(installation) as told:
            found = redecide(installation, told)
        if as_json:
            click.echo(found.model_dump_json())
        else:
            click.echo(f"{found.decisions} decisions, {found.same} the same again.")
            for why, count in found.not_taken.items():
                click.echo(f"{count} not taken again: {why}")
            if found.differ:
                show(
                    [
                        {
                            "position": d.position,
                            "does": d.does,
                            "actor": d.actor,
                            "where": d.differences[0].where,
                            "recorded": str(d.differences[0].recorded),
                            "now": str(d.differences[0].now),
                        }
                        for d in found.differ
                    ],
                    as_json=False,
                )
        if not found.ok:
            fail(f"{len(found.differ)} decisions would not be made as they are on record")


@contextmanager
def _progress(installation: Installation) -> Iterator[Callable[[int], None]]:
    """A progress bar over the log's positions, on a terminal."""
    installation.follower.catch_up_unless_led()
    with progress_bar() as bar:
        task = bar.add_task("Taking again", total=installation.store.head())
        yield lambda position: bar.update(task, completed=position)


@click.command("what-if")
@click.option("--limit", multiple=True, help="A delegated limit: approver=50000.")
@click.option("--heading", multiple=True, help="An allocation: 2025-26/contracts=900000.")
@click.option("--award", multiple=True, help="The department's award: 2025-26=8000000.")
@click.option("--waivers/--no-waivers", default=True, help="Whether conditions may be waived.")
@as_json
def what_if_(
    limit: tuple[str, ...],
    heading: tuple[str, ...],
    award: tuple[str, ...],
    waivers: bool,
    as_json: bool,
) -> None:
    """Play the whole log again under another rule; nothing is written.

    Shown are the decisions that would have gone otherwise, with the rule that says so, and each
    heading's money as it is and as it would be.

    \b
    Example:
      casework audit what-if --limit approver=50000
    """
    with installed() as installation:
        changed = changed_by(limit, heading, award, waivers)
        with _progress(installation) as told:
            found = what_if(installation, changed, told)
        if as_json:
            click.echo(found.model_dump_json())
            return
        click.echo(
            f"{len(found.otherwise)} of {found.decisions} decisions would have gone otherwise,"
            f" {sum(o.consequence for o in found.otherwise)} of them because an earlier one did."
        )
        show(
            [
                {
                    "position": o.position,
                    "does": o.does,
                    "by": o.actor,
                    "about": o.about,
                    "amount_pence": o.amount_pence,
                    "would": o.would,
                }
                for o in found.otherwise
                if not o.consequence
            ],
            as_json=False,
        )
        show(
            [
                {
                    "heading": f"{h.year} {h.heading}",
                    "committed_pence": h.committed_pence,
                    "would_committed_pence": h.would_committed_pence,
                    "paid_pence": h.paid_pence,
                    "would_paid_pence": h.would_paid_pence,
                }
                for h in found.headings
            ],
            as_json=False,
        )
