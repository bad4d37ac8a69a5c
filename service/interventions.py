"""Intervention cases over HTTP."""

import mimetypes
import re
from typing import Annotated, Any

from fastapi import File, Form, Response, UploadFile
from pydantic import AfterValidator

from domain.access import User
from domain.councils import Council, Region, SupportTier
from domain.funding import Grant, transfer
from domain.interventions import (
    AddItem,
    AddNote,
    AgreePackage,
    AssignLead,
    AttachDocument,
    CarryOver,
    CheckSustained,
    CloseCase,
    CompleteTriage,
    DeliverItem,
    EscalateCase,
    InterventionCase,
    OpenCase,
    ProposeDecision,
    ReviewProgress,
    ReviseMilestone,
    SetMilestone,
    SettleMilestone,
    Stage,
    StepDown,
    TakeDecision,
    WithReason,
    add_item,
    add_note,
    agree_package,
    assign_lead,
    attach,
    carry_over,
    check_sustained,
    close,
    deliver_item,
    erase_note,
    escalate,
    may_lead,
    open_case,
    propose,
    reopen,
    review,
    revise_milestone,
    set_milestone,
    settle_milestone,
    step_down,
    take,
    triage,
    withdraw_item,
)
from domain.kernel import Actor, CaseRef, CouncilCode, Line, Refused, Sha256
from domain.legible import legible
from domain.mentoring import MatchStatus, MentoringMatch, transfer_match
from projections.instruments import InstrumentRow, forced_since
from projections.interventions import CasePage, CheckDue, DecisionRow, Document, ReviewDue
from service import register as persons
from service.desk import AtDesk, Desk, Page, Reader, Reading, Receipt, command, query, router_for
from service.desk.beside import document, sent_document
from service.noting import text_of_note

router = router_for("cases")


def case_and_actor(desk: Desk, case: str) -> tuple[InterventionCase, Actor]:
    """A case, and who acts on it."""
    found = desk.find(InterventionCase(case=case))
    return found, desk.acting(council=found.council, region=found.region)


@command(router, "/cases", needs="case.open", cli="case open")
def open_intervention_case(command: OpenCase, desk: AtDesk) -> Receipt:
    """Open a case for a council that has none open."""
    council = desk.find(Council(council=command.council))
    by = desk.acting(council=council.council, region=council.region)
    case = desk.load(InterventionCase(case=desk.next("CASE")))
    return desk.record(command, open_case(command, case, council, by), case, council)


@command(router, "/cases/{case}/triage", needs="case.run", cli="case triage")
def complete_triage(case: CaseRef, command: CompleteTriage, desk: AtDesk) -> Receipt:
    """Complete triage, saying how much support is needed, and where."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, triage(command, found, by), found)


@command(router, "/cases/{case}/lead", needs="case.run", cli="case lead")
def assign_case_lead(case: CaseRef, command: AssignLead, desk: AtDesk) -> Receipt:
    """Make somebody responsible for a case."""
    found, by = case_and_actor(desk, case)
    lead = desk.find(User(user=command.lead))
    may_lead(lead, desk.installation.today())
    return desk.record(command, assign_lead(command, found, by), found, lead)


@command(router, "/cases/{case}/decisions", needs="decision.propose", cli="case propose")
def propose_decision(case: CaseRef, command: ProposeDecision, desk: AtDesk) -> Receipt:
    """Propose support with the options considered."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, propose(command, found, by), found)


@command(
    router, "/cases/{case}/decisions/{decision}/outcome", needs="decision.take", cli="case decide"
)
def take_decision(case: CaseRef, decision: int, command: TakeDecision, desk: AtDesk) -> Receipt:
    """Approve or decline what another person proposed."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, take(command, found, decision, by), found)


@command(router, "/cases/{case}/package", needs="case.run", cli="case package")
def agree_support_package(case: CaseRef, command: AgreePackage, desk: AtDesk) -> Receipt:
    """Record the memorandum that Board and council agreed."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, agree_package(command, found, by), found)


@command(router, "/cases/{case}/items", needs="case.run", cli="case add-item")
def add_support_item(case: CaseRef, command: AddItem, desk: AtDesk) -> Receipt:
    """Add support to the package under an approved decision."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, add_item(command, found, by), found)


@command(router, "/cases/{case}/items/{item}/delivery", needs="case.run", cli="case deliver-item")
def deliver_support_item(case: CaseRef, item: int, command: DeliverItem, desk: AtDesk) -> Receipt:
    """Record that support was delivered."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, deliver_item(command, found, item, by), found)


