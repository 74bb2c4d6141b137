"""Form coverage (Begehung): what was walked, with vacancies or without, one row per section.

Source: DOMAIN list. A walked street without vacancies and a street nobody walked look alike in a
list of vacancies; this form tells them apart.
"""

from __future__ import annotations

import dataclasses

from schemas.columns import Form, Kind, Label, Level, column
from schemas.shared import MUNICIPALITY_KEY, SECTION_ID, WAVE_ID

_WALKED_SECTION = dataclasses.replace(SECTION_ID, is_key=True)

_WALK = (
    column(
        Kind.DATE, "walked_on", ("Begangen am", "Walked on"),
        ("Tag der Begehung des Abschnitts.", "Day the section was walked."),
        synonyms=("Begehungsdatum", "Datum", "Datum der Begehung", "Begehung am", "Begehung",
                  "Erhebungsdatum", "Date", "Survey date", "Abgegangen am", "Erhoben am"),
        level=Level.CORE, is_key=True, is_public=True, first_year=1970, example="03.05.2019",
    ),
    column(
        Kind.CODE, "coverage", ("Abdeckung", "Coverage"),
        ("Ob der Abschnitt voll, zum Teil oder nicht begangen wurde.",
         "Whether the section was walked in full, in part or not."),
        synonyms=("Begangen", "Vollständigkeit", "Umfang", "Umfang der Begehung", "Erfassung",
                  "Walked", "Completeness", "voll/teil/nicht", "Status"),
        level=Level.CORE, is_key=True, is_public=True, code_list="coverage", example="voll",
    ),
)  # fmt: skip

COVERAGE = Form(
    name="coverage",
    title=Label("Begehung", "Coverage"),
    grain=Label("eine Zeile je Welle und Abschnitt", "one row per wave and section"),
    columns=(WAVE_ID, MUNICIPALITY_KEY, _WALKED_SECTION, *_WALK),
    current_view="coverage",
    sheet_names=(
        "begehung", "begehungen", "begehungsprotokoll", "abdeckung", "coverage", "walked sections",
        "begangene abschnitte", "abschnitte", "begangene strassen",
    ),
    identity=("wave_id", "municipality_key", "section_id"),
)  # fmt: skip
