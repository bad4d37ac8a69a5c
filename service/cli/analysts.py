"""docs/analysts.md: the schema ``reporting`` as it is made, with queries that a test runs."""

from collections.abc import Iterator

from projections.engine import View
from service.app import routers
from service.attributing import needs_of
from service.cli.markdown import table
from service.reporting.relations import LEFT_OUT, MAY_SEE, RELATIONS, Relation
from service.reporting.schema import VERSION_COLUMNS

_HEADS = ("column", "type", "meaning")

areas = tuple(routers())
"""Importing every area declares what its queries need."""

PAID_BY_HEADING_AND_REGION = """SELECT l.heading, r.region_name, sum(l.amount_pence) AS paid_pence
FROM ledger AS l
LEFT JOIN regions AS r USING (region)
WHERE l.account IN ('council-paid', 'supplier-paid', 'region-spent')
  AND l.event <> 'ClawbackOwed' AND l.year = '2025-26'
GROUP BY l.heading, r.region_name
ORDER BY l.heading, r.region_name;"""

CASES_BY_TIER_THEN = """SELECT c.tier, c.stage, count(*) AS cases
FROM cases_as_at('2025-12-31') AS c
WHERE c.is_open
GROUP BY c.tier, c.stage
ORDER BY c.tier, c.stage;"""

RETURN_AGAINST_NOW = """SELECT f.area_name, f.value AS returned_pounds,
       now.paid_pence / 100.0 AS now_pounds,
       now.paid_pence / 100.0 - f.value AS difference_pounds
FROM returns AS t
JOIN return_figures AS f USING (dfe_return)
JOIN regions AS r ON r.region_code = f.area_code
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.amount_pence), 0) AS paid_pence
    FROM ledger AS l
    WHERE l.region = r.region
      AND l.account IN ('council-paid', 'supplier-paid', 'region-spent')
      AND l.event <> 'ClawbackOwed'
      AND l.effective_on BETWEEN t.first_day AND t.last_day
) AS now
WHERE t.dfe_return = 'RET-0002'
  AND f.indicator = 'paid_sum' AND f.filter = ''
ORDER BY f.area_name;"""

QUERIES = {
    "Paid by heading and region": PAID_BY_HEADING_AND_REGION,
    "Cases by tier as at a past date": CASES_BY_TIER_THEN,
    "A return's figures against today's": RETURN_AGAINST_NOW,
}
"""The worked queries of the page: a login's search path finds the relations without a schema."""

_ABOUT = """# SQL for analysts

The schema `reporting` holds the record in typed relations, for Power BI, psql and whatever else
speaks to PostgreSQL. An analyst's login reads it and nothing else, and sees what the role
`dfe-analyst` may see; nothing names a person, and of returns there are only those submitted.

Each relation, say `grants`, can be read in three ways:

| read | for |
|---|---|
| `grants` | the rows as they stand now |
| `grants_as_at(moment)` | the rows as they stood then, at about the same cost |
| `grants_history` | every version of every row, with `from_position` and `to_position` |

A moment is what pages take under "As at": a day as text or `date` (its end in London), a date and
time as text (London's, unless it names a zone) or `timestamptz`, or a position of the log. One
before the log is empty, one to come is now. `position_at(moment)` gives the position that it means,
and `moments` when each position was recorded.

Amounts are whole pence and their columns end in `_pence`; days are dates in London; moments are
`timestamptz`; lists and what has parts are `jsonb`. References join by columns of one name:
`council` (the DfE number), `case_ref`, `grant_ref`, `programme`, `contract`, `dfe_return`,
`year`, `heading`, `region`. `councils` has each council's ONS code, name and region;
`return_figures` goes by ONS code: `area_code` is `councils.gss_code` or `regions.region_code`.

## To connect

An administrator of the service makes a login, which prints its connection string this once, and
ends it:

    casework reporting grant-login dfe_okafor --as administrator
    casework reporting revoke-login dfe_okafor --as administrator

Where the service's own database user may not make roles, that prints what an administrator of the
database runs instead, and changes nothing. `casework reporting status` and `casework doctor` say
whether the schema is there and current. It is replaced with the views that it is made of, in one
transaction.

- **psql**: `psql 'postgresql://dfe_okafor:…@host:5432/casework'`, then `\\dv+` and
  `\\d+ grants` with the comments. The address is the service's own: where analysts reach the
  database by another name, put that in its place.
- **Power BI**: Get data, PostgreSQL database; server `host:5432`, database `casework`; sign in with
  the user name and password under "Database". The relations are under `reporting`. For a past
  moment, give a query under "Advanced options": `SELECT * FROM grants_as_at('2026-03-31')`.

A session is read-only, in UTC, and each statement ends after a minute. What holds up a change of
the schema is waited for: keep no transaction open.

## Worked queries
"""


def analysts() -> Iterator[str]:
    """The schema for analysts: how to read it, its relations, and what is left out."""
    yield _ABOUT
    for title, query in QUERIES.items():
        yield f"**{title}**\n\n```sql\n{query}\n```\n"
    yield "## Relations"
    for relation in RELATIONS:
        yield from _relation(relation)
    yield "\nEach `…_history` has besides:\n"
    yield from table(_HEADS, ((f"`{name}`", *told) for name, told in VERSION_COLUMNS.items()))
    yield "\n## Left out\n"
    reasons = sorted((f"`{view.__name__}`", why) for view, why in left_out().items())
    yield from table(("view", "why"), reasons)


def _relation(relation: Relation) -> Iterator[str]:
    yield f"\n### `{relation.name}`\n"
    yield f"{relation.about}\n"
    if relation.versions:
        yield f"As at: `{relation.name}_as_at(moment)`. Versions: `{relation.name}_history`.\n"
    if relation.withheld:
        names = ", ".join(f"`{name}`" for name in relation.withheld)
        yield f"Left out, because they name a person: {names}.\n"
    yield from table(_HEADS, ((f"`{c.name}`", c.type, c.meaning) for c in relation.columns))


def left_out() -> dict[type[View], str]:
    """The views that are no relation, each with the reason."""
    shown = {relation.view for relation in RELATIONS}
    found = {}
    for view in View.all:
        if view in shown or not view.__module__.startswith("projections."):
            continue
        needs = needs_of(view)
        allowed = MAY_SEE.intersection(needs)
        found[view] = (
            LEFT_OUT[view]
            if allowed
            else f"It needs {' or '.join(f'`{each}`' for each in needs)}, which `dfe-analyst` has"
            " not."
        )
    return found
