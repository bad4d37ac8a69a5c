"""The record in SQL: what an analyst's login reads and can't do, and that the schema keeps up."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from click.testing import CliRunner
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from projections.engine import View
from projections.follower import rebuild
from projections.funding import GrantRow
from service.attributing import needs_of
from service.cli import main
from service.cli.analysts import QUERIES, RETURN_AGAINST_NOW, left_out
from service.installation import Installation
from service.reporting.logins import AdministratorNeeded, grant_login, revoke_login
from service.reporting.relations import MAY_SEE, RELATIONS
from service.reporting.schema import VERSION_COLUMNS
from tests.conftest import fresh_database, own_settings

Analyst = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def installation(demonstration: str) -> Iterator[Installation]:
    found = Installation(own_settings(), demonstration)
    found.follower.catch_up()
    yield found
    found.close()


@pytest.fixture(scope="module")
def analyst(installation: Installation) -> Iterator[Analyst]:
    """A session of a login that was granted, and is revoked when the module is done."""
    login = grant_login(installation.url, "analyst_of_tests")
    with psycopg.connect(login.address, autocommit=True) as connection:
        yield connection
    revoke_login(installation.url, "analyst_of_tests")


def rows(connection: Analyst, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query.encode()).fetchall()


# --- What is read ---------------------------------------------------------------------------


@pytest.mark.parametrize("title", QUERIES)
def test_the_worked_queries_answer(analyst: Analyst, title: str) -> None:
    assert rows(analyst, QUERIES[title])


def test_a_past_moment_is_the_same_rows_as_the_pages_have(
    installation: Installation, analyst: Analyst
) -> None:
    head = installation.store.head()
    for when in ("2025-10-01", "2025-10-01T12:30", str(head // 2)):
        [(position,)] = rows(analyst, f"SELECT position_at('{when}')")
        assert isinstance(position, int)
        expected = {
            row["grant"]: (row["status"], row["paid_pence"])
            for row in installation.model.select(GrantRow, position)
        }
        found = rows(analyst, f"SELECT grant_ref, status, paid_pence FROM grants_as_at('{when}')")
        assert {grant: rest for grant, *rest in found} == {
            grant: list(rest) for grant, rest in expected.items()
        }
    assert rows(analyst, "SELECT count(*) FROM grants_as_at(0)") == [(0,)]
    day = "date '2025-10-01'"
    assert rows(analyst, f"SELECT position_at({day}) = position_at('2025-10-01')") == [(True,)]
    ends = "timestamptz '2025-10-01 23:59:59.999999+01'"
    assert rows(analyst, f"SELECT position_at({ends}) = position_at({day})") == [(True,)]


def test_a_past_moment_is_found_by_the_index(analyst: Analyst) -> None:
    """The as-at function is inlined, so that the table's own index answers it."""
    with analyst.transaction():
        analyst.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(
            str(line) for (line,) in rows(analyst, "EXPLAIN SELECT * FROM grants_as_at(1500)")
        )
    assert "lifetime_idx" in plan
    assert "Function Scan" not in plan


def test_a_return_differs_from_today_by_what_was_learned_since(analyst: Analyst) -> None:
    """RET-0002 was corrected by what North West had spent: nothing else differs."""
    found = {area: difference for area, _, _, difference in rows(analyst, RETURN_AGAINST_NOW)}
    assert len(found) == 9
    assert {area: float(str(d)) for area, d in found.items() if d} == {"North West": 4800.0}
    standing = "SELECT status FROM returns WHERE dfe_return = 'RET-0002'"
    assert rows(analyst, standing) == [("superseded",)]
    drafts = "SELECT count(*) FROM return_figures WHERE status NOT IN ('submitted', 'superseded')"
    assert rows(analyst, drafts) == [(0,)]
    before = "SELECT status FROM returns_as_at('2025-11-01') WHERE dfe_return = 'RET-0002'"
    assert rows(analyst, before) == [("submitted",)]


