"""Implementing policy on the ground: programmes and trials, and each policy priority."""

from domain.policy import PolicyTheme
from domain.sentences import joined
from projections.mentoring import MatchRow
from projections.practice import PublishedPractice
from projections.programmes import ParticipationRow, ProgrammeRow
from service.executive.draft import Draft, Sentence, sentence
from service.executive.looking import Look, Measured, counted_in, slug
from service.executive.wording import is_are, many
from service.figures import asking
from service.figures.told import Told
from service.writing import Runs, Table

_TITLES = {
    PolicyTheme.MUNRO: "The Munro Review of Child Protection",
    PolicyTheme.EARLY_INTERVENTION: "Early intervention and early help",
    PolicyTheme.YOUTH_SERVICES: "Youth services",
    PolicyTheme.COMMISSIONING: "Commissioning and productivity",
    PolicyTheme.ADOPTION: "Adoption and children in care",
    PolicyTheme.CHILDRENS_CENTRES: "Children's centres",
}


def policy(draft: Draft, look: Look) -> None:
    """The section."""
    draft.heading("Implementing policy on the ground")
    rows = look.all(ProgrammeRow)
    running = look.count(
        "programmes-running",
        "Policy programmes that are running",
        ProgrammeRow,
        lambda row: row.status == "running",
        "programme",
    )
    part = look.measured(
        "programme-places",
        "Places that councils hold in policy programmes",
        ProgrammeRow,
        lambda row: row.taking_part,
        counted_in("place"),
    )
    councils = {council for row in rows for council in row.councils}
    draft.paragraph(
        sentence(
            "The Board supports councils in the local delivery of national policy. ",
            look.opening(running),
            f" {is_are(running.value)} running",
            *look.since(running),
            *(
                (
                    ", in which ",
                    Told(
                        many(len(councils), "council"), asking.distinct("programme-row", "councils")
                    ),
                    f" {'holds' if len(councils) == 1 else 'hold'} ",
                    look.said(part),
                )
                if part
                else ()
            ),
            ".",
        )
        if running
        else None,
        _trial(look, rows),
    )
    lines = []
    for theme in PolicyTheme:
        figures = _of(look, theme)
        if not any(figures):
            continue
        lines.append(((_TITLES[theme],), *(look.exact(f) for f in figures)))
    if lines:
        draft.paragraph("Under each of the Board's policy priorities councils are supported so:")
        draft.add(
            Table(
                "Support under each policy priority",
                ("Priority", "Councils in programmes", "Examples", "Mentoring matches", "Sessions"),
                tuple(lines),
                (1, 2, 3, 4),
            )
        )


def _of(look: Look, theme: PolicyTheme) -> tuple[Measured, Measured, Measured, Measured]:
    """What is done under a priority."""
    title, name = _TITLES[theme], slug(theme.value)
    council, example = counted_in("council"), counted_in("example")
    return (
        look.measured(
            f"programme-councils-{name}",
            f"{title}: councils that take part in a programme",
            ParticipationRow,
            lambda row: int(row.theme == theme and row.state == "taking part"),
            council,
        ),
        look.measured(
            f"practice-{name}",
            f"{title}: published examples of good practice",
            PublishedPractice,
            lambda row: int(theme in row.policy_themes),
            example,
        ),
        look.measured(
            f"mentoring-{name}",
            f"{title}: mentoring matches",
            MatchRow,
            lambda row: int(theme in row.policy_themes),
            counted_in("match"),
        ),
        look.measured(
            f"sessions-{name}",
            f"{title}: mentoring sessions held",
            MatchRow,
            lambda row: row.sessions_held if theme in row.policy_themes else 0,
            counted_in("session"),
        ),
    )


def _trial(look: Look, rows: list[ProgrammeRow]) -> Sentence:
    """Payment by results."""
    trial = look.measured(
        "councils-on-trial",
        "Councils that are paid by results",
        ProgrammeRow,
        lambda row: row.trialling,
        counted_in("council"),
    )
    due = look.money("results-due", "Earned by results", ProgrammeRow, lambda row: row.due_pence)
    paid = look.money("results-paid", "Paid for results", ProgrammeRow, lambda r: r.paid_pence)
    if not trial:
        return None
    themes = sorted({_TITLES[row.theme].lower() for row in rows if row.trialling})
    earned: Runs = ("; results have earned them ", look.said(due)) if due else ()
    settled: Runs = (", and ", look.said(paid), " of it has been paid") if paid else ()
    if due and paid.value == due.value:
        settled = (", all of which has been paid",)
    return sentence(
        look.opening(trial),
        f" {is_are(trial.value)} trialling payment by results for {joined(themes)}",
        *earned,
        *settled,
        ".",
    )
