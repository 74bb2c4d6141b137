"""Checked workbooks written by hand, in the shape that checking hands on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from pipelines.home import Home
from pipelines.intake.options import CheckOptions
from pipelines.intake.result import CheckedForm, CheckedWorkbook, Status, TableReport
from pipelines.store import Outcome, Submission, open_writer, receive
from schemas import FORMS
from schemas.places import Places
from schemas.types import frame_schema

PLACES = Places({}, "places")
Row = dict[str, Any]

_READINGS = ("sheet", "row_number", "field", "cell", "raw", "reading")


def unit(house_number: str, **values: Any) -> Row:
    """A vacant shop in Hochstraße; anything may be said otherwise."""
    return {
        "wave_id": "2019-W1",
        "survey_date": date(2019, 5, 3),
        "survey_date_precision": "day",
        "survey_area": "WAT",
        "district_code": "25",
        "street": "Hochstraße",
        "house_number": house_number,
        "object_kind": "EINHEIT",
        "unit_type": "LADENLOKAL",
        "storey": "EG",
        "vacancy_status": "LEER",
    } | values


def site(house_number: str, **values: Any) -> Row:
    """An active workshop in Hochstraße."""
    return {
        "wave_id": "2019-W1",
        "survey_date": date(2019, 5, 3),
        "survey_area": "WAT",
        "district_code": "25",
        "street": "Hochstraße",
        "house_number": house_number,
        "business_name": f"Werkstatt {house_number}",
        "site_status": "AKTIV",
        "production_type": "URBANE_MANUFAKTUR",
    } | values


def checked(
    units: Sequence[Row] = (),
    *,
    status: Status = Status.ACCEPTED,
    content: str = "",
    **forms: Sequence[Row],
) -> CheckedWorkbook:
    """A checked workbook; `quarantined=True` in a row puts it into quarantine."""
    parts = [_form(name, rows) for name, rows in {"vacancies": units, **forms}.items() if rows]
    waves = {
        wave
        for part in parts
        for wave in part.frame.filter(~pl.col("is_quarantined"))["wave_id"].drop_nulls()
    }
    return CheckedWorkbook(
        file="Erhebung.xlsx",
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        status=status,
        waves=tuple(sorted(waves)),
        forms=tuple(parts),
        findings=(),
    )


def _form(name: str, rows: Sequence[Row]) -> CheckedForm:
    schema = frame_schema(FORMS[name])
    blank: Row = dict.fromkeys(schema)
    full = []
    for number, row in enumerate(rows, 2):
        values = dict(row)
        quarantined = values.pop("quarantined", False)
        municipality = values.get("municipality_key", "05911000")
        district = values.get("district_code")
        lead = {
            "sheet": "Erhebung",
            "row_number": number,
            "is_quarantined": quarantined,
            "municipality_key": municipality,
            "district_id": f"{municipality}-{district}" if district else None,
        }
        full.append(blank | lead | values)
    frame = pl.DataFrame(full, schema=schema)
    bad = frame.filter(pl.col("is_quarantined")).select("sheet", "row_number")
    return CheckedForm(
        form=name,
        frame=frame,
        readings=pl.DataFrame(
            schema={one: pl.Int32 if one == "row_number" else pl.String for one in _READINGS}
        ),
        raw_rows=bad.with_columns(pl.lit("{}").alias("raw")),
        tables=(
            TableReport(
                name, "Erhebung", "A1:Z9", (1,), {}, (), len(rows), len(rows) - bad.height,
                bad.height,
            ),
        ),
    )  # fmt: skip


def hand_in(
    home: Home,
    content: str,
    *,
    file: str = "Erhebung.xlsx",
    team: str = "team1",
    **options: Any,
) -> Submission:
    """Receive a file of these bytes; its content means nothing here."""
    path = home.root / "upload" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    mode, strict = options.pop("mode", None), options.pop("strict", False)
    said = CheckOptions(team=team, **options)
    return receive(home, path, said, PLACES, mode=mode, strict=strict)


def ingest(home: Home, content: str, units: Sequence[Row] = (), **said: Any) -> Outcome:
    """Receive and load one survey; `content` stands for the file's bytes."""
    status = said.pop("status", Status.ACCEPTED)
    forms = {name: said.pop(name) for name in list(said) if name in FORMS}
    submission = hand_in(home, content, **said)
    book = checked(units, status=status, content=content, **forms)
    with open_writer(home) as writer:
        return writer.load(submission, book, submission.mode)


def current(home: Home, columns: str = "object_id", view: str = "vacancies") -> list[Any]:
    """Values of the rows that count, as the store has them, in order."""
    with open_writer(home) as writer:
        rows = writer.store.execute(
            f"SELECT {columns} FROM versions.{view} WHERE is_current ORDER BY ALL"
        ).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]
