"""Notes by their confidentiality: who reads which, and that nothing else gives their text away."""

import io
import zipfile

import pytest

from domain.interventions import Confidentiality
from service.desk import Routes
from tests.conftest import Service
from tests.journeys.steps import columns_with, done, got, open_case, refused, register_councils

COUNCIL, REGION = "340", "north-west"
OPEN, RESTRICTED, CONFIDENTIAL = Confidentiality
TEXTS = {
    OPEN: "Openquill spoke of the plan",
    RESTRICTED: "Restrickle spoke of two managers",
    CONFIDENTIAL: "Confidrake spoke of the leader",
}
EVERY, NONE = {OPEN, RESTRICTED, CONFIDENTIAL}, set[Confidentiality]()
READERS = {
    "case-officer": EVERY,
    "case-officer-2": {OPEN, RESTRICTED},
    "approver": {OPEN},
    "regional-lead": EVERY,
    "regional-lead-2": NONE,
    "auditor": EVERY,
    "finance-officer": NONE,
    "dfe-analyst": NONE,
    "council-contact": NONE,
    "administrator": NONE,
}
"""What each may read of what case-officer wrote on a case in the north-west that nobody leads."""


class Noted:
    """A case with a note of each confidentiality."""

    def __init__(self, service: Service) -> None:
        self.service = service
        register_councils(service)
        self.case = open_case(service, COUNCIL)
        officer = service.client("case-officer")
        for kind, text in TEXTS.items():
            note = {"title": f"Call, {kind}", "text": text, "confidentiality": kind}
            added = done(officer.post(f"/api/v1/cases/{self.case}/notes", json=note))
        self.position = int(added["position"])
        page = officer.get(f"/api/v1/cases/{self.case}", params={"after": self.position})
        self.notes = {row["confidentiality"]: row["note"] for row in got(page)["notes"]}

    def address(self, kind: Confidentiality) -> str:
        return f"/cases/{self.case}/notes/{self.notes[kind]}"

    def lead_is(self, user: str) -> int:
        """Somebody leads the case; returns the position."""
        address = f"/api/v1/cases/{self.case}/lead"
        asked = self.service.client("case-officer").post(address, json={"lead": user})
        return int(done(asked)["position"])


@pytest.fixture(scope="module")
def noted(service: Service) -> Noted:
    return Noted(service)


@pytest.mark.parametrize("user", READERS)
def test_each_reads_what_their_roles_and_scope_let_them(noted: Noted, user: str) -> None:
    client, seen = noted.service.client(user), READERS[user]
    documents = client.get(f"/cases/{noted.case}/documents")
    for kind, text in TEXTS.items():
        api, page = client.get(f"/api/v1{noted.address(kind)}"), client.get(noted.address(kind))
        assert text not in documents.text
        assert (noted.address(kind) in documents.text) == (kind in seen)
        if kind in seen:
            assert got(api)["text"] == text
            assert text in page.text
            continue
        assert api.status_code in (403, 404)
        assert page.status_code == api.status_code
        assert text not in api.text + page.text
        if documents.status_code == 200:
            assert f"Call, {kind}" in documents.text
            assert f"{kind} note is read by {kind.readers}".replace("'", "&#39;") in documents.text
    reads = noted.service.client("auditor").get("/api/v1/audit/access-log", params={"user": user})
    assert {row["subject"] for row in got(reads)} == {noted.notes[kind] for kind in seen}


def test_whoever_may_not_is_told_who_may(noted: Noted) -> None:
    client = noted.service.client("approver")
    problem = refused(client.get(f"/api/v1{noted.address(CONFIDENTIAL)}"), 403, "forbidden")
    assert "its author, the case's lead" in problem["detail"]
    assert problem["values"]["needs"] == "note.read-confidential"


def test_the_lead_reads_what_is_confidential_as_long_as_they_lead(noted: Noted) -> None:
    address = f"/api/v1{noted.address(CONFIDENTIAL)}"
    lead = noted.service.client("case-officer-2")
    led = noted.lead_is("case-officer-2")
    assert got(lead.get(address, params={"after": led}))["text"] == TEXTS[CONFIDENTIAL]
    left = noted.lead_is("case-officer")
    refused(lead.get(address, params={"after": left}), 403, "forbidden")
    refused(lead.get(address, params={"as_at": str(led)}), 403, "forbidden")
    author = noted.service.client("case-officer")
    assert got(author.get(address, params={"as_at": str(led)}))["text"] == TEXTS[CONFIDENTIAL]


def inflated(content: bytes) -> bytes:
    """A file's content, and that of the files in it where it is an archive."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_no_other_page_file_or_answer_has_the_text(noted: Noted) -> None:
    """Every address that can be filled in, for somebody who sees all but these notes."""
    client, tried = noted.service.client("approver"), set[str]()
    known = {
        "{case}": noted.case,
        "{ref}": noted.case,
        "{ref:path}": noted.case,
        "{council}": COUNCIL,
        "{region}": REGION,
        "{position}": str(noted.position),
        "{note}": noted.notes[CONFIDENTIAL],
        "{format}": "csv",
        "{form}": "docx",
        "{year}": "2025-26",
    }
    for method, path in Routes.needs:
        address = path
        for name, value in known.items():
            address = address.replace(name, value)
        if method != "GET" or "{" in address:
            continue
        answer = client.get(address, params={"q": "Confidrake", "case": noted.case})
        assert answer.status_code < 500, address
        found = inflated(answer.content)
        for kind in (RESTRICTED, CONFIDENTIAL):
            assert TEXTS[kind].encode() not in found, address
        tried.add(path)
    assert len(tried) > 150
    asked = {"case": noted.case, "note": noted.notes[CONFIDENTIAL]}
    erasure = noted.service.client("case-officer-2").get("/do/erase_case_note", params=asked)
    assert erasure.status_code == 200
    assert TEXTS[CONFIDENTIAL] not in erasure.text


def test_views_reports_packs_and_logs_are_made_of_what_holds_no_text(noted: Noted) -> None:
    """Packs, exports, search and the reporting schema read tables that don't have it."""
    for text in TEXTS.values():
        assert columns_with(noted.service, text) == []
