"""The examples that texts name: as people write them, coded ones in the reader's language."""

from __future__ import annotations

import pytest

from schemas import FORMS
from schemas.code_lists import code_list, example_of
from schemas.columns import Kind


@pytest.mark.parametrize(
    ("name", "german", "english"),
    [
        ("vacancy_status", "leer", "vacant"),
        ("condition", "leichte Mängel", "slight defects"),
        ("causes", "Miete; Größe/Zuschnitt", "rent; size or layout"),
        ("street", "Hochstraße", "Hochstraße"),
    ],
)
def test_both_languages(name: str, german: str, english: str) -> None:
    example = example_of(FORMS["vacancies"].by_name[name])
    assert (example.de, example.en) == (german, english)


def test_every_coded_example_is_of_its_list() -> None:
    for form in FORMS.values():
        for column in form.columns:
            if column.kind in {Kind.CODE, Kind.CODES} and column.code_list:
                known = code_list(column.code_list)
                assert all(known.lookup(one) for one in example_of(column).en.split(";")), column
