"""Which role may do what. Scope and limit come with the grant of a role, not from here."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the programme."""

    CASE_OFFICER = "case-officer"
    APPROVER = "approver"
    FINANCE_OFFICER = "finance-officer"
    REGIONAL_LEAD = "regional-lead"
    PEER = "peer"
    COUNCIL_CONTACT = "council-contact"
    AUDITOR = "auditor"
    DFE_ANALYST = "dfe-analyst"
    ADMINISTRATOR = "administrator"


_EVERYONE = frozenset({"council.read", "indicator.read", "practice.read"})
_TEAM = _EVERYONE | {
    "contract.read",
    "programme.read",
    "hosting.read",
    "region.read",
    "case.read",
    "document.read",
    "grant.read",
    "budget.read",
    "ledger.read",
    "peer.read",
    "mentoring.read",
    "audit.read",
    "warning.read",
    "practice.review",
    "assessment.read",
    "challenge.read",
    "days.read",
    "supply.read",
    "return.read",
    "return.draft",
    "return.explain",
    "report.read",
}
_EVERY_NOTE = frozenset({"note.read", "note.read-restricted", "note.read-confidential"})

PERMISSIONS: Mapping[Role, frozenset[str]] = {
    Role.CASE_OFFICER: _TEAM
    | {
        "council.manage",
        "inspection.record",
        "policy.adopt",
        "engagement.record",
        "note.read",
        "note.read-restricted",
        "case.open",
        "case.run",
        "decision.propose",
        "grant.propose",
        "grant.assess",
        "grant.offer",
        "grant.manage",
        "condition.confirm",
        "peer.manage",
        "peer.declare",
        "mentoring.arrange",
        "session.record",
        "person.read",
        "person.manage",
        "region.manage",
        "contract.manage",
        "programme.run",
        "staff-time.record",
        "indicator.load",
        "practice.submit",
        "practice.validate",
        "practice.publish",
        "practice.withdraw",
        "assessment.challenge",
        "challenge.run",
        "challenge.respond",
        "return.prepare",
    },
    Role.APPROVER: _TEAM
    | {
        "note.read",
        "decision.take",
        "grant.approve",
        "budget.approve",
        "clawback.write-off",
        "practice.validate",
        "contract.let",
        "programme.launch",
        "hosting.approve",
        "return.review",
        "return.submit",
        "report.issue",
    },
    Role.FINANCE_OFFICER: _TEAM
    | {
        "budget.manage",
        "grant.check",
        "payment.make",
        "clawback.manage",
        "region.spend",
        "hosting.claim",
        "staff-time.record",
    },
    Role.REGIONAL_LEAD: _EVERYONE
    | {
        "region.read",
        "region.manage",
        "region.spend",
        "programme.read",
        "case.read",
        "document.read",
        "grant.read",
        "mentoring.read",
        "audit.read",
        *_EVERY_NOTE,
        "engagement.record",
        "warning.read",
        "practice.review",
        "assessment.read",
        "assessment.challenge",
        "challenge.read",
        "challenge.run",
        "challenge.respond",
        "days.read",
    },
    Role.PEER: _EVERYONE
    | {
        "case.read",
        "peer.read",
        "peer.declare",
        "mentoring.read",
        "mentoring.accept",
        "session.record",
        "challenge.read",
    },
    Role.COUNCIL_CONTACT: _EVERYONE
    | {
        "case.read",
        "grant.read",
        "mentoring.read",
        "grant.accept",
        "monitoring.submit",
        "mentoring.accept-for-council",
        "region.answer",
        "programme.read",
        "warning.read",
        "practice.review",
        "practice.submit",
        "practice.withdraw",
        "assessment.read",
        "assessment.submit",
        "assessment.challenge",
        "challenge.read",
        "challenge.respond",
        "days.read",
    },
    Role.AUDITOR: _TEAM
    | _EVERY_NOTE
    | {"user.read", "access-log.read", "person.read", "evidence.export"},
    Role.DFE_ANALYST: _EVERYONE
    | {
        "region.read",
        "case.read",
        "grant.read",
        "budget.read",
        "ledger.read",
        "contract.read",
        "programme.read",
        "hosting.read",
        "return.read",
    },
    Role.ADMINISTRATOR: _EVERYONE
    | {
        "user.read",
        "user.manage",
        "person.read",
        "person.manage",
        "access-log.read",
        "view.rebuild",
    },
}
"""What each role may do."""

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())
