"""States that somebody has to begin or that something has to go wrong for, each looked at once."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from service.demo import DEMO_PASSWORD
from service.long_work import Result, State, Table
from tests.conftest import Service
from tests.journeys.states.looking import Looker, Looking

pytestmark = pytest.mark.browser

CASE, MILESTONE = "CASE-0004", "/do/set_case_milestone"
DUE = {"due_on-day": "30", "due_on-month": "9", "due_on-year": "2035"}


def begun(looker: Looker, address: str) -> dict[str, str]:
    """The hidden fields of a form."""
    page = looker.get(address)
    assert page is not None
    return page.hidden(page.form("/do/"))


def test_signing_in(looking: Looking) -> None:
    nobody = looking("")
    page = nobody.get("/sign-in?next=/cases")
    assert page is not None
    hidden = page.hidden(page.form("/sign-in"))
    wrong = {**hidden, "username": "approver", "password": "wrong"}
    assert nobody.send("/sign-in", wrong, expect=(401, 422)) is not None
    nobody.get("/cases")


def test_work_in_each_state(looking: Looking, played: Service) -> None:
    officer = looking("case-officer")
    officer.get("/work?refresh=no")
    table = Table(caption="Rows", heads=("Row", "What is wrong"), rows=(("1", "no council"),))
    results = {
        "file": Result(name="cases.csv", media_type="text/csv", size=1_000, sha256="a" * 64),
        "page": Result(address="/returns/RET-0001"),
        "wrong": Result(wrong=True, tables=(table,)),
    }
    with psycopg.connect(played.installation.url, autocommit=True) as held:
        numbers = [_work(held, state, None) for state in State]
        numbers += [_work(held, State.DONE, result) for result in results.values()]
        for user in ("case-officer", "administrator"):
            looker = looking(user)
            for number in numbers:
                looker.get(f"/work/{number}?refresh=no")
                looker.get(f"/work/{number}")
            looker.get("/work?refresh=no")
        looking("auditor").get(f"/work/{numbers[0]}", expect=(200, 404))


def _work(held: "psycopg.Connection[tuple[int]]", state: State, result: Result | None) -> int:
    """Work of the case officer's in a state; what runs is held by this connection."""
    told = Jsonb(result.model_dump(mode="json")) if result else None
    with held.transaction():
        row = held.execute(
            'INSERT INTO work ("user", kind, title, asked, state, done, total, said, result,'
            " started_at, ended_at) VALUES ('case-officer', 'export', 'Cases as CSV', '{}', %s, 3,"
            " 10, 'What came of it.', %s, now(), CASE WHEN %s THEN NULL ELSE now() END)"
            " RETURNING work",
            (state.value, told, state.going),
        ).fetchone()
        assert row is not None
        held.execute("SELECT pg_advisory_lock(5710020, %s)", row)
    return row[0]


def test_a_document(looking: Looking, played: Service) -> None:
    officer = looking("case-officer")
    form = f"/do/attach_document?case={CASE}"
    hidden = begun(officer, form) | {"title": "Minutes", "_do": "send"}
    officer.send("/do/attach_document", hidden, files={"file": ("minutes.txt", b"Agreed.")})
    head = played.installation.store.head()
    page = officer.get(f"/cases/{CASE}/documents?after={head}")
    assert page is not None
    (document,) = {
        to
        for to in page.links
        if to.startswith(f"/cases/{CASE}/documents/") and not to.endswith("/content")
    }
    officer.get(document)


def test_a_form_to_its_receipt_and_back(looking: Looking) -> None:
    officer = looking("case-officer")
    hidden = begun(officer, f"{MILESTONE}?case={CASE}")
    answers = hidden | DUE | {"title": "Cabinet agrees"}
    officer.send(MILESTONE, answers | {"_do": "save"})
    officer.get("/drafts")
    officer.send(MILESTONE, answers | {"_do": "check"})
    receipt = officer.send(MILESTONE, hidden | {"_do": "record"})
    assert receipt is not None
    assert receipt.path.endswith("/receipt")
    officer.send(MILESTONE, answers | {"title": "Another", "_do": "send"}, expect=(409, 422))
    stale = begun(officer, f"{MILESTONE}?case={CASE}&seen_version=1") | answers
    officer.send(MILESTONE, stale | {"form_key": "stale", "_do": "send"}, expect=(412,))
    officer.send(MILESTONE, {"csrf_token": hidden["csrf_token"], "_do": "check"}, expect=(422,))


def test_a_form_that_comes_too_late(looking: Looking, played: Service) -> None:
    officer = looking("case-officer-2")
    hidden = begun(officer, f"{MILESTONE}?case={CASE}")
    with psycopg.connect(played.installation.url, autocommit=True) as connection:
        connection.execute("UPDATE sessions SET expires = now() WHERE \"user\" = 'case-officer-2'")
    asked = officer.send(MILESTONE, hidden | DUE | {"title": "Too late", "_do": "check"})
    assert asked is not None
    assert asked.path == "/sign-in"
    signed = asked.hidden(asked.form("/sign-in"))
    given = signed | {"username": "case-officer-2", "password": DEMO_PASSWORD}
    kept = officer.send("/sign-in", given)
    assert kept is not None
    assert "You had been signed out" in kept.text


def test_an_inbox_full_and_empty_and_filters_kept(looking: Looking) -> None:
    officer, other = looking("case-officer"), looking("case-officer-2")
    officer.get("/inbox")
    officer.get("/watch-list")
    officer.send("/watch-list", officer.token | {"subject": CASE, "back": f"/cases/{CASE}"})
    hidden = begun(other, f"{MILESTONE}?case={CASE}") | DUE | {"title": "Watched"}
    other.send(MILESTONE, hidden | {"_do": "send"})
    officer.get("/inbox")
    officer.get("/watch-list")
    officer.send("/lists/cases/saved?region=london", officer.token | {"name": "Mine"})
    officer.send("/lists/cases/saved", officer.token | {"name": "/"}, expect=(422,))
    officer.get("/cases")


@pytest.mark.parametrize(
    ("user", "address", "status"),
    [
        ("peer", "/budgets", 403),
        ("case-officer", "/do/approve_grant?grant=GRANT-0001", 403),
        ("case-officer", "/sign-out", 405),
        ("case-officer", "/nowhere", 404),
        ("case-officer", "/do/nothing", 404),
        ("case-officer", "/cases/CASE-9999", 404),
        ("case-officer", "/do/set_case_milestone?case=CASE-0004&as_at=2025-12-01", 409),
        ("case-officer", "/cases?as_at=yesterday", 422),
        ("case-officer", "/figures", 422),
        ("case-officer", "/days?year=no-such-thing", 422),
        ("case-officer", "/audit/compare?ref=GRANT-0001&from=300&to=200", 422),
    ],
)
def test_what_is_refused(looking: Looking, user: str, address: str, status: int) -> None:
    looking(user).get(address, expect=(status,))
