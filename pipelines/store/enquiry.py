"""Enquiries of the office: objects that fit ("80 m², EG, Wattenscheid"), and who has not delivered.

In: an edition.
Out: internal rows; they name addresses and never leave the house.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font

from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.intake.values.houses import read_storey
from pipelines.intake.values.read import Cell
from pipelines.store.query import fetch, objects
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Lang

_COLUMNS = (
    "object_id", "street", "house_number", "unit_label", "object_kind", "unit_type", "storey",
    "gross_area_m2", "sales_area_m2", "plot_area_m2", "condition", "step_free", "vacant_since",
    "marketed", "asking_rent_eur_m2", "production_fit", "hold_reason", "remarks", "wave_id",
)  # fmt: skip
# An enquiry for 80 m² is answered by what lies a quarter around it.
_AROUND = Decimal("0.25")
_AREA = "coalesce(gross_area_m2, sales_area_m2, plot_area_m2)"


@dataclass(frozen=True)
class Enquiry:
    """What somebody looks for; None asks for nothing.

    Attributes:
        area_m2: wanted area; a quarter more or less fits.
        minimum_m2, maximum_m2: bounds instead of a wanted area.
        place: text of a district, borough or survey area, by name or code.
        text: words that street, use or remarks must hold.
        wave: the wave; else the latest of every district.
    """

    area_m2: Decimal | None = None
    minimum_m2: Decimal | None = None
    maximum_m2: Decimal | None = None
    storey: str | None = None
    unit_type: str | None = None
    place: str | None = None
    text: str | None = None
    wave: str | None = None


def find_objects(path: Path, wanted: Enquiry) -> list[dict[str, Any]]:
    """Vacancies that fit an enquiry, nearest in area first.

    Raises:
        InputFailure: a storey or a unit type that there is not.
        StoreFailure: there is no edition.
    """
    clauses, values = _conditions(_in_codes(wanted))
    order = f"abs({_AREA} - ?) NULLS LAST, " if wanted.area_m2 is not None else ""
    values += [wanted.area_m2] if wanted.area_m2 is not None else []
    return objects(
        path,
        f"SELECT {', '.join(f'v.{name}' for name in _COLUMNS)}, district "
        "FROM vacancies AS v LEFT JOIN districts USING (municipality_key, district_id) "
        f"WHERE {' AND '.join(f'({clause})' for clause in clauses)} "
        f"ORDER BY {order}street, house_number, object_id",
        values,
    )


def _in_codes(wanted: Enquiry) -> Enquiry:
    """Storey and unit type as codes, however somebody writes them: "1. OG", "Ladenlokal"."""
    storey, unit_type = wanted.storey, wanted.unit_type
    if storey is not None:
        read = read_storey(Cell(storey)).value
        if not isinstance(read, str):
            raise InputFailure("no-such-storey", text=storey)
        storey = read
    if unit_type is not None:
        types = code_list("unit_type")
        code = types.lookup(unit_type)
        if code is None:
            known = ", ".join(one.code for one in types.codes)
            raise InputFailure("no-such-unit-type", text=unit_type, known=known)
        unit_type = code
    return replace(wanted, storey=storey, unit_type=unit_type)


def _conditions(wanted: Enquiry) -> tuple[list[str], list[Any]]:
    """What the rows must fulfil, as SQL, and the values for its question marks."""
    clauses: list[str] = ["true"]
    values: list[Any] = []
    low, high = wanted.minimum_m2, wanted.maximum_m2
    if wanted.area_m2 is not None:
        low, high = wanted.area_m2 * (1 - _AROUND), wanted.area_m2 * (1 + _AROUND)
    for clause, value in (
        (f"{_AREA} >= ?", low),
        (f"{_AREA} <= ?", high),
        ("storey = ?", wanted.storey),
        ("unit_type = ?", wanted.unit_type),
        ("wave_id = ?", wanted.wave),
    ):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    if wanted.place:
        clauses.append(
            "? IN (lower(district), lower(borough), lower(v.district_code), lower(v.survey_area)) "
            "OR lower(district) LIKE ? OR lower(borough) LIKE ?"
        )
        values += [wanted.place.lower(), f"%{wanted.place.lower()}%", f"%{wanted.place.lower()}%"]
    if wanted.text:
        clauses.append("concat_ws(' ', street, previous_use_text, remarks) ILIKE ?")
        values.append(f"%{wanted.text}%")
    if wanted.wave is None:
        clauses.append(
            "v.wave_id = (SELECT max_by(l.wave_id, l.survey_date) FROM vacancies AS l "
            "WHERE l.district_id = v.district_id)"
        )
    return clauses, values


def list_title(name: str, lang: Lang) -> str:
    """What a column of the list is called."""
    declared = FORMS["vacancies"].by_name["district_code" if name == "district" else name]
    return declared.title[lang]


def write_list(rows: list[dict[str, Any]], target: Path, lang: Lang) -> None:
    """Write the answer to an enquiry as an internal workbook with the columns' titles."""
    book = openpyxl.Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "Intern" if lang == "de" else "Internal"
    names = ["district", *_COLUMNS]
    sheet.append([list_title(name, lang) for name in names])
    for row in rows:
        sheet.append([_safe(row[name]) for name in names])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(target)


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is kept as text."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def deliveries(home: Home, path: Path, wave: str | None = None) -> list[dict[str, Any]]:
    """Who delivered what, per wave and section; a section without team is still to come.

    Teams with a folder in the inbox that delivered nothing in a wave stand there without section.
    """
    rows = objects(path, _DELIVERIES, [wave, wave])
    waves = {row["wave_id"] for row in rows}
    teams = (
        {one.name for one in home.inbox.iterdir() if one.is_dir()} if home.inbox.exists() else ()
    )
    for name in sorted(waves):
        active = {row["team"] for row in rows if row["wave_id"] == name}
        rows += [
            {"wave_id": name, "municipality_key": None, "section_id": None, "label": None,
             "team": team, "rows": 0, "coverage": None, "is_delivered": False}
            for team in sorted(set(teams) - active)
        ]  # fmt: skip
    return sorted(
        rows, key=lambda row: (row["wave_id"], row["section_id"] or "", row["team"] or "")
    )


