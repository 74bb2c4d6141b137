"""The page in a real browser: a team's whole way and the office's, on desktop and telephone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from raw.examples import FOLDER
from raw.examples.faulty import vacancy
from tests.portal.running import Running, run

SHOTS = os.environ.get("LEERSTAND_SHOTS")
"""A folder for pictures of every page, to be looked at."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield found
        found.close()


@pytest.fixture(params=["desktop", "phone", "phone without script"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    yield from run(tmp_path / "home")


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, running: Running) -> Iterator[Page]:
    """A browser as wide as a desk's or a telephone's, with JavaScript or without."""
    kind = request.node.callspec.params["running"]
    context = browser.new_context(
        viewport={"width": 1280 if kind == "desktop" else 360, "height": 800},
        java_script_enabled="without" not in kind, locale="de-DE", accept_downloads=True,
        base_url=running.address,
    )  # fmt: skip
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    faults: list[str] = []
    opened.on("requestfailed", lambda asked: faults.append(asked.url))
    opened.on(
        "request", lambda asked: None if running.address in asked.url else faults.append(asked.url)
    )
    yield opened
    context.close()
    assert [url for url in faults if not url.startswith(running.address)] == [], "no other host"


Look = Callable[[str], None]


@pytest.fixture
def look(request: pytest.FixtureRequest, page: Page) -> Look:
    """Hold that the page is accessible and fits; keep a picture where one is wanted.

    Both ask the page by scripts; without JavaScript only the way itself is held.
    """
    kind = request.node.callspec.params["running"]

    def see(name: str) -> None:
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{kind.replace(' ', '-')}.png", full_page=True)
        if "without" in kind:
            return
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        width = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{name} is {width} pixels too wide"

    return see


def sign_in(page: Page, running: Running, who: str) -> None:
    page.goto(f"/zugang/{running.tokens[who]}")
    page.get_by_role("button", name="Anmelden").click()


def upload(page: Page, path: Path) -> None:
    page.get_by_label("Dateien (Excel").set_input_files(path)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_role("heading", name=path.name)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("geprüft, noch nicht eingereicht")).to_be_visible(timeout=60_000)


def small_survey(path: Path, kind: str) -> None:
    """Two good rows and one of an object kind that may be wrong."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Leerstände"
    rows = [vacancy(n) for n in (1, 2, 3)]
    for row in rows:
        del row["Telefon Eigentümer"], row["Laune"]
    rows[2]["Objektart"] = kind
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)


def test_the_whole_way(page: Page, running: Running, look: Look, tmp_path: Path) -> None:
    page.goto("/")
    expect(page).to_have_title("Anmelden – Leerstandserhebung")
    look("anmelden")
    sign_in(page, running, "A")
    expect(page.get_by_role("heading", name="1. Vorlage herunterladen")).to_be_visible()
    look("team")
    with page.expect_download() as got:
        page.get_by_role("button", name="Vorlage herunterladen").click()
    got.value.save_as(tmp_path / "Vorlage.xlsx")
    assert openpyxl.load_workbook(tmp_path / "Vorlage.xlsx").sheetnames[0] == "Deckblatt"

    faulty = tmp_path / "Erhebung.xlsx"
    small_survey(faulty, "Trinkhalle")
    upload(page, faulty)
    expect(page.get_by_text("„Trinkhalle“ gehört nicht zur Liste")).to_be_visible()
    look("ergebnis")
    with page.expect_download() as got:
        page.get_by_role("link", name="Geprüfte Datei").click()
    mended = tmp_path / "Erhebung-geprueft.xlsx"
    got.value.save_as(mended)

    book = openpyxl.load_workbook(mended)
    cell = next(cell for row in book["Leerstände"] for cell in row if cell.value == "Trinkhalle")
    cell.value = "Einheit"
    book.save(mended)
    page.goto("/")
    upload(page, mended)
    expect(page.get_by_text("1 von 1 Beanstandungen sind behoben")).to_be_visible()
    page.get_by_role("button", name="Einreichen").click()
    expect(page.get_by_text("Geladen als Lieferung S000001")).to_be_visible(timeout=60_000)
    look("geladen")

    page.get_by_role("button", name="Abmelden").click()
    office_way(page, running, look)


def office_way(page: Page, running: Running, look: Look) -> None:
    """What a team has loaded is seen, published and found on the published page."""
    sign_in(page, running, "office")
    expect(page.get_by_role("rowheader", name="S000001")).to_be_visible()
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.get_by_text("fertig")).to_be_visible(timeout=120_000)
    look("amt")
    for name, link in (
        ("quarantaene", "Quarantäne"), ("konflikte", "Konflikte"), ("zugaenge", "Zugänge"),
        ("protokoll", "Protokoll"),
    ):  # fmt: skip
        page.get_by_role("navigation").get_by_role("link", name=link).click()
        expect(page.get_by_role("heading", level=1, name=link)).to_be_visible()
        look(name)
    page.goto("/veroeffentlicht/")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert "2019-W1" in page.content()


def test_discard(page: Page, running: Running, look: Look) -> None:
    sign_in(page, running, "B")
    upload(page, FOLDER / "Fehlerbeispiel.xlsx")
    look("fehlerbeispiel")
    page.get_by_role("button", name="Verwerfen").click()
    expect(page.get_by_role("cell", name="verworfen")).to_be_visible()
    assert running.portal.desk.uploads("team-b")[0].state == "discarded"
