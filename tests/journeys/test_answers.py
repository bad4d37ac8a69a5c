"""The API's answers: validators that hold, compression where it is safe, streams that stay."""

from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import Service, running

TRAIL = "/api/v1/audit/events"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    with running(demonstration, enrol=False) as service:
        yield service


@pytest.fixture(scope="module")
def analyst(played: Service) -> httpx.Client:
    return played.client("dfe-analyst")


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/returns",
        "/api/v1/returns/RET-0001",
        "/api/v1/returns/RET-0001/figures",
        "/api/v1/grants",
        "/api/v1/grants/GRANT-0001",
        "/api/v1/councils/330",
    ],
)
def test_what_is_known_already_is_not_sent_again(analyst: httpx.Client, address: str) -> None:
    first = analyst.get(address)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    for known in (tag, f'"other", {tag}', "*"):
        again = analyst.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    then = analyst.get(address, headers={"If-None-Match": tag}, params={"as_at": "1"})
    assert then.status_code != 304


def test_an_answer_as_at_a_position_may_be_kept_by_its_reader_alone(analyst: httpx.Client) -> None:
    position = analyst.get("/api/v1/grants").json()["position"]
    answer = analyst.get("/api/v1/grants", params={"as_at": position})
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert {"Authorization", "Cookie"} <= set(answer.headers["Vary"].split(", "))


def test_the_tag_of_an_item_is_sent_back_as_if_match(played: Service) -> None:
    officer = played.client("case-officer")
    tag = officer.get("/api/v1/cases/CASE-0001").headers["ETag"]
    body = {"lead": "case-officer-2", "reason": "A change of desks"}
    lead = "/api/v1/cases/CASE-0001/lead"
    assert officer.post(lead, json=body, headers={"If-Match": tag}).status_code == 201
    stale = officer.post(lead, json=body | {"lead": "case-officer"}, headers={"If-Match": tag})
    assert stale.status_code == 412


def test_what_is_large_is_compressed_where_it_carries_no_token(played: Service) -> None:
    analyst = played.client("dfe-analyst")
    long_ones = (
        "/api/v1/councils?as_at=4000",
        "/api/v1/exports/grants.csv?as_at=4000",
        "/api/openapi.json",
    )
    for address in long_ones:
        answer = analyst.get(address)
        assert answer.headers["Content-Encoding"] == "gzip", address
        plain = analyst.get(address, headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        assert plain.content == answer.content, address
    for form in ("xlsx", "ods", "parquet"):
        answer = analyst.get(f"/api/v1/exports/councils.{form}")
        assert "Content-Encoding" not in answer.headers, form
        assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert "Content-Encoding" not in analyst.get("/api/v1/returns/RET-0001/verification").headers
    page = played.anonymous().get("/sign-in")
    assert len(page.content) > 1_000
    assert "Content-Encoding" not in page.headers


def test_streams_stay_streams(played: Service) -> None:
    """The whole trail comes part by part, compressed as it comes: nothing waits for all of it."""
    with played.client("auditor").stream("GET", TRAIL, params={"format": "csv"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        sizes = [len(part) for part in answer.iter_bytes()]
    assert len(sizes) > 3
    assert max(sizes) < sum(sizes) / 2


def test_every_answer_names_its_request_a_refusal_too(
    analyst: httpx.Client, played: Service
) -> None:
    named = {"X-Correlation-ID": "their-41"}
    for answer in (
        analyst.get("/api/v1/councils/330", headers=named),
        analyst.get("/api/v1/councils/999", headers=named),
        analyst.post("/api/v1/cases", json={"council": "330", "trigger": "T"}, headers=named),
        analyst.post("/api/v1/cases", content=b"{", headers=named | JSON),
    ):
        assert answer.headers["X-Correlation-ID"] == "their-41", answer.status_code
    assert answer.json()["detail"].startswith("Correct the body: Send JSON: ")
    asked: dict[str, str | int] = {"correlation": "their-41", "limit": 5}
    asked["after"] = played.installation.store.head()
    refused = played.client("auditor").get("/api/v1/audit", params=asked)
    assert [row["event"] for row in refused.json()["items"]] == ["AttemptRefused"]
    first, second = (analyst.get("/api/v1/me").headers["X-Correlation-ID"] for _ in range(2))
    assert first != second, "one for each request that names none"
    unfit = analyst.get("/api/v1/me", headers={"X-Correlation-ID": "two words"})
    assert "X-Correlation-ID" not in unfit.headers