@command(
    router, "/cases/{case}/items/{item}/withdrawal", needs="case.run", cli="case withdraw-item"
)
def withdraw_support_item(case: CaseRef, item: int, command: WithReason, desk: AtDesk) -> Receipt:
    """Take support out of the package."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, withdraw_item(command, found, item, by), found)


@command(router, "/cases/{case}/milestones", needs="case.run", cli="case milestone")
def set_case_milestone(case: CaseRef, command: SetMilestone, desk: AtDesk) -> Receipt:
    """Set a milestone."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, set_milestone(command, found, by), found)


@command(
    router,
    "/cases/{case}/milestones/{milestone}/outcome",
    needs="case.run",
    cli="case settle-milestone",
)
def settle_case_milestone(
    case: CaseRef, milestone: int, command: SettleMilestone, desk: AtDesk
) -> Receipt:
    """Record that a milestone was met or missed."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, settle_milestone(command, found, milestone, by), found)


@command(
    router,
    "/cases/{case}/milestones/{milestone}/revision",
    needs="case.run",
    cli="case revise-milestone",
)
def revise_case_milestone(
    case: CaseRef, milestone: int, command: ReviseMilestone, desk: AtDesk
) -> Receipt:
    """Give a milestone another date."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, revise_milestone(command, found, milestone, by), found)


@command(router, "/cases/{case}/reviews", needs="case.run", cli="case review")
def review_progress(case: CaseRef, command: ReviewProgress, desk: AtDesk) -> Receipt:
    """Review a case's progress, theme by theme."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, review(command, found, by), found)


@command(router, "/cases/{case}/escalation", needs="case.run", cli="case escalate")
def escalate_case(case: CaseRef, command: EscalateCase, desk: AtDesk) -> Receipt:
    """Escalate a case."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, escalate(command, found, by), found)


