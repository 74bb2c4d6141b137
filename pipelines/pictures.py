"""Pictures for docs/survey-team.md: template, marked workbook and verdict, as one sees them.

In: the faulty example; LibreOffice, pdftoppm and Chromium on this machine.
Out: docs/pictures/*.png. `python -m pipelines.pictures` makes them anew.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

from pipelines.feedback.look import fit_page
from pipelines.feedback.marked import write_marked
from pipelines.feedback.report import write_report
from pipelines.feedback.template import TemplateOptions, write_template
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from raw.examples import FOLDER
from schemas.places import PACKAGED, load_places

TARGET = Path(__file__).parent.parent / "docs/pictures"
_DOTS = "110"


def make_pictures(target: Path = TARGET) -> list[Path]:
    """Make all pictures; gives their paths."""
    target.mkdir(parents=True, exist_ok=True)
    places = load_places(PACKAGED, FOLDER / "areas")
    with tempfile.TemporaryDirectory() as scratch, Reader() as reader:
        folder = Path(scratch)
        template = folder / "template.xlsx"
        write_template(template, TemplateOptions(places.by_key["05911000"], "WAT", "2019-W1"))
        source = _on_one_page(FOLDER / "Fehlerbeispiel.xlsx", folder / "Fehlerbeispiel.xlsx")
        checked = check_file(source, CheckOptions(today="2026-11-22"), places, reader)
        marked, report = folder / "marked.xlsx", folder / "report.html"
        write_marked(source, checked, marked, "de")
        write_report(report, [checked], "de")
        return [
            _page_of(template, 1, target / "template-cover.png"),
            _page_of(marked, 2, target / "marked-sheet.png"),
            _screen_of(report, target / "report.png"),
        ]


def _on_one_page(source: Path, target: Path) -> Path:
    """The example set to print its sheets one page wide."""
    book = openpyxl.load_workbook(source)
    for sheet in book.worksheets:
        fit_page(sheet, "")
    book.save(target)
    return target


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
