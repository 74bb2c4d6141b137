"""What a workbook says beside its public columns never reaches the public, wherever it stands."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from pipelines.home import make_home
from pipelines.store.edition import find_edition
from pipelines.store.query import fetch
from pipelines.walk import Said, ingest_files, publish_home
from pipelines.walk.ingesting import Ingested
from raw.examples import FOLDER
from tests.publish.test_safety import MARKER, contents

SOURCE = "Wattenscheid_2019.xlsx"
# Sheet → its heading row and the headings of columns that take any text and are internal.
FREE_TEXTS = {
    "Leerstände": (5, ("Bemerkung", "Notizen Begehung")),
    "Produktionsstandorte": (3, ("Betriebsname",)),
}


def marked(path: Path) -> Path:
    """The example with the marker in free texts, comments, notes, properties and sheet names."""
    book = openpyxl.load_workbook(FOLDER / SOURCE)
    for sheet in book.worksheets:
        first, headings = FREE_TEXTS.get(sheet.title, (0, ()))
        for column in range(1, sheet.max_column + 1) if headings else ():
            named = {sheet.cell(row, column).value for row in (first - 1, first)}
            if not named & set(headings):
                continue
            for row in range(first + 1, sheet.max_row + 1):
                if sheet.cell(row, 1).value is not None:
                    sheet.cell(row, column).value = f"{MARKER} {row}"
        sheet.cell(1, 1).comment = Comment(f"{MARKER} comment", MARKER)
        sheet.oddHeader.center.text = MARKER
    book.create_sheet(f"{MARKER} notes").append([f"{MARKER} in a note"])
    for name in ("creator", "title", "subject", "description", "keywords", "lastModifiedBy"):
        setattr(book.properties, name, MARKER)
    book.save(path)
    return path


@pytest.mark.soak
def test_nothing_beside_the_public_columns_is_published(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    path = marked(tmp_path / f"{MARKER}.xlsx")
    (told,) = ingest_files(home, [(path, Said(team=f"team-{MARKER}"))])
    assert isinstance(told, Ingested)
    assert told.is_new
    publish_home(home)
    # The marker did arrive: in the edition that analysts of the office query.
    held = fetch(
        find_edition(home).path,
        f"SELECT count(*) FROM units WHERE contains(remarks, '{MARKER}')",
    ).rows
    assert held[0][0] > 100
    seen = [where for where, said in contents(home.published) if MARKER in said]
    seen += [where for where, said in contents(home.drafts) if MARKER in said]
    assert seen == []
    assert (home.published / "index.html").is_file()
