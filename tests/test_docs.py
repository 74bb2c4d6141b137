"""The generated documents are current, and everything that should be explained is."""

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.docs import FOLDER, documents, setting_texts
from pipelines.home import Settings, make_home
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import Status
from schemas import FORMS
from schemas.columns import Form
from schemas.findings import catalogue
from schemas.places import REGISTERS


@pytest.mark.parametrize("name", documents())
def test_document_is_current(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == documents()[name], "stale: run make docs"


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_the_dictionary_explains_every_column(form: Form) -> None:
    text = documents()["data-dictionary.md"]
    section = text.split(f"(`{form.name}`)")[1].split("\n## ")[0]
    for column in form.columns:
        assert f"| `{column.name}`" in section
        assert column.description.de in section
        assert column.description.en in section


def test_every_finding_and_setting_is_explained() -> None:
    findings = documents()["findings.md"]
    assert [line[4:] for line in findings.splitlines() if line.startswith("### ")] == [*catalogue()]
    assert set(setting_texts().labels) == {field.name for field in fields(Settings)}


def test_docs_link_to_what_is_there() -> None:
    for path in FOLDER.glob("*.md"):
        for part in path.read_text(encoding="utf-8").split("](")[1:]:
            target = part.split(")")[0].split("#")[0]
            if target and "://" not in target:
                assert (path.parent / Path(target)).exists(), f"{path.name}: {target}"


def examples(name: str, root: Path) -> Path:
    """Write the fenced examples of a document, each under the path that its fence names."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    for path, content in re.findall(r"```\w+ (\S+)\n(.*?)```", text, re.DOTALL):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    return root


def test_the_examples_for_the_office_work_together(tmp_path: Path) -> None:
    home = make_home(examples("office-data.md", tmp_path))
    herne = home.places().by_key["05916000"]
    assert [district.district_code for district in herne.districts] == ["01", "02"]
    assert herne.waves[0].reference_date == date(2024, 9, 30)
    sheet = tmp_path / "Liste.csv"
    sheet.write_text(
        "Gasse oder Platz;Hausnummer;Koordinate;PLZ;Jahr;Nutzung;Fläche in sq ft;Sparte;"
        "Sachbearbeitung\n"
        "Bahnhofstraße;42;51.54, 7.22;44623;2024;leer;8000;Laden;X\n"
        "Bahnhofstraße;44;51.54, 7.22;44623;2024;Café;500;Lokal;X\n"
        "Bahnhofstraße;46;51.54, 7.22;44649;2024;leer;500;Garage;X\n",
        encoding="utf-8",
    )
    options = CheckOptions(
        today="2025-01-01",
        mapping_folders=(home.mappings / "ohne",),
        correction_folders=(home.corrections,),
    )
    with Reader() as reader:
        checked = check_file(sheet, options, home.places(), reader)
    frame = checked.forms[0].frame
    assert checked.status is Status.ACCEPTED, checked.findings
    assert frame["district_id"].to_list() == ["05916000-01", "05916000-01"]
    assert frame["vacancy_status"].to_list() == ["LEER", "BELEGT"]
    # 80 and 500 square feet, at 0.09290304 m² each.
    assert frame["gross_area_m2"].to_list() == [Decimal("7.43"), Decimal("46.45")]
    assert checked.coverage == "VOLL"


def test_the_columns_of_registers_are_those_that_are_read() -> None:
    text = (FOLDER / "office-data.md").read_text(encoding="utf-8")
    for name, needed in REGISTERS.items():
        (line,) = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
        first = line.split("|")[2].split(";")[0]
        assert {one.strip() for one in first.split(",")} == set(needed)
