"""What is published when: status of waves, p and r, drafts, approval, and the history of it all."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import InputFailure
from pipelines.home import Home, make_home
from pipelines.publish import Approval, Published, publish
from schemas.places import Places, Wave
from tests.publish.editions import bochum, make_edition, unit

YES = Approval("A. Amt", "Zahlen geprüft")


def wave(status: str, name: str = "2019-W1", area: str = "") -> Wave:
    return Wave(name, name, "05911000", area, None, None, date(2019, 6, 30), status)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def published(
    home: Home,
    places: Places,
    name: str,
    vacancies: dict[str, int],
    yes: Approval | None = None,
) -> Published:
    """Publish an edition with so many vacancies per district code."""
    units = [unit(n, code) for code, count in vacancies.items() for n in range(1, count + 1)]
    edition = make_edition(home.root / f"{name}.duckdb", places, units=units)
    return publish(home, places, edition, yes)


def shown(folder: Path, district: str) -> list[tuple[object, object]]:
    """(vacancies, mark) of a district in a site's district table."""
    file = folder / "downloads" / "districts.csv"
    if not file.exists():
        return []
    rows = pl.read_csv(file, schema_overrides={"mark": pl.String})
    return rows.filter(pl.col("district_id") == f"05911000-{district}").select(
        "vacancies", pl.col("mark").fill_null("")
    ).rows()  # fmt: skip


@pytest.mark.parametrize(
    ("waves", "approval_setting", "live", "draft"),
    [
        ((), "none", [(3, "p")], []),
        ((wave("abgeschlossen"),), "none", [(3, "p")], []),
        ((wave("veröffentlicht"),), "none", [(3, "p")], []),
        ((wave("laufend"),), "none", [], [(3, "p")]),
        ((wave("geplant"),), "none", [], [(3, "p")]),
        ((wave("abgeschlossen", "2030-W1"),), "none", [], [(3, "p")]),  # unnamed counts as laufend
        ((wave("abgeschlossen", area="WLAB"),), "none", [], [(3, "p")]),
        ((wave("abgeschlossen"),), "required", [], [(3, "p")]),
    ],
)
def test_status_decides(
    home: Home,
    waves: tuple[Wave, ...],
    approval_setting: str,
    live: list[tuple[object, object]],
    draft: list[tuple[object, object]],
) -> None:
    (home.root / "leerstand.toml").write_text(f'approval = "{approval_setting}"\n')
    published(home, bochum(*waves), "e1", {"25": 3})
    assert (shown(home.published, "25"), shown(home.drafts, "25")) == (live, draft)


def test_approved_figures_stay_until_a_change_is_approved_with_a_reason(home: Home) -> None:
    places = bochum(wave("abgeschlossen"))
    published(home, places, "e1", {"25": 3, "47": 5})
    assert shown(home.published, "25") == [(3, "p")]
    assert published(home, places, "e1", {"25": 3, "47": 5}, YES).approved == 2
    assert shown(home.published, "25") == [(3, "")]

    after = published(home, places, "e2", {"25": 4, "47": 5})
    assert shown(home.published, "25") == [(3, "")]
    assert shown(home.drafts, "25") == [(4, "p")]
    assert after.draft == home.drafts / "index.html"
    draft = after.draft.read_text()
    assert "Leerstände und Brachflächen 3 → 4" in draft
    assert "Entwurf, nicht veröffentlicht" in draft

    reason = Approval("A. Amt", "Ein Laden war übersehen worden")
    published(home, places, "e2", {"25": 4, "47": 5}, reason)
    assert shown(home.published, "25") == [(4, "r")]
    assert shown(home.published, "47") == [(5, "")]
    assert not (home.drafts / "index.html").exists()
    editions = (home.published / "editions.html").read_text()
    assert "Wattenscheid-Mitte, Welle 2019-W1: Leerstände und Brachflächen 3 → 4" in editions
    assert "Ein Laden war übersehen worden" in editions


def test_an_approval_needs_a_name_and_a_reason(home: Home) -> None:
    with pytest.raises(InputFailure):
        published(home, bochum(), "e1", {"25": 3}, Approval("A. Amt", " "))


def test_only_what_depends_on_a_changed_district_is_written(home: Home) -> None:
    places = bochum()
    published(home, places, "e1", {"25": 3, "47": 5})
    untouched = home.published / "districts" / "05911000-25.html"
    before = untouched.stat().st_mtime_ns
    after = published(home, places, "e2", {"25": 3, "47": 6})
    assert "districts/05911000-47.html" in after.written
    assert "downloads/districts.csv" in after.written
    assert "districts/05911000-25.html" not in after.written
    assert untouched.stat().st_mtime_ns == before
    assert "e1" in untouched.read_text()  # the edition that it was last written with


def test_pages_made_anew_from_the_ledger_are_the_same_bytes(home: Home) -> None:
    places = bochum()
    published(home, places, "e1", {"25": 3, "47": 5})
    published(home, places, "e2", {"25": 3, "47": 6})
    before = {p: p.read_bytes() for p in home.published.rglob("*") if p.is_file()}
    shutil.rmtree(home.published)
    (home.warehouse / "published.json").unlink()
    published(home, places, "e2", {"25": 3, "47": 6})
    assert {p: p.read_bytes() for p in home.published.rglob("*") if p.is_file()} == before


def test_a_file_that_was_tampered_with_or_lost_is_mended(home: Home) -> None:
    places = bochum()
    published(home, places, "e1", {"25": 3})
    page = home.published / "index.html"
    right = page.read_bytes()
    page.write_text("etwas anderes")
    (home.published / "methods.html").unlink()
    again = published(home, places, "e1", {"25": 3})
    assert set(again.written) == {"index.html", "methods.html"}
    assert page.read_bytes() == right


def test_new_reference_dates_and_notices_reach_the_pages(home: Home) -> None:
    places = bochum(wave("abgeschlossen"))
    published(home, places, "e1", {"25": 3})
    later = replace(wave("abgeschlossen"), reference_date=date(2019, 7, 1))
    published(home, replace(bochum(later), digest="other"), "e1", {"25": 3})
    assert "01.07.2019" in (home.published / "index.html").read_text()
    (home.root / "leerstand.toml").write_text('notice = "Probe"\n')
    published(home, replace(bochum(later), digest="other"), "e1", {"25": 3})
    assert "Probe" in (home.published / "index.html").read_text()
