"""A team's whole way and the office's, in a real browser."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from playwright.sync_api import Route, expect

from raw.examples import FOLDER
from tests.portal.browsing import Visit, write_book
from tests.portal.running import stopped_worker


def test_the_whole_way(there: Visit, tmp_path: Path) -> None:
    """Template, faulty file, findings, marked workbook, mended, loaded, published."""
    page = there.page
    page.goto("/")
    expect(page).to_have_title("Anmelden – Leerstandserhebung")
    there.look("anmelden")
    there.sign_in("weg")
    expect(page.get_by_role("heading", name="Vorlage herunterladen")).to_be_visible()
    there.look("start")
    with page.expect_download() as got:
        there.click("Vorlage herunterladen")
    got.value.save_as(tmp_path / "Vorlage.xlsx")
    assert openpyxl.load_workbook(tmp_path / "Vorlage.xlsx").sheetnames[0] == "Deckblatt"

    faulty = write_book(tmp_path / "Erhebung.xlsx", there.rows({}, {}, {"Objektart": "Trinkhalle"}))
    there.upload(faulty)
    there.sees("„Trinkhalle“ gehört nicht zur Liste")
    there.sees("2 von 3 Zeilen können geladen werden.")
    there.look("ergebnis")
    with page.expect_download() as got:
        page.get_by_role("link", name="Geprüfte Datei").click()
    mended = tmp_path / "Erhebung-geprueft.xlsx"
    got.value.save_as(mended)

    book = openpyxl.load_workbook(mended)
    cell = next(cell for row in book["Leerstände"] for cell in row if cell.value == "Trinkhalle")
    cell.value = "Einheit"
    book.save(mended)
    page.get_by_label("Dateien auswählen").set_input_files(mended)
    there.click("Berichtigte Datei prüfen")
    there.is_checked(mended.name)
    there.sees("1 von 1 Beanstandungen sind behoben")
    there.look("fertig")
    there.hand_in()
    there.sees("Geladen als Lieferung S00")
    there.look("geladen")
    there.sign_out()
    _office_publishes(there)


def _office_publishes(there: Visit) -> None:
    """What a team has loaded is seen, published and found on the published page."""
    page = there.page
    there.sign_in("office")
    there.sees(there.name_of("weg"))
    there.look("amt")
    page.get_by_role("navigation").get_by_role("link", name="Veröffentlichen").click()
    there.look("veroeffentlichen")
    there.click("Veröffentlichen")
    there.sees("Veröffentlichen: fertig")
    for name, link in (("zugaenge", "Zugänge"), ("protokoll", "Protokoll")):
        page.get_by_role("navigation").get_by_role("link", name=link).click()
        expect(page.get_by_role("heading", level=1, name=link)).to_be_visible()
        there.look(name)
    page.goto("/veroeffentlicht/")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert "2019-W1" in page.content()


def test_discard(there: Visit) -> None:
    there.sign_in("verwirft")
    there.upload(FOLDER / "Fehlerbeispiel.xlsx")
    there.look("fehlerbeispiel")
    there.click("Verwerfen")
    expect(there.page.get_by_role("cell", name="Verworfen")).to_be_visible()
    uploads = there.running.portal.desk.uploads(there.name_of("verwirft"))
    assert [str(upload.state) for upload in uploads] == ["discarded"]


def test_several_files_at_once(there: Visit, tmp_path: Path) -> None:
    """The list says of each how far it is; one that is no workbook takes no other down."""
    there.sign_in("viele")
    good = write_book(tmp_path / "Gut.xlsx", there.rows({}, {}))
    bad = tmp_path / "Foto.xlsx"
    bad.write_bytes(b"\xff\xd8\xff\xe0 no workbook")
    there.page.get_by_label("Dateien auswählen").set_input_files([good, bad])
    there.click("Hochladen und prüfen")
    expect(there.page.get_by_role("cell", name="Geprüft")).to_have_count(2, timeout=90_000)
    there.look("liste")
    there.page.get_by_role("link", name="Foto.xlsx").click()
    there.sees("So kann die Datei nicht geladen werden.")
    expect(there.page.get_by_role("button", name="Einreichen")).to_have_count(0)
    there.look("unlesbar")


def test_one_sees_how_far_it_is(there: Visit, tmp_path: Path) -> None:
    """While it is sent, while it waits to be checked; the verdict comes without a click."""
    path = write_book(tmp_path / "Lang.xlsx", there.rows({}, {}))
    page = there.page
    there.sign_in("wartet")
    page.get_by_label("Dateien auswählen").set_input_files(path)
    with stopped_worker(there.running):
        if "without" in there.kind:
            there.click("Hochladen und prüfen")
        else:
            held: list[Route] = []
            page.route("**/hochladen", lambda route: held.append(route))  # noqa: PLW0108  it takes no built-in
            there.click("Hochladen und prüfen")
            expect(page.get_by_role("progressbar")).to_be_visible()
            there.sees("Wird gesendet")
            held[0].continue_()
        there.sees("Wartet auf Prüfung")
        there.sees("Diese Seite erneuert sich von selbst.")
        there.look("wartet")
    there.is_checked(path.name)
    there.sees("2 von 2 Zeilen können geladen werden.")
    there.sees("Nicht eingereicht, wird die Datei nach dem")


def test_access_keys(there: Visit) -> None:
    """A key that the office makes opens the page until it is revoked."""
    page, name = there.page, f"Neu {there.number}"
    there.sign_in("office")
    page.get_by_role("navigation").get_by_role("link", name="Zugänge").click()
    page.get_by_label("Name des Teams").fill(name)
    there.click("Neuen Zugang anlegen")
    key = page.locator("#made").inner_text()
    there.look("zugang-neu")
    page.goto("/amt/zugaenge")
    there.click(f"Sperren: {name}")
    expect(page.get_by_role("row", name=name).get_by_text("gesperrt")).to_be_visible()
    there.sign_out()
    page.get_by_label("Zugang").fill(key)
    there.click("Anmelden")
    there.sees("Dieser Zugang gilt nicht")
    there.look("abgelehnt")
