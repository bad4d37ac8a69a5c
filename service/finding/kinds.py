"""What can be searched: for whom, in which rows, and how a hit is told."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from projections.challenges import ChallengeRow
from projections.contracts import ContractRow
from projections.councils import CouncilRow
from projections.documents import DocumentRow
from projections.engine import View
from projections.executive import ExecutiveReportRow
from projections.funding import GrantRow
from projections.interventions import CasePage, DecisionRow
from projections.mentoring import MatchRow
from projections.people import PeerRow
from projections.practice import PublishedPractice
from projections.programmes import ProgrammeRow
from projections.reporting import ReturnRow
from service.challenges.looking import challenges_seen
from service.exports.register import Seen, in_scope
from service.lists.listing import told
from service.lists.money import seen_returns
from service.telling import govuk_date

Councils = Mapping[str, str]
"""Names by DfE number."""


class Kind(NamedTuple):
    """A kind of thing that is found: its rows, who may look, how it is called and where it is."""

    name: str
    title: str
    needs: str
    view: type[View]
    reference: Callable[[Any], str]
    called: Callable[[Any, Councils], str]
    href: Callable[[Any], str]
    beside: Callable[[Any, Councils], str]
    """What else tells it from others, in a line."""
    seen: Seen = in_scope

    @property
    def of_councils(self) -> bool:
        """Whether each is a council's, so that the council's name finds it."""
        return "council" in self.view.columns and self.view is not CouncilRow


def _at(row: Any, councils: Councils) -> str:
    return councils.get(row.council, row.council)


KINDS: tuple[Kind, ...] = (
    Kind(
        "councils",
        "Councils",
        "council.read",
        CouncilRow,
        reference=lambda row: row.council,
        called=lambda row, _: row.name,
        href=lambda row: f"/councils/{row.council}",
        beside=lambda row, _: f"{row.council}, {row.region.label}, {told(row.tier).lower()}",
    ),
    Kind(
        "cases",
        "Cases",
        "case.read",
        CasePage,
        reference=lambda row: row.case,
        called=lambda row, councils: f"{row.case}: {_at(row, councils)}",
        href=lambda row: f"/cases/{row.case}",
        beside=lambda row, _: told(row.stage),
    ),
    Kind(
        "decisions",
        "Decisions",
        "case.read",
        DecisionRow,
        reference=lambda row: f"{row.case}/{row.decision}",
        called=lambda row, _: row.title,
        href=lambda row: f"/cases/{row.case}",
        beside=lambda row, councils: (
            f"{row.case} no {row.decision}, {_at(row, councils)}, {row.outcome}"
        ),
    ),
    Kind(
        "grants",
        "Grants",
        "grant.read",
        GrantRow,
        reference=lambda row: row.grant,
        called=lambda row, councils: f"{row.grant}: {_at(row, councils)}",
        href=lambda row: f"/grants/{row.grant}",
        beside=lambda row, _: f"{told(row.heading)}, {row.year}, {row.status}",
    ),
    Kind(
        "challenges",
        "Peer challenges",
        "challenge.read",
        ChallengeRow,
        reference=lambda row: row.challenge,
        called=lambda row, councils: f"{row.challenge}: {_at(row, councils)}",
        href=lambda row: f"/challenges/{row.challenge}",
        beside=lambda row, _: f"{told(row.kind)}, {row.status}",
        seen=challenges_seen,
    ),
    Kind(
        "practice",
        "Good practice",
        "practice.read",
        PublishedPractice,
        reference=lambda row: row.practice,
        called=lambda row, _: row.title,
        href=lambda row: f"/practice/{row.practice}",
        beside=lambda row, councils: f"{_at(row, councils)}, {row.level}",
    ),
    Kind(
        "mentoring",
        "Mentoring",
        "mentoring.read",
        MatchRow,
        reference=lambda row: row.match,
        called=lambda row, councils: f"{row.match}: {_at(row, councils)}",
        href=lambda row: f"/mentoring/{row.match}",
        beside=lambda row, _: f"{told(row.mentee_office)}, {row.status}",
    ),
    Kind(
        "documents",
        "Documents",
        "case.read",
        DocumentRow,
        reference=lambda row: f"{row.case}/{row.sha256}",
        called=lambda row, _: row.title,
        href=lambda row: f"/cases/{row.case}/documents",
        beside=lambda row, councils: (
            f"{row.case}, {_at(row, councils)}, attached {govuk_date(row.attached_on)}"
        ),
    ),
    Kind(
        "programmes",
        "Policy programmes",
        "programme.read",
        ProgrammeRow,
        reference=lambda row: row.programme,
        called=lambda row, _: row.title,
        href=lambda row: f"/programmes/{row.programme}",
        beside=lambda row, _: f"{row.programme}, {row.status}",
    ),
    Kind(
        "contracts",
        "Contracts",
        "contract.read",
        ContractRow,
        reference=lambda row: row.contract,
        called=lambda row, _: f"{row.contract}: {row.supplier}",
        href=lambda row: f"/contracts/{row.contract}",
        beside=lambda row, _: f"{told(row.lot)}, {row.year}, {row.status}",
    ),
    Kind(
        "returns",
        "Returns",
        "return.read",
        ReturnRow,
        reference=lambda row: row.dfe_return,
        called=lambda row, _: f"{row.dfe_return}: {told(row.kind)}",
        href=lambda row: f"/returns/{row.dfe_return}",
        beside=lambda row, _: f"{row.period}, {row.status}",
        seen=seen_returns,
    ),
    Kind(
        "reports",
        "Reports to the Executive",
        "report.read",
        ExecutiveReportRow,
        reference=lambda row: row.report,
        called=lambda row, _: f"{row.report}: report to the Executive",
        href=lambda row: f"/reports/{row.report}",
        beside=lambda row, _: (
            f"up to {govuk_date(row.tells_of)}, issued {govuk_date(row.issued_on)}"
        ),
    ),
    Kind(
        "peers",
        "Peers",
        "peer.read",
        PeerRow,
        reference=lambda row: row.peer,
        called=lambda row, _: row.peer,
        href=lambda row: f"/peers?peer={row.peer}",
        beside=lambda row, councils: (
            f"{told(row.kind)}, {councils.get(row.home_council or '', 'no home council')}"
        ),
    ),
)
"""In the order in which hits are shown."""
