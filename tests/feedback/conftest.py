from __future__ import annotations

import pytest

from schemas.places import District, Place, Section, SurveyArea


@pytest.fixture
def place() -> Place:
    """Three districts, two survey areas and one section of a small place."""
    key = "05911000"
    return Place(
        municipality_key=key,
        municipality="Bochum",
        districts=(
            District(key, "25", "Wattenscheid-Mitte"),
            District(key, "47", "Werne"),
            District(key, "49", "Langendreer-Alter Bahnhof"),
        ),
        survey_areas=(
            SurveyArea(key, "WAT", "Wattenscheid (Mitte)", (), ("25",)),
            SurveyArea(key, "WLAB", "Werne / Langendreer-Alter Bahnhof", (), ("47", "49")),
        ),
        sections=(Section("25-S01", "Hochstraße 1-60", key, "Hochstraße", "", "", "", 300.0, 40),),
    )
