"""The parts of a case's and a grant's pages: for whom, as at when, and what they give away."""

import re
from collections.abc import Iterator

import httpx
import pytest

from domain.kernel import pounds_text
from tests.conftest import Service, running
from tests.journeys.steps import done, got, refused

CASE, GRANT = "/cases/CASE-0001", "/grants/GRANT-0001"
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(scope="module")
def played(demonstration: str) -> Iterator[Service]:
    """The demonstration, served."""
    with running(demonstration, enrol=False) as service:
        yield service


def shown(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def parts(page: str, ref: str) -> list[str]:
    """The parts that a page offers, by address."""
    nav = page.split(f'aria-label="Parts of {ref}"')[1].split("</nav>", maxsplit=1)[0]
    return re.findall(r'href="([^"]+)"', nav)


def test_each_part_is_offered_to_those_who_may_see_it_and_to_nobody_else(played: Service) -> None:
    officer, analyst = played.client("case-officer"), played.client("dfe-analyst")
    offered = parts(shown(officer.get(CASE)), "CASE-0001")
    assert len(offered) == 8
    for address in offered[1:]:
        page = shown(officer.get(address))
        assert page.count('aria-current="page"') == 2, address
    assert parts(shown(analyst.get(CASE)), "CASE-0001") == [
        CASE,
        *(f"{CASE}/{part}" for part in ("decisions", "package", "grants", "progress", "documents")),
    ]
    assert analyst.get(f"{CASE}/history").status_code == 403
    assert analyst.get(f"{CASE}/mentoring").status_code == 403
    assert "data-moments" not in shown(analyst.get(CASE))
    for address in parts(shown(officer.get(GRANT)), "GRANT-0001"):
        shown(officer.get(address))


def test_every_part_is_as_at_the_moment_asked_for_and_offers_nothing_then(played: Service) -> None:
    officer = played.client("case-officer")
    for address in parts(shown(officer.get(f"{CASE}?as_at=2025-06-20")), "CASE-0001"):
        page = shown(officer.get(address))
        assert "It is read-only." in page
        assert 'href="/do/' not in page
    then = shown(officer.get(f"{CASE}?as_at=2025-06-20")).split("<main")[1]
    assert "Decision 1 is waiting" in then or "Nothing is in the package yet." in then
    assert "MOU/0001" not in then
    assert officer.get(f"{CASE}/progress?as_at=2025-01-01").status_code == 404


def test_the_steps_say_the_same_over_the_api(played: Service) -> None:
    officer, auditor = played.client("case-officer"), played.client("auditor")
    found = got(officer.get("/api/v1/cases/CASE-0001/standing"))
    assert [phase["name"] for phase in found["phases"]] == [
        "Triage",
        "Decide",
        "Agree the package",
        "Deliver",
        "Review",
        "Step down",
    ]
    page = shown(officer.get(CASE))
    todo = [s for phase in found["phases"] for s in phase["steps"] if s["does"]]
    assert todo
    for step in todo:
        assert f"/do/{step['does']}?case=CASE-0001" in page
    theirs = got(auditor.get("/api/v1/cases/CASE-0001/standing"))
    assert not any(step["does"] for phase in theirs["phases"] for step in phase["steps"])


def test_a_case_is_looked_at_from_change_to_change(played: Service) -> None:
    officer = played.client("case-officer")
    now = shown(officer.get(f"{GRANT}/payments"))
    assert 'rel="next"' not in now
    moments = re.findall(r'<option value="(\d+)"', now)
    assert moments == sorted(moments, key=int)
    trail = officer.get("/api/v1/audit", params={"grant": "GRANT-0001", "limit": 1000})
    requests = {row["correlation"] for row in got(trail)["items"]}
    assert len(moments) == len(requests)
    (before,) = re.findall(r'rel="prev" href="([^"]+)"', now)
    assert before == f"{GRANT}/payments?as_at={moments[-2]}"
    then = shown(officer.get(before))
    assert f'<option value="{moments[-2]}" selected>' in then
    (after,) = re.findall(r'rel="next" href="([^"]+)"', then)
    assert after == f"{GRANT}/payments?as_at={moments[-1]}"
    compare = f"/audit/compare?ref=GRANT-0001&amp;from={moments[-3]}&amp;to={moments[-2]}"
    assert compare in then
    assert "at two moments" in shown(officer.get(compare.replace("&amp;", "&")))


def attach(client: httpx.Client, title: str, content: bytes, said: str) -> str:
    """Attach a document; returns the address of its page, as the case's page leads to it."""
    receipt = done(
        client.post(
            f"/api/v1{CASE}/documents",
            data={"title": title},
            files={"file": ("plan.pdf", content, said)},
        )
    )
    page = shown(client.get(f"{CASE}/documents", params={"after": receipt["position"]}))
    (address,) = re.findall(rf'href="({CASE}/documents/[0-9a-f]{{64}})">{title}<', page)
    return str(address)


def test_a_document_is_attached_looked_at_and_never_run(played: Service) -> None:
    officer = played.client("case-officer")
    assert "/do/attach_document?case=CASE-0001" in shown(officer.get(f"{CASE}/documents"))
    plan = attach(officer, "Improvement plan", PDF, "application/pdf")
    page = officer.get(plan)
    assert f'<iframe class="cw-preview" src="{plan}/content"' in shown(page)
    assert plan.rpartition("/")[2] in page.text
    content = officer.get(f"{plan}/content")
    assert (content.status_code, content.content) == (200, PDF)
    assert content.headers["content-type"] == "application/pdf"
    taken = officer.get(f"/api/v1{plan}").headers["content-disposition"]
    assert taken == 'attachment; filename="improvement-plan.pdf"'
    assert content.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in content.headers["content-security-policy"]
    posing = attach(officer, "Posing", b"<script>alert(1)</script>", "application/pdf")
    assert "iframe" not in shown(officer.get(posing))
    assert officer.get(f"{posing}/content").status_code == 404
    picture = attach(officer, "Chart", b"\xff\xd8\xff\xe0 and so on", "text/html")
    shot = officer.get(f"{picture}/content")
    assert shot.headers["content-type"] == "image/jpeg"
    assert shot.headers["content-security-policy"].endswith("; sandbox")
    assert played.client("dfe-analyst").get(f"{plan}/content").status_code == 403
    elsewhere = plan.replace("CASE-0001", "CASE-0002")
    assert officer.get(f"{elsewhere}/content").status_code == 404


def test_a_note_is_read_by_those_who_may_and_the_access_log_says_so(played: Service) -> None:
    officer, auditor = played.client("case-officer"), played.client("auditor")
    page = shown(officer.get(f"{CASE}/documents"))
    (address,) = re.findall(rf'href="({CASE}/notes/note-[0-9a-f-]+)"', page)
    note = address.rpartition("/")[2]
    text = got(officer.get(f"/api/v1{address}"))["text"]
    assert text in shown(auditor.get(address))
    for user in ("dfe-analyst", "finance-officer"):
        assert text not in played.client(user).get(f"{CASE}/documents").text
        assert address not in played.client(user).get(f"{CASE}/documents").text
        assert played.client(user).get(address).status_code == 403
    region = got(officer.get("/api/v1/cases/CASE-0001"))["region"]
    lead = played.client("regional-lead")
    assert region != "north-west"
    assert lead.get(address).status_code == 404
    reads = shown(auditor.get("/audit/access-log", params={"subject": note}))
    assert "auditor" in reads


def letter(client: httpx.Client, grant: str, kind: str, form: str, **asked: str) -> httpx.Response:
    return client.get(f"/api/v1/grants/{grant}/letters/{kind}", params={"format": form, **asked})


def test_letters_say_what_was_offered_and_are_the_same_for_ever(played: Service) -> None:
    officer = played.client("case-officer")
    asked = {"event": "GrantOffered", "limit": "1000"}
    offers = {row["grant"]: row for row in got(officer.get("/api/v1/audit", params=asked))["items"]}
    for ref in sorted(offers)[:3]:
        offered = sum(i["amount_pence"] for i in offers[ref]["payload"]["instalments"])
        text = letter(officer, ref, "offer", "md").text
        assert f"**{pounds_text(offered)}**" in text
        for instalment in offers[ref]["payload"]["instalments"]:
            assert pounds_text(instalment["amount_pence"]) in text
        assert f"position {offers[ref]['position']:,} of" in text
    for kind in ("offer", "determination"):
        for form, begins in (("pdf", b"%PDF-"), ("docx", b"PK")):
            first = letter(officer, "GRANT-0001", kind, form)
            again = letter(officer, "GRANT-0001", kind, form, as_at="2026-03-31")
            assert first.content.startswith(begins)
            assert first.content == again.content
            assert f"grant-0001-{kind}.{form}" in first.headers["content-disposition"]
        assert "Children" in shown(officer.get(f"{GRANT}/letters/{kind}"))


def test_each_variation_of_what_was_accepted_has_a_letter_of_its_own(played: Service) -> None:
    officer, grant = played.client("case-officer"), "GRANT-0034"
    asked = {"grant": grant, "event": "GrantVaried"}
    first, second = got(officer.get("/api/v1/audit", params=asked))["items"]
    texts = [letter(officer, grant, f"variation-{n}", "md").text for n in (1, 2)]
    for event, text in zip((first, second), texts, strict=True):
        varied = event["payload"]
        assert f"**{pounds_text(varied['amount_pence'])}**" not in text
        assert pounds_text(varied["was_pence"]) in text
        for instalment in varied["instalments"]:
            assert pounds_text(instalment["amount_pence"]) in text
        assert event["reason"] in text
        assert f"position {event['position']:,} of" in text
    assert "£4,000.00 less" in texts[0]
    assert "The grant stays £28,000.00" in texts[1]
    for form, begins in (("pdf", b"%PDF-"), ("docx", b"PK")):
        given = letter(officer, grant, "variation-1", form)
        then = letter(officer, grant, "variation-1", form, as_at=str(first["position"]))
        assert given.content.startswith(begins)
        assert given.content == then.content
    page = shown(officer.get(f"/grants/{grant}/letters"))
    for n in (1, 2):
        assert f"Letter of variation {n}" in page
        assert "What changes" in shown(officer.get(f"/grants/{grant}/letters/variation-{n}"))
    early = {"as_at": str(first["position"])}
    refused(letter(officer, grant, "variation-2", "pdf", **early), 409, "no-letter")
    refused(letter(officer, "GRANT-0001", "variation-1", "pdf"), 409, "no-letter")
    raised = letter(officer, "GRANT-0036", "variation-1", "md").text
    assert "The council accepted £43,000.00. Before more than that is paid" in raised


def test_there_is_no_letter_before_the_offer_nor_for_another_council(played: Service) -> None:
    officer = played.client("case-officer")
    refused(letter(officer, "GRANT-0001", "offer", "pdf", as_at="2025-07-01"), 409, "no-letter")
    assert letter(officer, "GRANT-0001", "offer", "odt").status_code == 422
    assert letter(officer, "GRANT-0001", "invitation", "pdf").status_code == 422
    early = shown(officer.get(f"{GRANT}/letters?as_at=2025-07-01"))
    assert "The letters are written once the grant is offered." in early
    council = got(officer.get("/api/v1/grants/GRANT-0001"))["council"]
    theirs = played.client(f"contact-{council}")
    assert letter(theirs, "GRANT-0001", "offer", "pdf").status_code == 200
    rows = got(officer.get("/api/v1/grants", params={"limit": 1000}))["items"]
    other = next(row["grant"] for row in rows if row["council"] != council and row["offered_on"])
    assert letter(theirs, other, "offer", "pdf").status_code == 404


@pytest.mark.parametrize(
    "path", ["/councils/310", "/regions/london", "/contracts/CONTRACT-0001", f"{GRANT}/payments"]
)
def test_events_are_links_for_whoever_may_read_the_trail(played: Service, path: str) -> None:
    assert "/audit/events/" in shown(played.client("auditor").get(path))
    assert "/audit/events/" not in shown(played.client("dfe-analyst").get(path))
