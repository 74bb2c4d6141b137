"""Each code of the catalogue: provoked, at its cells, and said in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines.home import make_home
from pipelines.intake.check import check_file
from pipelines.intake.file_notes import sheet_findings
from pipelines.intake.findings import Finding
from pipelines.intake.options import CheckOptions, Limits
from pipelines.intake.reader import Reader
from pipelines.store.judge import judged
from pipelines.walk.ingesting import Ingested, ingest_files
from pipelines.walk.said import Said
from schemas.columns import Lang
from schemas.findings import catalogue
from tests.findings import file_cases, loading_cases, mending_cases, table_cases, value_cases
from tests.findings.case import Case
from tests.intake.sheets import TODAY, bochum

CASES: dict[str, Case] = {
    **file_cases.CASES,
    **table_cases.CASES,
    **value_cases.CASES,
    **mending_cases.CASES,
}
REFUSED, BLIND = "row-refused", "sheet-blind"
LANGS: tuple[Lang, ...] = ("de", "en")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as own:
        yield own


def told(case: Case, folder: Path, reader: Reader) -> tuple[Finding, ...]:
    """What the check says of a case's file."""
    options = dict(case.options)
    limits = options.pop("limits", Limits())
    for key, name in (("mapping", "mapping.yml"), ("corrections", "corrections/amt.yml")):
        if key in options:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(options.pop(key), encoding="utf-8")
            options |= (
                {"mapping": folder / name}
                if key == "mapping"
                else {"correction_folders": ((folder / name).parent,)}
            )
    chosen = replace(CheckOptions(today=TODAY, limits=limits), **options)
    places = case.places or bochum()
    return check_file(case.write(folder), chosen, places, reader).findings


def says(finding: Finding) -> None:
    """The finding has a sentence and a way out in both languages, and names its value."""
    for lang in LANGS:
        message, remedy = finding.message(lang), finding.remedy(lang)
        assert remedy
        assert "{" not in message + remedy
        assert "None" not in (message + remedy).replace("None of", "")
        if finding.value is not None and finding.cells:
            assert finding.value in message + remedy, (finding.code, lang)
    assert finding.message("de") != finding.message("en")


@pytest.mark.parametrize("code", CASES)
def test_a_file_provokes_it(code: str, tmp_path: Path, reader: Reader) -> None:
    case = CASES[code]
    everything = told(case, tmp_path, reader)
    found = [finding for finding in everything if finding.code == code]
    assert found, [finding.code for finding in everything]
    assert " ".join(cell for finding in found for cell in finding.cells) == case.cells
    for finding in everything:
        says(finding)


@pytest.mark.parametrize("code", loading_cases.CASES)
def test_loading_provokes_it(code: str, tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    for number, handed in enumerate(loading_cases.CASES[code]):
        (tmp_path / str(number)).mkdir()
        path = handed.write(tmp_path / str(number))
        (last,) = ingest_files(home, [(path, Said(handed.team))])
    assert isinstance(last, Ingested)
    assert code in {finding.code for finding in last.findings}
    for finding in last.findings:
        says(finding)


def test_a_row_that_checking_should_have_refused(tmp_path: Path, reader: Reader) -> None:
    """No file can provoke it while both agree: the row is broken behind the check's back."""
    path = value_cases.CASES["value-not-stated"].write(tmp_path)
    checked = check_file(path, CheckOptions(today=TODAY), bochum(), reader)
    (form,) = checked.forms
    broken = form.frame.with_columns(pl.lit("x9").alias("vacancy_status"))
    (refused,) = judged([replace(checked, forms=(replace(form, frame=broken),))])
    (finding,) = (found for found in refused.findings if found.code == REFUSED)
    assert (finding.rows, finding.field) == ((2,), "vacancy_status")
    says(finding)


def test_a_sheet_that_no_scan_can_read() -> None:
    """Excel 95 wrote such sheets, and nothing at hand writes them any more."""
    (finding,) = sheet_findings({"name": "Blatt", "is_blind": True})
    assert (finding.code, finding.sheet) == (BLIND, "Blatt")
    says(finding)


def test_every_code_of_the_catalogue_is_provoked() -> None:
    assert set(catalogue()) == {*CASES, *loading_cases.CASES, REFUSED, BLIND}