def test_relations_join_and_add_up(analyst: Analyst) -> None:
    [(found,)] = rows(analyst, "SELECT sum(amount_pence) FROM ledger")
    assert found == 0
    query = "SELECT sum(balance_pence) FROM trial_balance"
    assert rows(analyst, query) == [(0,)]
    joined = """SELECT count(*), count(c.gss_code), count(c.region_name)
        FROM grants AS g LEFT JOIN councils AS c USING (council)"""
    [(grants, coded, placed)] = rows(analyst, joined)
    assert grants == coded == placed
    paid = """SELECT g.grant_ref FROM grants AS g LEFT JOIN payments AS p
        ON p.grant_ref = g.grant_ref AND p.reversed_on IS NULL
        GROUP BY g.grant_ref, g.paid_pence, g.clawed_back_pence
        HAVING coalesce(sum(p.amount_pence), 0) NOT IN
            (g.paid_pence, g.paid_pence + g.clawed_back_pence)"""
    assert rows(analyst, paid) == []


# --- What it says of itself -----------------------------------------------------------------


def test_every_column_is_described_and_as_the_dictionary_has_it(analyst: Analyst) -> None:
    found = {
        (str(relation), str(column)): (kind, told)
        for relation, column, kind, told in rows(
            analyst,
            """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                col_description(c.oid, a.attnum)
            FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relnamespace = to_regnamespace('reporting')""",
        )
    }
    spelt = {"timestamptz": "timestamp with time zone"}
    declared = {
        (part, column.name): (spelt.get(column.type, column.type), column.meaning)
        for relation in RELATIONS
        for part in relation.parts
        for column in relation.columns
    }
    declared |= {
        (f"{relation.name}_history", name): told
        for relation in RELATIONS
        if relation.versions
        for name, told in VERSION_COLUMNS.items()
    }
    assert found == declared
    assert all(told for _, told in found.values())
    undescribed = """SELECT c.relname FROM pg_class AS c WHERE relkind = 'v'
        AND relnamespace = to_regnamespace('reporting') AND obj_description(oid) IS NULL
        UNION ALL SELECT proname FROM pg_proc AS p
        WHERE pronamespace = to_regnamespace('reporting') AND obj_description(oid) IS NULL"""
    assert rows(analyst, undescribed) == []


def test_no_name_needs_quotation_marks(analyst: Analyst) -> None:
    reserved = {
        str(word)
        for (word,) in rows(
            analyst, "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')"
        )
    }
    names = {n for r in RELATIONS for n in (r.name, *(column.name for column in r.columns))}
    assert not names & reserved


def test_the_analysts_role_opens_every_relation_and_nothing_is_forgotten() -> None:
    own = {"moments": "positions and times alone", "returns": "", "return_figures": ""}
    for relation in RELATIONS:
        if relation.view and relation.name not in own:
            assert MAY_SEE.intersection(needs_of(relation.view)), relation.name
    ours = {view for view in View.all if view.__module__.startswith("projections.")}
    assert ours == left_out().keys() | {r.view for r in RELATIONS if r.view}


def test_no_column_names_a_person(analyst: Analyst) -> None:
    """The user names of the demonstration are nowhere in what an analyst reads."""
    users = "case-officer|finance-officer|approver-2|contact-[0-9]|PERSON-|PEER-"
    parts = [part for relation in RELATIONS for part in relation.parts]
    telling = [
        part
        for part in parts
        if rows(analyst, f"SELECT FROM {part} AS r WHERE r::text ~ '{users}' LIMIT 1")
    ]
    assert telling == []


# --- What it can't do -----------------------------------------------------------------------


