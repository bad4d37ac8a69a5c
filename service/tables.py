"""The tables beside the log: what is no fact of the casework, or may have to be forgotten."""

from service.access_log import TABLE as ACCESS_LOG
from service.long_work import TABLE as WORK
from service.read_marks import TABLE as READ_MARKS
from service.return_figures import TABLE as RETURN_FIGURES
from service.saved_queries import TABLES as SAVED_QUERIES
from service.sent_notices import TABLE as SENT_NOTICES

BESIDE_THE_LOG = (
    # Documents by their hash, and confidential notes each under its own key.
    """CREATE TABLE IF NOT EXISTS documents (
        sha256 text PRIMARY KEY, media_type text NOT NULL, size bigint NOT NULL,
        content bytea NOT NULL)""",
    # And what is known of persons, each under their own key (see service/register.py).
    "CREATE TABLE IF NOT EXISTS person_keys (person text PRIMARY KEY, key bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS persons (person text PRIMARY KEY, sealed bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS note_keys (note text PRIMARY KEY, key bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS notes (note text PRIMARY KEY, sealed bytea NOT NULL)",
    # Who read what is confidential (see service/access_log.py).
    ACCESS_LOG,
    # What each person keeps, has read, was told and has asked for (see the modules of these
    # names), and the figures of submitted returns as rows.
    *SAVED_QUERIES,
    READ_MARKS,
    SENT_NOTICES,
    WORK,
    RETURN_FIGURES,
    # Published values, each under the load that brought it (see service/measures.py).
    """CREATE TABLE IF NOT EXISTS indicator_values (
        indicator_set text NOT NULL, indicator text NOT NULL, code text NOT NULL,
        period text NOT NULL, load bigint NOT NULL, level text NOT NULL, name text NOT NULL,
        source_row bigint NOT NULL, published text NOT NULL, value numeric,
        PRIMARY KEY (indicator_set, indicator, code, period, load))""",
)
"""As statements of PostgreSQL that change nothing where the table is there already."""
