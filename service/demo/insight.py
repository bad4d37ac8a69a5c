"""The demonstration's indicators: invented figures in two editions, thresholds, and warnings."""

import csv
import io
import random
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from domain.councils import Council, Region
from service import councils as council_commands
from service import insight
from service.demo.player import Steps
from service.imports.files import read_bytes
from service.imports.indicators import load_indicators
from service.imports.places import PLACING

SET = "invented-indicators"
SOURCE = "Invented for the demonstration: no figure is real"
FIRST_YEARS, LAST_YEARS = (2021, 2022, 2023, 2024), (2022, 2023, 2024, 2025)

INDICATORS: tuple[tuple[str, str, str, str, int, int], ...] = (
    # column, name, unit, polarity, usual figure and spread in tenths
    ("assessments_in_time", "Assessments completed in time", "%", "higher is better", 820, 90),
    ("repeat_plans", "Second or later child protection plans", "%", "lower is better", 220, 45),
    ("vacancy_rate", "Social worker vacancies", "%", "lower is better", 160, 50),
    ("average_caseload", "Average caseload", "cases", "lower is better", 165, 22),
    ("leavers_in_touch", "Care leavers in touch", "%", "higher is better", 900, 45),
    ("contacts_rate", "Contacts per 10,000 children", "per 10,000", "neither", 4200, 900),
)

Figures = Mapping[tuple[str, int, str], int | str]
"""By council, year and column: tenths, or a symbol."""


def invented(councils: Iterable[Council], seed: int) -> Figures:
    """Figures of every council for five years: each drifts from its own level, year by year."""
    chance = random.Random(f"{seed}-insight-figures")  # noqa: S311 - a story
    found: dict[tuple[str, int, str], int | str] = {}
    for council in councils:
        for column, _, unit, _, usual, spread in INDICATORS:
            at = usual + int(chance.gauss(0, spread))
            drift = int(chance.gauss(0, spread / 6))
            for year in range(FIRST_YEARS[0], LAST_YEARS[-1] + 1):
                at += drift + int(chance.gauss(0, spread / 8))
                at = max(5, min(at, 1000 if unit == "%" else 99_999))
                odd = chance.random()
                found[council.council, year, column] = (
                    "c" if odd < 0.006 else "u" if odd < 0.012 else at
                )
    return found


def corrected(figures: Figures, seed: int) -> Figures:
    """The figures of the next edition: a few of 2024 were returned wrongly the year before."""
    chance = random.Random(f"{seed}-insight-corrections")  # noqa: S311 - a story
    places = sorted(place for place in figures if place[1] == FIRST_YEARS[-1])
    changed = dict(figures)
    for place in chance.sample(places, 14):
        was = figures[place]
        changed[place] = was + chance.choice((-30, -12, 12, 30)) if isinstance(was, int) else "x"
    return changed


def edition(councils: Iterable[Council], figures: Figures, years: Iterable[int]) -> bytes:
    """Figures as a file in the form of published statistics: England, regions, councils."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    columns = [column for column, *_ in INDICATORS]
    writer.writerow([*PLACING, *columns])
    known = sorted(councils, key=lambda council: council.council)
    for year in years:
        start = [year, "Reporting year"]
        everywhere = [council.council for council in known]
        writer.writerow(
            [*start, "National", "E92000001", "England", "", "", "", "", ""]
            + [_middle(figures, everywhere, year, column) for column in columns]
        )
        for region in Region:
            codes = [council.council for council in known if council.region == region]
            writer.writerow(
                [*start, "Regional", "E92000001", "England", region.gss, region.label, "", "", ""]
                + [_middle(figures, codes, year, column) for column in columns]
            )
        for council in known:
            where = council.region or Region.LONDON
            writer.writerow(
                [*start, "Local authority", "E92000001", "England", where.gss, where.label]
                + [council.council, council.gss_code, council.name]
                + [_told(figures[council.council, year, column]) for column in columns]
            )
    return file.getvalue().encode()


def _middle(figures: Figures, codes: Iterable[str], year: int, column: str) -> str:
    values = [at for code in codes if isinstance(at := figures[code, year, column], int)]
    return _told(sum(values) // len(values)) if values else "x"


def _told(figure: int | str) -> str:
    return figure if isinstance(figure, str) else f"{figure // 10}.{figure % 10}"


class InsightSteps(Steps):
    """What happens to indicators."""

    def indicators(self, seed: int) -> None:
        """Two editions, the thresholds between them, and what was done about some warnings."""
        chance = random.Random(f"{seed}-insight")  # noqa: S311 - a story
        self.at(date(2025, 6, 16), lambda: self._first_edition(seed), chance)
        self.at(date(2025, 6, 23), self._thresholds, chance)
        self.at(date(2025, 10, 13), lambda: self._close_concerns(chance), chance)
        self.at(date(2026, 2, 9), lambda: self._second_edition(seed), chance)

    def _councils(self) -> list[Council]:
        return self.installation.store.load_many(
            [
                Council(council=stream.removeprefix("COUNCIL-"))
                for stream in self.installation.store.streams("COUNCIL-")
            ]
        )

    def _load(self, content: bytes, name: str) -> None:
        desk = self.desk("case-officer-2")
        load_indicators(read_bytes(content, name), desk, indicator_set=SET)

    def _first_edition(self, seed: int) -> None:
        body = {
            "indicator_set": SET,
            "title": "Invented indicators of children's services",
            "source": SOURCE,
            "definitions": [
                {
                    "id": column,
                    "column": column,
                    "name": name,
                    "unit": unit,
                    "polarity": polarity,
                    "source": SOURCE,
                    "decimal_places": 1,
                    "featured": True,
                }
                for column, name, unit, polarity, *_ in INDICATORS
            ],
        }
        self.do("case-officer-2", insight.publish_indicator_set, body)
        councils = self._councils()
        content = edition(councils, invented(councils, seed), FIRST_YEARS)
        self._load(content, "invented-indicators-2024.csv")

    def _second_edition(self, seed: int) -> None:
        councils = self._councils()
        figures = corrected(invented(councils, seed), seed)
        self._load(edition(councils, figures, LAST_YEARS), "invented-indicators-2025.csv")

    def _thresholds(self) -> None:
        rules: list[dict[str, Any]] = [
            {"indicator": "repeat_plans", "rule": "worst decile", "worsening_years": 2},
            {"indicator": "vacancy_rate", "rule": "above", "value": "30"},
            {"indicator": "assessments_in_time", "rule": "below", "value": "55"},
            {
                "indicator": "average_caseload",
                "rule": "worse than neighbours",
                "value": "25",
                "worsening_years": 2,
            },
        ]
        body = {
            "from": "2025-06-01",
            "thresholds": [{"indicator_set": SET} | rule for rule in rules],
            "reason": "Agreed by the Board: few enough that every council named is spoken with",
        }
        self.do("case-officer", insight.adopt_warning_thresholds, body)
        self.do("case-officer", insight.evaluate_warnings, {})

    def _close_concerns(self, chance: random.Random) -> None:
        warned = [c for c in self._councils() if c.warned and c.concerns]
        for council in chance.sample(warned, min(4, len(warned))):
            body = {"reason": "Spoken with the director: a recording backlog, since cleared"}
            self.do(
                "case-officer",
                council_commands.close_risk_concern,
                body,
                council=council.council,
                concern=council.concerns[0],
            )