def test_a_login_reads_nothing_else(installation: Installation, analyst: Analyst) -> None:
    with psycopg.connect(installation.url) as connection:
        elsewhere = connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n"
            " ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'views')"
            " AND c.relkind IN ('r', 'v')"
        ).fetchall()
    assert {("public", "accounts"), ("public", "casework_events"), ("views", "grant_row")} <= {
        (schema, name) for schema, name in elsewhere
    }
    for schema, name in elsewhere:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute(SQL("SELECT * FROM {} LIMIT 1").format(Identifier(schema, name)))


def test_a_login_writes_nothing(analyst: Analyst) -> None:
    assert rows(analyst, "SHOW default_transaction_read_only") == [("on",)]
    assert rows(analyst, "SHOW statement_timeout") == [("1min",)]
    assert rows(analyst, "SHOW timezone") == [("UTC",)]
    writes = (
        "UPDATE grants SET status = 'paid'",
        "DELETE FROM grants_history",
        "INSERT INTO moments VALUES (1, now())",
        "CREATE TABLE mine (n int)",
        "CREATE TABLE public.mine (n int)",
        "CREATE TEMPORARY TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "DELETE FROM public.return_figures",
        "ALTER ROLE casework_reporting SUPERUSER",
        "SELECT public.casework_append(NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    )
    for setting in ("on", "off"):
        analyst.execute(f"SET default_transaction_read_only = {setting}".encode())
        for write in writes:
            with pytest.raises(psycopg.Error):
                analyst.execute(write.encode())
    analyst.execute("SET default_transaction_read_only = on")


# --- Keeping up -----------------------------------------------------------------------------


def test_a_view_that_is_rebuilt_leaves_the_schema_right(
    installation: Installation, analyst: Analyst
) -> None:
    before = rows(analyst, "SELECT * FROM grants ORDER BY 1")
    rebuild(installation.model, installation.store.records, GrantRow)
    rebuild(installation.model, installation.store.records, GrantRow)
    assert rows(analyst, "SELECT * FROM grants ORDER BY 1") == before
    assert rows(analyst, "SELECT count(*) > 0 FROM grants_as_at('2025-10-01')") == [(True,)]


def test_what_another_version_made_is_replaced_and_what_it_left_is_gone(
    installation: Installation, analyst: Analyst
) -> None:
    with psycopg.connect(installation.url) as connection:
        connection.execute("UPDATE views.published SET digest = 'old' WHERE relation = 'grants'")
        connection.execute("COMMENT ON COLUMN reporting.grants.status IS 'Something else'")
        connection.execute("CREATE VIEW reporting.abolished AS SELECT 1 AS n")
        connection.execute("INSERT INTO views.published VALUES ('abolished', 'old')")
        connection.execute(
            "UPDATE casework_tracking SET application_name = 'grant_row_0badc0de'"
            " WHERE application_name = %s",
            [installation.model.name_of(GrantRow)],
        )
        table = Identifier("views", installation.model.name_of(GrantRow))
        connection.execute(SQL("ALTER TABLE {} RENAME TO grant_row_0badc0de").format(table))
        connection.execute("ALTER TABLE views.grant_row_0badc0de ADD COLUMN more text")
    seen = rows(analyst, "SELECT grant_ref, status FROM grants ORDER BY 1")
    with closing(Installation(own_settings(), installation.url)) as later:
        assert rows(analyst, "SELECT grant_ref, status FROM grants ORDER BY 1") == seen
        later.follower.catch_up()
    assert rows(analyst, "SELECT grant_ref, status FROM grants ORDER BY 1") == seen
    with psycopg.connect(installation.url) as connection:
        told = connection.execute(
            "SELECT to_regclass('reporting.abolished'), to_regclass('views.grant_row_0badc0de'),"
            " col_description('reporting.grants'::regclass, a.attnum) FROM pg_attribute AS a"
            " WHERE a.attrelid = 'reporting.grants'::regclass AND a.attname = 'status'"
        ).fetchone()
    assert told == (None, None, "How it stands.")


def test_a_reader_who_does_not_let_go_holds_nothing_up(
    installation: Installation, analyst: Analyst
) -> None:
    """The schema is replaced when nobody reads it; until then the record goes on."""
    with psycopg.connect(installation.url) as connection:
        connection.execute("UPDATE views.published SET digest = 'old' WHERE relation = 'grants'")
    with analyst.transaction():
        assert rows(analyst, "SELECT count(*) > 0 FROM grants") == [(True,)]
        installation.follower.unpublished = True
        installation.follower.catch_up()
        assert installation.follower.unpublished
    installation.follower.catch_up()
    assert not installation.follower.unpublished


# --- A service that may not do much ---------------------------------------------------------


def test_where_the_service_may_not_make_roles_it_says_what_to_run(postgres: str) -> None:
    owner = "casework_plain"
    with fresh_database(postgres) as url, psycopg.connect(url, autocommit=True) as admin:
        name = admin.info.dbname
        group = f"{name}_reporting"
        admin.execute(f"CREATE ROLE {owner} LOGIN PASSWORD 'plain'".encode())
        admin.execute(f'ALTER DATABASE "{name}" OWNER TO {owner}'.encode())
        admin.execute(f"ALTER SCHEMA public OWNER TO {owner}".encode())
        try:
            plain = make_conninfo(url, user=owner, password="plain")
            with closing(Installation(own_settings(), plain)) as installation:
                installation.follower.catch_up()
                with pytest.raises(AdministratorNeeded) as needed:
                    grant_login(plain, "analyst_plain")
                there = "SELECT FROM pg_roles WHERE rolname IN ('analyst_plain', %s)"
                assert admin.execute(there, [group]).fetchall() == []
                for line in needed.value.sql.splitlines():
                    if not line.startswith("\\password"):
                        admin.execute(line.encode())
                admin.execute("ALTER ROLE analyst_plain PASSWORD 'analyst'")
                mine = make_conninfo(url, user="analyst_plain", password="analyst")
                with psycopg.connect(mine, autocommit=True) as analyst:
                    assert rows(analyst, "SELECT count(*) FROM regions") == [(9,)]
                    assert rows(analyst, "SELECT count(*) FROM grants") == [(0,)]
        finally:
            for role in ("analyst_plain", group):
                admin.execute(f'DROP OWNED BY "{role}"'.encode())
                admin.execute(f'DROP ROLE "{role}"'.encode())
            admin.execute(f'ALTER DATABASE "{name}" OWNER TO CURRENT_USER'.encode())
            admin.execute(f"REASSIGN OWNED BY {owner} TO CURRENT_USER".encode())
            admin.execute(f"DROP OWNED BY {owner}".encode())
            admin.execute(f"DROP ROLE {owner}".encode())


def test_the_command_line_gives_a_login_once_and_puts_it_on_record(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_DATABASE_URL", installation.url)
    run = CliRunner()

    def casework(*words: str) -> str:
        return run.invoke(main, words).output

    assert "schema: current" in casework("reporting", "status")
    assert "reporting schema: current" in casework("doctor")
    assert "forbidden" in casework("reporting", "grant-login", "dfe_okafor", "--as", "approver")
    told = casework("reporting", "grant-login", "dfe_okafor", "--as", "administrator")
    assert "postgresql://dfe_okafor:" in told
    again = casework("reporting", "grant-login", "dfe_okafor", "--as", "administrator")
    assert "login-exists" in again
    casework("reporting", "revoke-login", "dfe_okafor", "--as", "administrator")
    assert "no-login" in casework(
        "reporting", "revoke-login", "dfe_okafor", "--as", "administrator"
    )
    with psycopg.connect(installation.url) as connection:
        entries = connection.execute(
            'SELECT "user", did FROM access_log WHERE subject = %s ORDER BY entry', ["dfe_okafor"]
        ).fetchall()
    assert entries == [("administrator", "grant-login"), ("administrator", "revoke-login")]
