"""Pictures for docs/survey-team.md: template, marked workbook and verdict, as one sees them.

In: a template filled in with mistakes; LibreOffice, pdftoppm and Chromium on this machine.
Out: docs/pictures/*.png in German and English. `python -m pipelines.pictures` makes them anew.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from pipelines.feedback.form_sheet import FIRST_ROW
from pipelines.feedback.marked import write_marked
from pipelines.feedback.report import write_report
from pipelines.feedback.template import TemplateOptions, columns_of, write_template
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from raw.examples import FOLDER
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Column, Lang, Level
from schemas.places import PACKAGED, Places, load_places

TARGET = Path(__file__).parent.parent / "docs/pictures"
LANGS: tuple[Lang, ...] = ("de", "en")
_DOTS = "110"
_SHOP = {
    "survey_date": date(2019, 5, 20), "district_code": "Wattenscheid-Mitte",
    "street": "Hochstraße", "object_kind": "EINHEIT", "unit_type": "LADENLOKAL", "storey": "EG",
    "vacancy_status": "LEER", "previous_use": "EINZELHANDEL", "vacant_since": date(2018, 3, 1),
    "gross_area_m2": 85, "condition": "2",
}  # fmt: skip
_SAID: tuple[dict[str, object], ...] = (
    {"house_number": "8"},
    {"house_number": date(2019, 12, 9)},
    {"house_number": "16", "object_kind": "Trinkhalle"},
    {"house_number": "18", "vacant_since": date(2019, 7, 1)},
    {"house_number": "20", "gross_area_m2": "ca. 80"},
    {"house_number": "22", "vacancy_status": "???", "gross_area_m2": "1.200"},
)
"""What the rows of the example say otherwise than `_SHOP`; all but the first and fifth wrongly."""


def make_pictures(target: Path = TARGET) -> list[Path]:
    """Make all pictures; gives their paths."""
    target.mkdir(parents=True, exist_ok=True)
    places = load_places(PACKAGED, FOLDER / "areas")
    with Reader() as reader:
        return [path for lang in LANGS for path in _in_language(lang, places, reader, target)]


def _in_language(lang: Lang, places: Places, reader: Reader, target: Path) -> list[Path]:
    """The three pictures of one language; those in English say so in their names."""
    end = "" if lang == "de" else f"-{lang}"
    with tempfile.TemporaryDirectory() as scratch:
        template, marked, report = (
            Path(scratch, name) for name in ("Erhebung.xlsx", "marked.xlsx", "report.html")
        )
        place = places.by_key["05911000"]
        write_template(template, TemplateOptions(place, "WAT", "2019-W1", Level.CORE, lang))
        cover = _page_of(template, 1, target / f"template-cover{end}.png")
        _fill(template, lang)
        checked = check_file(template, CheckOptions(today="2026-11-22"), places, reader)
        write_marked(template, checked, marked, lang)
        write_report(report, [checked], lang)
        return [
            cover,
            _page_of(marked, 3, target / f"marked-sheet{end}.png"),
            _screen_of(report, target / f"report{end}.png"),
        ]


def _fill(template: Path, lang: Lang) -> None:
    """Write the example's rows into the sheet of vacancies."""
    form = FORMS["vacancies"]
    book = openpyxl.load_workbook(template)
    sheet = book[form.title[lang]]
    for row, said in enumerate(_SAID, FIRST_ROW):
        values = _SHOP | said
        for at, column in enumerate(columns_of(form, Level.CORE), 1):
            sheet.cell(row, at).value = _label(column, values.get(column.name), lang)
    book.save(template)


def _label(column: Column, value: Any, lang: Lang) -> Any:
    """A code as its label; anything else as it is."""
    if column.code_list is None:
        return value
    known = code_list(column.code_list).by_code.get(str(value))
    return known.label[lang] if known else value


def _page_of(workbook: Path, page: int, target: Path) -> Path:
    """One page of a workbook as it prints."""
    folder = workbook.parent
    _run("soffice", f"-env:UserInstallation={folder.as_uri()}/office", "--headless",
         "--convert-to", "pdf", "--outdir", folder, workbook)  # fmt: skip
    _run("pdftoppm", "-r", _DOTS, "-f", page, "-l", page, "-singlefile", "-png",
         workbook.with_suffix(".pdf"), target.with_suffix(""))  # fmt: skip
    return target


def _screen_of(page: Path, target: Path) -> Path:
    """The top of an HTML page as a browser shows it."""
    _run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={page.parent / 'browser'}", "--window-size=1000,900",
         f"--screenshot={target}", page.as_uri())  # fmt: skip
    return target


def _run(*command: object) -> None:
    arguments = [str(part) for part in command]
    subprocess.run(arguments, check=True, capture_output=True, timeout=180)  # noqa: S603  tools named above, files of our own


if __name__ == "__main__":
    for path in make_pictures():
        sys.stdout.write(f"{path}\n")
