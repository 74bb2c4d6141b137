"""Code lists: whatever people write for a code is read, and nothing means two codes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import FORMS
from schemas.code_lists import CodeList, code_list, code_list_names, read_code_list
from schemas.folding import fold

READ = [
    ("yes_no", "JA", ("ja", "Ja", "j", "J", "x", "X", "✓", "1", "yes", "y", "wahr", "true")),
    ("yes_no", "NEIN", ("nein", "n", "0", "no", "falsch", "false")),
    ("object_kind", "EINHEIT", ("Leerstand", "leer stehende Einheit", "unit")),
    ("object_kind", "BRACHFLAECHE", ("Brachfläche", "brachflaeche", "BRACHE", "brownfield")),
    ("unit_type", "BUERO_PRAXIS", ("Büro", "Buero", "Praxis", "office or practice")),
    ("vacancy_status", "LEER", ("leer", "brach", "ungenutzt", "vacant")),
    ("vacancy_degree", "VOLLSTAENDIG", ("vollständig", "komplett", "ganz")),
    ("duration_class", "UNTER_6", ("< 6", "<6 Monate", "unter 6 Monate")),
    ("duration_class", "AB_60", ("60+", "> 60", "über 5 Jahre", "ab 60 Monate")),
    ("employees_class", "B2_4", ("2-4", "2 bis 4", "B2_4")),
    ("location_grade", "1A", ("1a", "1A-Lage")),
    ("zoning", "§34", ("§ 34", "34", "§34 BauGB")),
    ("place_type", "GEWERBEHOF", ("Gewerbe-/Handwerkerhof", "Gewerbehof")),
    ("coverage", "NICHT", ("nicht", "nein", "not")),
]  # fmt: skip
CASES = [(name, code, text) for name, code, texts in READ for text in texts]
CODES = [(name, code.code) for name in code_list_names() for code in code_list(name).codes]


@pytest.mark.parametrize(("name", "code", "text"), CASES)
def test_what_people_write_is_read(name: str, code: str, text: str) -> None:
    assert code_list(name).lookup(text) == code


@pytest.mark.parametrize("text", ["", "vielleicht", "Trinkhalle", "-", "?"])
def test_what_is_no_code_is_not_guessed(text: str) -> None:
    assert code_list("object_kind").lookup(text) is None


@given(st.sampled_from(CODES), st.data())
def test_every_spelling_of_a_code_means_it(case: tuple[str, str], data: st.DataObject) -> None:
    name, code = case
    entry = code_list(name).by_code[code]
    text = data.draw(st.sampled_from([entry.code, entry.label.de, entry.label.en, *entry.synonyms]))
    for shape in (text, text.upper(), f" {text}\u00a0", text.replace("ä", "ae")):
        assert code_list(name).lookup(shape) == code


@pytest.mark.parametrize("name", code_list_names())
def test_codes_and_labels_are_literal_and_synonyms_are_not(name: str) -> None:
    codes = code_list(name)
    for code in codes.codes:
        assert codes.is_literal(code.code)
        assert codes.is_literal(code.label.de)
        assert code.label.de
        assert code.label.en
        for text in code.synonyms:
            assert fold(text) not in codes.literal, f"{text!r} need not be a synonym of {code.code}"


def test_every_list_is_used_and_every_use_has_its_list() -> None:
    used = {
        column.code_list
        for form in FORMS.values()
        for column in form.columns
        if column.code_list is not None
    }
    # The status of a wave stands in a register; the division of a WZ code is read from the code.
    assert used | {"wave_status", "wz_division"} == set(code_list_names())


def _list_with(tmp_path: Path, line: str) -> CodeList:
    packaged = Path("schemas/codes/unit_type.csv").read_text(encoding="utf-8")
    path = tmp_path / "unit_type.csv"
    path.write_text(packaged + line + "\n", encoding="utf-8")
    return read_code_list(path)


def test_a_code_is_one_line_of_data(tmp_path: Path) -> None:
    codes = _list_with(tmp_path, "TURM,Turm,tower,Wasserturm|Bergfried")
    assert codes.lookup("Wasserturm") == "TURM"
    assert code_list("unit_type").lookup("Wasserturm") is None


def test_a_text_that_would_mean_two_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="means two codes"):
        _list_with(tmp_path, "TURM,Turm,tower,Laden")
