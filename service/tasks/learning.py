"""What waits of concerns, good practice and the department's returns."""

from collections import defaultdict
from collections.abc import Iterator

from domain.practice import Status
from domain.reporting import ReturnStatus
from projections.insight import WarningRow
from projections.practice import PracticeRow
from projections.reporting import ReturnRow
from service.tasks.kinds import Look, Waits, form, kind


@kind("Say how it was resolved", needs="engagement.record")
def concerns_open(look: Look) -> Iterator[Waits]:
    """Concerns that were raised and not resolved, a council's together."""
    by_council: dict[str, list[WarningRow]] = defaultdict(list)
    for row in look.all(WarningRow, status="open"):
        by_council[row.council].append(row)
    for council, rows in by_council.items():
        first = min(rows, key=lambda row: (row.raised_on, row.concern))
        others = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
        yield Waits(
            subject=council,
            council=council,
            what=f"{first.source_of_concern}{others}",
            since=first.raised_on,
            page=f"/councils/{council}/profile",
            form=form("close_risk_concern", council=council, concern=first.concern),
        )


def _example(row: PracticeRow, command: str) -> dict[str, str]:
    """What a task says of the example that it is about."""
    return {
        "subject": row.practice,
        "council": row.council,
        "what": row.title,
        "page": f"/practice/{row.practice}",
        "form": form(command, practice=row.practice),
    }


@kind("Judge its evidence", needs="practice.validate")
def practice_to_judge(look: Look) -> Iterator[Waits]:
    """Examples that others submitted."""
    for row in look.all(PracticeRow, status=Status.SUBMITTED):
        if look.me not in row.submitters:
            yield Waits(**_example(row, "validate_practice"), since=row.submitted_on)


@kind("Publish it", needs="practice.publish")
def practice_to_publish(look: Look) -> Iterator[Waits]:
    """Examples whose evidence was judged."""
    for row in look.all(PracticeRow, status=Status.VALIDATED):
        since = row.validated_on or row.submitted_on
        yield Waits(**_example(row, "publish_practice"), since=since)


@kind("Submit it again", needs="practice.submit")
def practice_to_submit_again(look: Look) -> Iterator[Waits]:
    """Examples that were returned to one's council with what they still need."""
    if look.reading.reach.everything:
        return
    for row in look.all(PracticeRow, status=Status.RETURNED):
        yield Waits(
            **_example(row, "resubmit_practice"),
            since=row.submitted_on,
            notes=(row.needed,) if row.needed else (),
        )


def _return(row: ReturnRow) -> dict[str, str]:
    """What a task says of the return that it is about."""
    return {
        "subject": row.dfe_return,
        "what": f"{row.kind.replace('-', ' ').capitalize()}, {row.period}",
        "page": f"/returns/{row.dfe_return}",
    }


@kind("Review it", needs="return.review")
def returns_to_review(look: Look) -> Iterator[Waits]:
    """Returns that others prepared."""
    for row in look.all(ReturnRow, status=ReturnStatus.PREPARED):
        if row.prepared_by != look.me:
            yield Waits(
                **_return(row),
                since=row.prepared_on,
                form=form("review_a_return", dfe_return=row.dfe_return),
            )


@kind("Certify and submit it", needs="return.submit")
def returns_to_certify(look: Look) -> Iterator[Waits]:
    """Returns that others prepared and that were reviewed, once their period is over."""
    for row in look.all(ReturnRow, status=ReturnStatus.REVIEWED):
        if row.prepared_by != look.me and row.last_day < look.on:
            yield Waits(
                **_return(row),
                since=row.reviewed_on or row.prepared_on,
                form=form("submit_a_return", dfe_return=row.dfe_return),
            )


@kind("Prepare it anew", needs="return.prepare")
def returns_sent_back(look: Look) -> Iterator[Waits]:
    """Returns that were sent back and not prepared anew for their period."""
    latest = {(row.kind, row.period): row for row in look.all(ReturnRow)}
    for row in latest.values():
        if row.status is ReturnStatus.SENT_BACK:
            (*_, told) = look.recorded("ReturnSentBack", stream=row.dfe_return)
            yield Waits(
                **_return(row),
                since=told.effective_on,
                notes=(row.sent_back_because,) if row.sent_back_because else (),
                form=form("prepare_a_return", kind=row.kind.value, period=row.period),
            )
