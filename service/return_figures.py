"""The figures of returns one a row, beside the file that they were handed over in.

The file is what is certified; the rows say the same under its hash, so that analysts can join them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

TABLE = """CREATE TABLE IF NOT EXISTS return_figures (
    sha256 text NOT NULL, line bigint NOT NULL, period text NOT NULL, area_level text NOT NULL,
    area_code text NOT NULL, area_name text NOT NULL, filter text NOT NULL, item text NOT NULL,
    indicator text NOT NULL, unit text NOT NULL, published text NOT NULL, value numeric,
    PRIMARY KEY (sha256, line))"""

FILE = "figures.csv"

NOT_KEPT = """SELECT DISTINCT d.sha256, d.content FROM views.return_row AS r
    CROSS JOIN LATERAL jsonb_array_elements(r.files) AS f(item)
    JOIN documents AS d ON d.sha256 = f.item ->> 'sha256'
    WHERE f.item ->> 'name' = 'figures.csv'
    AND NOT EXISTS (SELECT FROM return_figures AS k WHERE k.sha256 = d.sha256)"""
"""The files of returns that were prepared before their figures were kept as rows."""

_KEEP = """INSERT INTO return_figures
    SELECT %s, f.line, f.period, f.area_level, f.area_code, f.area_name, f.filter, f.item,
        f.indicator, f.unit, f.value,
        CASE WHEN f.value ~ '^-?[0-9]+([.][0-9]+)?$' THEN f.value::numeric END
    FROM jsonb_to_recordset(%s) AS f(line bigint, period text, area_level text, area_code text,
        area_name text, filter text, item text, indicator text, unit text, value text)
    ON CONFLICT DO NOTHING"""


def kept_as_rows(sha256: str, figures: Iterable[Mapping[str, Any]]) -> tuple[str, Sequence[Any]]:
    """The statement that keeps a file's figures under its hash; a second time changes nothing."""
    return _KEEP, (sha256, Jsonb([{"line": n, **row} for n, row in enumerate(figures, 1)]))
