"""The progress report to the Executive: written from the record as at a moment."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.councils import Office, Region
from domain.kernel import Refused
from projections.executive import ExecutiveReportRow
from projections.regions import RegionRow
from service.desk import Reader
from service.executive.difficulty import difficulty, open_cases, sessions_held
from service.executive.draft import Draft, sentence
from service.executive.engaging import engaging, registered, taking_part
from service.executive.finance import award, finance, spent
from service.executive.issues import issues, questions
from service.executive.knowing import knowing
from service.executive.looking import Look, Measured
from service.executive.policy import policy
from service.exports.about import recorded_at
from service.proof.covering import covering
from service.regions import leads_named
from service.telling import govuk_date
from service.writing import Block, Bullets, Heading, KeyFigures, Paper, Paragraph, Runs, Table
from service.writing.markdown import markdown

TITLE = "Progress report from the Children's Improvement Board (CIB)"
_COMPARED = (
    ("councils-taking-part", "Councils taking part"),
    ("challenges-conducted", "Peer challenges that have taken place"),
    ("practice-published", "Examples of good practice published"),
    ("programme-places", "Places of councils in policy programmes"),
    ("cases-open", "Open cases"),
    ("decisions-approved", "Decisions on support approved"),
    ("sessions-held", "Mentoring sessions held"),
    ("grants-paid", "Paid in grants"),
)
"""What the summary sets beside the last report."""


class Report(NamedTuple):
    """The report, and the figures that it gives."""

    paper: Paper
    figures: Mapping[str, Measured]
    before: Mapping[str, Measured]
    """The figures of the report before it; none if there was none."""
    compared_with: ExecutiveReportRow | None
    """The report that was issued before it."""

    def was(self, name: str) -> int | None:
        """What a figure was in the report before."""
        found = self.before.get(name)
        return found.value if found else None


def report_of(reading: Reader, base: str | None = None) -> Report:
    """The report as at a reader's moment, compared with the one issued before it.

    ``base`` is what addresses in its notes begin with: the service's own address, or nothing on
    the service's own pages.
    """
    before = issued_before(reading)
    look = _look(reading, before, base)
    body = _body(look)
    paper = Paper(
        title=TITLE,
        kind=f"Report to the Executive, {govuk_date(look.on)}",
        blocks=(
            *_front(look, body, before),
            *body.finished(),
            *_appendix(look, leads_named(look.reading)),
        ),
        made_at=recorded_at(reading),
        on=look.on,
        foot=_foot(look),
    )
    earlier = look.before.figures if look.before else {}
    return Report(paper, look.figures, earlier, before)


def figures_of(reading: Reader) -> Mapping[str, Measured]:
    """Every figure that the report gives as at a reader's moment, by name."""
    look = Look(reading, "")
    _body(look)
    return look.figures


def said(reading: Reader) -> tuple[str, int]:
    """The SHA-256 of what the report says, wherever the service runs, and how many figures it has.

    The names of people are left out: they are looked up, and may be erased.
    """
    before = issued_before(reading)
    look = _look(reading, before, base="")
    body = _body(look)
    blocks = (*_front(look, body, before), *body.finished(), *_appendix(look, {}))
    text = markdown(Paper(TITLE, blocks, recorded_at(reading), look.on))
    return hashlib.sha256(text).hexdigest(), len(look.figures)


def issued_before(reading: Reader) -> ExecutiveReportRow | None:
    """The last report that was issued before a moment, and is as at an earlier one."""
    rows = reading.all(ExecutiveReportRow, order="-at_position")
    return next((row for row in rows if row.at_position < reading.moment.position), None)


def _look(reading: Reader, before: ExecutiveReportRow | None, base: str | None = None) -> Look:
    """A look with the figures of the report before."""
    if base is None:
        base = reading.installation.settings.base_url.rstrip("/")
    if before is None:
        return Look(reading, base)
    then = reading.at(str(before.at_position), on=before.tells_of)
    earlier = Look(then, base, when=" in the last report")
    _body(earlier)
    return Look(reading, base, earlier)


def _body(look: Look) -> Draft:
    """The numbered paragraphs."""
    draft = Draft()
    draft.heading("Background")
    given = award(look)
    draft.paragraph(
        "The Children's Improvement Board (CIB) is a partnership between the Local Government"
        " Association, the Association of Directors of Children's Services and the Society of"
        " Local Authority Chief Executives, supported by the Department for Education. The Board is"
        " charged with developing a system for children's services self-improvement which engages"
        " all councils and provides timely, additional support to those that are in difficulty.",
        sentence("Its work is funded by the department for ", look.said(given), " this year.")
        if given
        else None,
    )
    for section in (engaging, knowing, policy, difficulty, issues):
        section(draft, look)
    asked = questions(look)
    if asked:
        draft.heading("Key questions for the Executive")
        draft.paragraph(
            "Success depends on political as well as professional commitment and leadership. In"
            " view of this, what are the Executive's views on the best ways to:"
        )
        for question in asked:
            draft.part(question)
    finance(draft, look)
    return draft