_DELIVERIES = """
WITH delivered AS (
    SELECT u.wave_id, u.municipality_key, u.section_id, s.team, count(*) AS rows
    FROM units AS u JOIN submissions AS s USING (submission_id)
    WHERE u.section_id IS NOT NULL GROUP BY ALL
), walked AS (
    SELECT c.wave_id, c.municipality_key, c.section_id, s.team, min(c.coverage) AS coverage
    FROM coverage AS c JOIN submissions AS s USING (submission_id) GROUP BY ALL
), found AS (
    SELECT wave_id, municipality_key, section_id, team, coalesce(rows, 0) AS rows, coverage
    FROM delivered FULL JOIN walked USING (wave_id, municipality_key, section_id, team)
), surveyed AS (
    -- The sections of the districts in which the wave found anything at all.
    SELECT DISTINCT w.wave_id, s.municipality_key, s.section_id
    FROM (SELECT DISTINCT wave_id, municipality_key, district_id FROM units) AS w
    JOIN sections AS s USING (municipality_key, district_id)
)
SELECT wave_id, municipality_key, section_id, s.label, team, coalesce(rows, 0) AS rows, coverage,
    team IS NOT NULL AND coverage IS DISTINCT FROM 'NICHT' AS is_delivered
FROM surveyed FULL JOIN found USING (wave_id, municipality_key, section_id)
LEFT JOIN sections AS s USING (municipality_key, section_id)
WHERE (? IS NULL OR wave_id = ?)
ORDER BY ALL
"""


def open_conflicts(path: Path) -> list[dict[str, Any]]:
    """Objects that two sources tell differently and that the office has not decided yet."""
    rows = objects(path, "FROM conflicts WHERE is_open ORDER BY ALL")
    for row in rows:
        row["values"] = _told(path, row)
    return rows


def _told(path: Path, row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each source says in the columns that differ: submission → column → value."""
    form = FORMS[row["form"]]
    view = form.history_view
    if view is None:
        return {}
    answer = fetch(
        path,
        f"SELECT submission_id, {', '.join(row['fields'])} FROM {view} WHERE wave_id = ? "
        f"AND municipality_key = ? AND {form.object_column} = ? AND live_until IS NULL "
        "ORDER BY submission_id",
        [row["wave_id"], row["municipality_key"], row["object_id"]],
    )
    return {one[0]: dict(zip(answer.columns[1:], one[1:], strict=True)) for one in answer.rows}
