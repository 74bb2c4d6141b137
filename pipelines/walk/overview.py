"""Overviews for people: the district table and the list of submissions, as rows of text.

In: the public JSON of the district summary; submissions as the ledger tells them.
Out: rows whose first is the heading; the command aligns them, the flows make artifacts of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas.columns import Lang
from schemas.texts import Texts, read_texts

COUNTS = ("vacancies", "interim_use", "production_sites", "quarantined")
Rows = list[tuple[str, ...]]


@cache
def overview_texts() -> Texts:
    """The texts of overview.toml."""
    return read_texts(Path(__file__).with_name("overview.toml"))


@dataclass(frozen=True)
class Block:
    """The district table of one wave and municipality."""

    title: str
    rows: Rows

    def markdown(self) -> str:
        """The block as a Markdown table under a heading."""
        heading, *rest = (f"| {' | '.join(row)} |" for row in self.rows)
        rule = f"|---|{'---:|' * (len(self.rows[0]) - 1)}"
        return "\n".join([f"### {self.title}", "", heading, rule, *rest])


def district_blocks(content: dict[str, Any], lang: Lang) -> list[Block]:
    """The district summary as tables; survey areas of several districts have a sum."""
    return [
        _block(wave, place, lang) for wave in content["waves"] for place in wave["municipalities"]
    ]


def _block(wave: dict[str, Any], place: dict[str, Any], lang: Lang) -> Block:
    text = overview_texts()
    state = wave["status"]
    title = text("title" if state else "title-open", lang, wave=wave["wave"],
                 place=place["label"], status=state)  # fmt: skip
    rows: Rows = [tuple(text(name, lang) for name in ("district", *COUNTS))]
    for area in place["areas"]:
        rows += [_district_row(district) for district in area["districts"]]
        if len(area["districts"]) > 1:
            rows.append(_area_row(area))
    if place["unassigned"]:
        blanks = ("",) * (len(COUNTS) - 1)
        rows.append((text("unassigned", lang), *blanks, str(place["unassigned"])))
    return Block(title, rows)


def _district_row(district: dict[str, Any]) -> tuple[str, ...]:
    name = f"{district['district_code']} {district['label']}"
    return (name, *(str(district[count]) for count in COUNTS))


def _area_row(area: dict[str, Any]) -> tuple[str, ...]:
    quarantined = sum(district["quarantined"] for district in area["districts"])
    counts = (area["vacancies"], area["interim_use"], area["production_sites"], quarantined)
    return (f"= {area['label']}", *map(str, counts))


SUBMISSION_COLUMNS = ("submission", "received_at", "team", "file", "status", "waves")


def submission_rows(submissions: Iterable[dict[str, Any]], lang: Lang) -> Rows:
    """Submissions with their verdicts, one a row."""
    text = overview_texts()
    rows: Rows = [tuple(text(name, lang) for name in SUBMISSION_COLUMNS)]
    return rows + [
        (
            row["submission"],
            str(row["received_at"])[:16].replace("T", " "),
            row["team"],
            row["file"],
            status_text(row["status"], lang),
            ", ".join(row["waves"]),
        )
        for row in submissions
    ]


def submission_row(row: dict[str, Any], lang: Lang) -> dict[str, str]:
    """One settled submission as an entry of a table: title → text."""
    text = overview_texts()
    entry = {text(name, lang): row[name] for name in ("submission", "team", "file")}
    entry[text("status", lang)] = status_text(row["status"], lang)
    entry[text("waves", lang)] = ", ".join(row["waves"])
    entry[text("errors", lang)] = str(row["errors"])
    entry[text("duplicate_of", lang)] = row["duplicate_of"] or ""
    return entry


def status_text(status: str, lang: Lang) -> str:
    """A verdict in words."""
    return overview_texts()(f"status-{status}", lang)


def aligned(rows: Sequence[tuple[str, ...]], right: frozenset[int] = frozenset()) -> str:
    """Rows as text with a line under the heading; columns in `right` are right-aligned."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    written = [_aligned_row(row, widths, right) for row in rows]
    written.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(written)


def _aligned_row(row: tuple[str, ...], widths: list[int], right: frozenset[int]) -> str:
    cells = (
        cell.rjust(width) if index in right else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
