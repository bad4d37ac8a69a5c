"""The words of the demonstration. Every person is made up."""

from collections.abc import Iterable

from domain.policy import PolicyTheme

FIRST_NAMES = (
    "Agnes",
    "Bram",
    "Corin",
    "Delphine",
    "Ewan",
    "Farida",
    "Gideon",
    "Hester",
    "Imran",
    "Jocelyn",
    "Kezia",
    "Lorcan",
    "Meera",
    "Nils",
    "Odette",
    "Percival",
    "Quentin",
    "Rosalind",
    "Soren",
    "Tamsin",
    "Ursula",
    "Vikram",
    "Winifred",
    "Yasmin",
    "Zachary",
)
LAST_NAMES = (
    "Abberwick",
    "Brackenfold",
    "Cawthornley",
    "Dunmallet",
    "Eskergate",
    "Fothermere",
    "Garsdalen",
    "Hawkswellby",
    "Inglethorn",
    "Jarrowby",
    "Kirkhamsted",
    "Lyddonfield",
    "Marrisdyke",
    "Nethercotte",
    "Ottershawl",
    "Pendleworth",
    "Quarnford-Hale",
    "Rushbearer",
    "Silverdalen",
    "Thistlewick",
    "Umberslade",
    "Vexfordham",
    "Wharnsley",
    "Yoxallby",
)
PARTIES = ("Conservative", "Labour", "Liberal Democrat", "Green", "Independent")
THEMES = (
    "front door",
    "practice supervision",
    "corporate parenting",
    "scrutiny",
    "workforce",
    "quality assurance",
    "partnership",
    "early help",
)
POLICY_OF = {
    "front door": PolicyTheme.MUNRO,
    "practice supervision": PolicyTheme.MUNRO,
    "corporate parenting": PolicyTheme.ADOPTION,
    "early help": PolicyTheme.EARLY_INTERVENTION,
    "partnership": PolicyTheme.COMMISSIONING,
}
"""The Board's priority that a theme of work serves, where it serves one."""


def policy_themes(themes: Iterable[str]) -> list[PolicyTheme]:
    """The Board's priorities that some themes of work serve."""
    return sorted({POLICY_OF[theme] for theme in themes if theme in POLICY_OF})


NEEDS_PROFESSIONAL = (
    "Thresholds and decisions at the front door",
    "Supervision and caseloads of social workers",
    "Quality of assessments and plans",
    "Permanence planning for children in care",
)
NEEDS_POLITICAL = (
    "Scrutiny that asks for evidence",
    "Corporate parenting across the council",
    "Stable leadership of the portfolio",
)
EVIDENCE = (
    "Inspection report, and the adviser's diagnostic of May",
    "Audit of sixty case files with the principal social worker",
    "Workforce return and exit interviews",
)
PURPOSES = (
    "Rebuild the front door",
    "Stabilise the social work workforce",
    "Train and supervise newly qualified staff",
    "Improve the quality of case recording",
    "Strengthen corporate parenting",
    "Set up a practice improvement team",
)
CONDITIONS = (
    "Improvement plan agreed by cabinet",
    "Vacancies below one in ten",
    "Audit programme running monthly",
    "Data return submitted on time",
)
OBJECTIVES = (
    "Understand the line of sight from cabinet to practice",
    "Chair scrutiny with evidence from children",
    "Agree a workforce strategy with the chief executive",
    "Lead partners in a shared threshold document",
)