@command(router, "/cases/{case}/step-down", needs="case.run", cli="case step-down")
def step_case_down(case: CaseRef, command: StepDown, desk: AtDesk) -> Receipt:
    """Begin to step a case down."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, step_down(command, found, by), found)


@command(router, "/cases/{case}/notes", needs="case.run", cli="case note")
def add_case_note(case: CaseRef, command: AddNote, desk: AtDesk) -> Receipt:
    """Add a note to a case; its text can be erased later, that there was one stays on record."""
    found, by = case_and_actor(desk, case)
    note = desk.keep_note(command.text)
    return desk.record(command, add_note(command, found, note, by), found)


@command(router, "/cases/{case}/documents", needs="case.run")
def attach_document(
    case: CaseRef,
    title: Annotated[Line, AfterValidator(legible), Form()],
    file: Annotated[UploadFile, File()],
    desk: AtDesk,
) -> Receipt:
    """Attach a document to a case; it is kept as it is, and stays with the case."""
    found, by = case_and_actor(desk, case)
    command = AttachDocument(title=title, effective_on=desk.on)
    content, media_type = sent_document(file)
    sha256 = desk.put_document(content, media_type)
    events = attach(command, found, sha256, len(content), media_type, by)
    return desk.record(command, events, found)


@command(router, "/cases/{case}/closure", needs="case.run", cli="case close")
def close_case(case: CaseRef, command: CloseCase, desk: AtDesk) -> Receipt:
    """Close a case; what is still open is named with a reason for each."""
    found, by = case_and_actor(desk, case)
    council = desk.load(Council(council=found.council))
    grants = desk.load_many([Grant(grant=ref) for ref in found.grants])
    unsettled = tuple(what for grant in grants for what in grant.unsettled())
    events = close(command, found, council, unsettled, by)
    return desk.record(command, events, found, council, *grants)


@command(router, "/cases/{case}/reopening", needs="case.open", cli="case reopen")
def reopen_case(case: CaseRef, command: WithReason, desk: AtDesk) -> Receipt:
    """Open a closed case again."""
    found, by = case_and_actor(desk, case)
    council = desk.load(Council(council=found.council))
    return desk.record(command, reopen(command, found, council, by), found, council)


@command(router, "/cases/{case}/sustained-check", needs="case.run", cli="case check-sustained")
def check_case_sustained(case: CaseRef, command: CheckSustained, desk: AtDesk) -> Receipt:
    """Check after closing whether the improvement lasts."""
    found, by = case_and_actor(desk, case)
    return desk.record(command, check_sustained(command, found, by), found)


@command(router, "/cases/{case}/carry-over", needs="decision.take", cli="case carry-over")
def carry_case_over(case: CaseRef, command: CarryOver, desk: AtDesk) -> Receipt:
    """Decide that a successor carries on the case of a council that was reorganised."""
    found, by = case_and_actor(desk, case)
    old = desk.load(Council(council=found.council))
    new = desk.find(Council(council=command.successor))
    grants = desk.load_many([Grant(grant=ref) for ref in found.grants])
    running = [grant for grant in grants if not grant.settled]
    matches = desk.load_many([MentoringMatch(match=ref) for ref in found.matches])
    events = carry_over(command, found, old, new, [grant.grant for grant in running], by)
    for grant in running:
        events += transfer(grant, new.council, by)
    for match in matches:
        if match.status != MatchStatus.ENDED:
            events += transfer_match(match, new.council, by)
    return desk.record(command, events, found, old, new, *grants, *matches)


@command(router, "/cases/{case}/notes/{note}/erasure", needs="case.run", cli="case erase-note")
def erase_case_note(case: CaseRef, note: str, command: WithReason, desk: AtDesk) -> Receipt:
    """Erase the text of a note; that there was one stays on record."""
    found, by = case_and_actor(desk, case)
    events = erase_note(command, found, note, by)
    desk.alongside += persons.erase_notes([note])
    return desk.record(command, events, found)


# --- Reading --------------------------------------------------------------------------------


@query(router, "/cases", needs="case.read")
def list_cases(
    reading: Reading,
    stage: Stage | None = None,
    council: CouncilCode | None = None,
    region: Region | None = None,
    tier: SupportTier | None = None,
    lead: str | None = None,
    is_open: bool | None = None,
) -> Page[CasePage]:
    """The case board."""
    return reading.page(
        CasePage,
        where={
            "stage": stage,
            "council": council,
            "region": region,
            "tier": tier,
            "lead": lead,
            "is_open": is_open,
        },
    )


@query(router, "/cases/reviews-due", needs="case.read")
def list_reviews_due(reading: Reading, overdue: bool | None = None) -> Page[ReviewDue]:
    """Progress reviews by due day: six-monthly while a notice or direction is in force."""
    return reading.page_of(
        due for due in reviews_due(reading) if overdue is None or due.overdue == overdue
    )


@query(router, "/cases/sustained-checks", needs="case.read")
def list_sustained_checks(reading: Reading, overdue: bool | None = None) -> Page[CheckDue]:
    """Closed cases whose improvement is still to be checked, by due day."""
    return reading.page_of(
        due for due in checks_due(reading) if overdue is None or due.overdue == overdue
    )


def reviews_due(reading: Reader) -> list[ReviewDue]:
    """What is due of every open case whose council is under a notice or a direction."""
    since = forced_since(reading.all(InstrumentRow, {"in_force": True}))
    rows = reading.all(CasePage, {"is_open": True})
    found = [
        row.review_due(since[row.council], reading.moment.on)
        for row in rows
        if row.council in since
    ]
    return sorted(found, key=lambda due: (due.due_on, due.case))


def checks_due(reading: Reader) -> list[CheckDue]:
    """Every closed case that has not been checked."""
    rows = reading.all(CasePage, {"stage": Stage.CLOSED})
    found = (row.check_due(reading.moment.on) for row in rows)
    return sorted((due for due in found if due), key=lambda due: (due.due_on, due.case))


@query(router, "/cases/{case}", needs="case.read")
def show_case(case: CaseRef, reading: Reading) -> CasePage:
    """A case, whole."""
    return reading.item(CasePage, case)


@query(router, "/cases/{case}/notes/{note}", needs="note.read")
def read_note(case: CaseRef, note: str, reading: Reading) -> dict[str, Any]:
    """A note with its text, for those whom its confidentiality lets read it."""
    page = reading.item(CasePage, case)
    found = next((n for n in page.notes if n.note == note), None)
    if found is None:
        raise Refused("not-found", f"{case} has no such note.")
    text = text_of_note(reading, page, note, found.confidentiality, found.by)
    return found.model_dump(mode="json") | {"text": text}


@query(router, "/cases/{case}/documents/{sha256}", needs="document.read")
def read_document(case: CaseRef, sha256: Sha256, reading: Reading) -> Response:
    """A document's bytes."""
    named = document_of(reading.item(CasePage, case), sha256)
    content, media_type = document(reading, sha256)
    plain = re.sub(r"[^a-z0-9]+", "-", named.title.lower()).strip("-") or "document"
    name = f"{plain}{mimetypes.guess_extension(media_type) or ''}"
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def document_of(page: CasePage, sha256: str) -> Document:
    """A case's document by its hash. Raises Refused ``not-found``."""
    for each in page.documents:
        if each.sha256 == sha256:
            return each
    raise Refused("not-found", f"{page.case} has no such document.")


@query(router, "/decisions", needs="case.read")
def list_decisions(
    reading: Reading,
    case: CaseRef | None = None,
    council: CouncilCode | None = None,
    outcome: str | None = None,
) -> Page[DecisionRow]:
    """The decision register."""
    return reading.page(DecisionRow, where={"case": case, "council": council, "outcome": outcome})