# --- What stands before and after -----------------------------------------------------------


def _front(look: Look, body: Draft, before: ExecutiveReportRow | None) -> Sequence[Block]:
    draft, asked = Draft(), questions(look)
    draft.heading("Purpose of report")
    draft.plain("To update members of the Executive on the work of the CIB and to invite feedback.")
    draft.heading("Summary")
    draft.plain(
        f"This report tells of the work of the CIB up to {govuk_date(look.on)}.",
        f"It compares with the report of {govuk_date(before.tells_of)} ({before.report})."
        if before
        else None,
    )
    part, whole, cases, sessions, out = (
        taking_part(look),
        registered(look),
        open_cases(look),
        sessions_held(look),
        spent(look),
    )
    at_a_glance = (
        (part, ("of ", look.unnoted(whole), " councils take part")),
        (cases, ("cases are open" if cases.value != 1 else "case is open",)),
        (sessions, ("mentoring sessions held",)),
        (out, ("paid out or spent this year",)),
    )
    shown = [(look.number(figure), of) for figure, of in at_a_glance if figure]
    if shown:
        draft.add(KeyFigures(tuple(shown)))
    if before:
        draft.add(*_since(look))
    draft.heading("Recommendations")
    if asked:
        number = _number_of(body, "what are the Executive's views")
        draft.plain(
            "That members of the Executive comment on the work of the CIB and the role of members"
            " in children's services self-improvement, and specifically on the questions set out in"
            f" paragraph {number}. What are the Executive's views on the best ways to:"
        )
        draft.add(Bullets(tuple((question,) for question in asked)))
    else:
        draft.plain("That members of the Executive comment on the work of the CIB.")
    draft.heading("Action")
    draft.plain(
        "That staff of the CIB team take the work programme forward in the light of the"
        " Executive's comments."
    )
    return draft.finished()


def _number_of(body: Draft, words: str) -> str:
    return next(
        block.number
        for block in body.blocks
        if isinstance(block, Paragraph) and words in str(block.runs[-1])
    )


def _since(look: Look) -> Sequence[Block]:
    """The main figures beside those of the last report."""
    lines: list[tuple[Runs, ...]] = []
    for name, title in _COMPARED:
        figure, was = look.figures[name], look.was(look.figures[name])
        if was is None or not (figure or was):
            continue
        cells = (title, look.number(figure), look.earlier(figure), look.moved(figure))
        lines.append(tuple((cell,) for cell in cells))
    if not lines:
        return ()
    heads = ("Figure", "Now", "Last report", "Change")
    return (Table("Since the last report", heads, tuple(lines), (1, 2, 3)),)


def _appendix(look: Look, names: Mapping[str, str]) -> Sequence[Block]:
    """Appendix A: the leads that the regions nominated."""
    rows = {row.region: row for row in look.all(RegionRow)}
    lines: list[tuple[Runs, ...]] = []
    for region in Region:
        leads = {lead.office: lead for lead in (rows[region].leads if region in rows else ())}
        if not leads:
            continue
        cells = [
            f"{names.get(lead.person, lead.person)}"
            f"{f', {look.name_of(lead.council)}' if lead.council else ''}"
            if (lead := leads.get(office))
            else "Not nominated"
            for office in Office
        ]
        lines.append(((region.label,), *((cell,) for cell in cells)))
    if not lines:
        return ()
    heads = ("Region", "Lead member for children", "Director of children's services")
    return (
        Heading("Appendix A: children's improvement leads in the regions"),
        Table(
            "Regional leads",
            (*heads, "Chief executive"),
            tuple(lines),
        ),
    )


def _foot(look: Look) -> tuple[str, ...]:
    """What the report was made from, and the signed state of the log that covers it."""
    made = (
        f"Made from the record of the Children's Improvement Board as at position"
        f" {look.position:,} of its log. Each figure's note leads to the events behind it; the same"
        " position makes the same report."
    )
    try:
        note = covering(look.reading.installation, look.position)
    except Refused as behind:
        return (made, f"No signed checkpoint covers it yet. {behind.sentence}")
    lines = [line for line in str(note).splitlines() if line]
    return (made, "The signed checkpoint of the log that covers it:", *lines)
