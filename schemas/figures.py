"""Published figures, declared once: the tables count by them, `trace` finds their rows by them.

In: figures.toml beside this file.
Out: `FIGURES`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from schemas.columns import Label

_CLASSES = {6: "VON_6_BIS_12", 12: "VON_12_BIS_36", 36: "VON_36_BIS_60", 60: "AB_60"}
LONG_MONTHS = tuple(_CLASSES)
"""Where a class of duration begins, so that a share of long vacancies can."""


def long_term(months: int) -> tuple[str, ...]:
    """Classes of vacancy_durations of so many months or more (DOMAIN.md, Indicators)."""
    lasting = (name for start, name in _CLASSES.items() if start >= months)
    return (*lasting, f"MINDESTENS_{months}")


WZ_DIVISION = """CASE WHEN left(wz_code, 2) = '01' OR left(wz_code, 2) BETWEEN '10' AND '33'
    THEN left(wz_code, 2) WHEN wz_code IS NOT NULL THEN 'ANDERE' END"""
"""The WZ division of a production site, as the code list wz_division has it."""
UNKNOWN_DURATION = ("UNBEKANNT", "NICHT_ANGEGEBEN")
"""Classes of vacancy_durations that say nothing."""


@dataclass(frozen=True)
class Figure:
    """A count of rows of one base view.

    Attributes:
        view: the base view whose rows are counted; its rows name submission, sheet and row.
        where: an SQL condition over the columns of `view`, trusted, since it is ours.
        title: what the figure is called in running text and table heads.
    """

    name: str
    view: str
    where: str
    title: Label

    @property
    def sql(self) -> str:
        """The figure as an aggregate over its view."""
        return f"count(*) FILTER (WHERE {self.where})"


def _read(path: Path) -> dict[str, Figure]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: Figure(name, entry["view"], entry["where"], Label(entry["de"], entry["en"]))
        for name, entry in content.items()
    }


FIGURES = _read(Path(__file__).with_name("figures.toml"))
