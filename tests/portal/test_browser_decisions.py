"""What a team or the office decides on the page, each in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect

from pipelines.portal.access import TEAM
from tests.portal.browsing import REPEATED, Visit, visit, write_book
from tests.portal.load import deliver
from tests.portal.running import Running

KINDS = ("desktop", *(pytest.param(kind, marks=pytest.mark.soak) for kind in REPEATED))


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, browser: Browser, running: Running) -> Iterator[Visit]:
    """A browser at a desk; on telephones and without JavaScript the forms are the same ones."""
    with visit(browser, running, request.param) as found:
        yield found


def load(there: Visit, team: str, path: Path) -> None:
    """Deliver a file as a script does; that a browser can is held by the whole way."""
    token = there.running.portal.access.make_token(TEAM, there.name_of(team))
    deliver(there.running, token, path)


def test_headings_are_assigned_and_remembered(there: Visit, tmp_path: Path) -> None:
    """A strange heading is assigned once; a second one later keeps the first."""
    rows = there.rows({}, {})
    strange = [{"Befund vor Ort" if k == "Zustand" else k: v for k, v in r.items()} for r in rows]
    there.sign_in("fremd")
    there.upload(write_book(tmp_path / "Eigen.xlsx", strange))
    there.look("zuordnen")
    there.page.get_by_label("Leerstände: „Befund vor Ort“").select_option("condition")
    there.click("Zuordnen und noch einmal prüfen")
    there.is_checked("Eigen.xlsx")
    expect(there.page.get_by_label("Befund vor Ort")).to_have_count(0)

    both = [{"Wer wars" if k == "PLZ" else k: v for k, v in row.items()} for row in strange]
    there.upload(write_book(tmp_path / "Eigen2.xlsx", both))
    expect(there.page.get_by_label("Befund vor Ort")).to_have_count(0)
    there.page.get_by_label("Leerstände: „Wer wars“").select_option("postcode")
    there.click("Zuordnen und noch einmal prüfen")
    there.is_checked("Eigen2.xlsx")
    expect(there.page.get_by_role("heading", name="Spalten, die nicht gelesen")).to_have_count(0)

    folder = there.running.home.mappings / there.name_of("fremd")
    known = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yml")]
    assert sorted((entry["columns"] for entry in known), key=len) == [
        {"Befund vor Ort": "condition"},
        {"Befund vor Ort": "condition", "Wer wars": "postcode"},
    ]


def test_a_missing_wave_is_asked_for(there: Visit, tmp_path: Path) -> None:
    """The running wave is proposed; with it every row can be loaded."""
    rows = there.rows({"Erhebungsdatum": "2023-05-20"}, {"Erhebungsdatum": "2023-05-20"})
    for row in rows:
        del row["Welle"]
    there.sign_in("ohne-welle")
    there.upload(write_book(tmp_path / "OhneWelle.xlsx", rows))
    there.sees("Zu welcher Welle gehört die Datei?")
    expect(there.page.get_by_label("Zu welcher Welle")).to_have_value("2023-W1")
    there.look("welle")
    there.click("Damit noch einmal prüfen")
    there.is_checked("OhneWelle.xlsx")
    there.sees("2 von 2 Zeilen können geladen werden.")


def test_a_missing_area_is_asked_for(there: Visit, tmp_path: Path) -> None:
    """The running area is proposed; it has one district, so that every row is in it."""
    rows = there.rows({}, {})
    for row in rows:
        del row["Erhebungsgebiet"], row["Statistischer Bezirk"], row["PLZ"]
        row["Straße"] = "Unbekannte Gasse"
    there.sign_in("ohne-gebiet")
    there.upload(write_book(tmp_path / "OhneGebiet.xlsx", rows))
    there.sees("In welchem Gebiet wurde erhoben?")
    expect(there.page.get_by_label("In welchem Gebiet")).to_have_value("WAT")
    there.look("gebiet")
    there.click("Damit noch einmal prüfen")
    there.is_checked("OhneGebiet.xlsx")
    there.sees("2 von 2 Zeilen können geladen werden.")


def test_changes_are_shown_field_by_field(there: Visit, tmp_path: Path) -> None:
    """The same file with one status changed: one changed object, old and new value."""
    path = tmp_path / "Aenderung.xlsx"
    rows = there.rows(*[{}] * 5)
    load(there, "aendert", write_book(path, rows))
    rows[0]["Status"] = "ZWISCHENNUTZUNG"
    there.sign_in("aendert")
    there.upload(write_book(path, rows))
    page = there.page
    told = {
        pair.locator("dt").inner_text(): pair.locator("dd").inner_text()
        for pair in page.locator("dl.counts > div").all()
    }
    assert told == {"neue Objekte": "0", "geänderte": "1", "unveränderte": "4"}
    page.get_by_text("Geänderte Objekte, Feld für Feld").click()
    row = page.get_by_role("region", name="Tabelle: geänderte").get_by_role("row").nth(1)
    expect(row).to_contain_text(str(rows[0]["Objekt-ID"]))
    expect(row).to_contain_text("Status")
    expect(row).to_contain_text("Zwischennutzung")
    there.look("aenderungen")


def test_a_partial_delivery_is_asked_about(there: Visit, tmp_path: Path) -> None:
    """A day's rows under the same name: added, nothing of the day before goes."""
    path = tmp_path / "Tag.xlsx"
    rows = there.rows(*[{}] * 6)
    load(there, "tag", write_book(path, rows[:4]))
    there.sign_in("tag")
    there.upload(write_book(path, rows[4:]))
    there.sees("Viele Objekte Ihrer früheren Lieferung fehlen in dieser Datei.")
    there.look("teillieferung")
    there.page.get_by_label("Ja: Sie ergänzt die frühere").check()
    there.hand_in()
    there.sees("Geladen als Lieferung")
    states = [u.state for u in there.running.portal.desk.uploads(there.name_of("tag"))]
    assert states == ["loaded", "loaded"]


def test_withdrawing_needs_a_reason(there: Visit, tmp_path: Path) -> None:
    """The page says what of it counted, what counts again in its place, and why."""
    path, rows = tmp_path / "Falsch.xlsx", there.rows({}, {})
    load(there, "zurueck", write_book(path, rows))
    load(there, "zurueck", write_book(path, [row | {"Zustand": 4} for row in rows]))
    second, first = there.running.portal.desk.uploads(there.name_of("zurueck"))
    there.sign_in("zurueck")
    there.page.get_by_role("link", name="Falsch.xlsx").first.click()
    there.look("zurueckziehen")
    there.page.get_by_label("Grund").fill("Falsche Straße begangen")
    there.click("Zurückziehen")
    there.sees("Zurückgezogen")
    there.sees("Aus dieser Lieferung zählt nichts mehr (Welle 2019-W1).")
    there.sees(f"was sie ersetzt hatte: {first.submission}.")
    there.sees("Grund: Falsche Straße begangen")
    there.look("zurueckgezogen")
    found = there.running.portal.desk.upload(second.id)
    assert found is not None
    assert str(found.state) == "withdrawn"


def test_the_office_sees_what_is_in_quarantine(there: Visit, tmp_path: Path) -> None:
    """File, sheet and row, the field that is wrong, and what stands there."""
    rows = there.rows({}, {"Objektart": "Trinkhalle"})
    load(there, "quarantaene", write_book(tmp_path / "Halb.xlsx", rows))
    there.sign_in("office")
    page = there.page
    page.get_by_role("navigation").get_by_role("link", name="Quarantäne").click()
    row = page.get_by_role("row", name=there.name_of("quarantaene"))
    expect(row).to_have_count(1)
    for text in ("Halb.xlsx, Blatt „Leerstände“, Zeile 3", "Objektart: Trinkhalle"):
        expect(row).to_contain_text(text)
    expect(row.get_by_role("cell", name="Objektart", exact=True)).to_be_visible()
    there.look("quarantaene")


def test_the_office_decides_a_conflict(there: Visit, tmp_path: Path) -> None:
    """Two teams tell one object differently; the decision ends it at once."""
    rows = there.rows({}, {})
    load(there, "eins", write_book(tmp_path / "Eins.xlsx", rows))
    rows[0]["Zustand"] = 4
    load(there, "zwei", write_book(tmp_path / "Zwei.xlsx", rows[:1]))
    there.sign_in("office")
    page, name = there.page, str(rows[0]["Objekt-ID"])
    page.get_by_role("navigation").get_by_role("link", name="Konflikte").click()
    there.look("konflikte")
    asked = page.get_by_role("region", name=name)
    expect(asked).to_contain_text("verfallen")
    asked.get_by_label("verfallen").check()
    asked.get_by_label("Grund").fill("Vor Ort nachgesehen")
    asked.get_by_role("button", name="Entscheiden").click()
    expect(page.get_by_role("region", name=name)).to_have_count(0)


def test_the_office_decides_a_likely_pair(there: Visit, tmp_path: Path) -> None:
    """A building that was 12 in one wave and 12 a in the next is one object after the decision."""
    number = f"{there.number}2"
    first, second = there.rows({"Hausnummer": number}, {"Hausnummer": f"{number} a"})
    second |= {"Welle": "2021-W1", "Erhebungsdatum": "2021-05-20", "Straße": first["Straße"]}
    load(there, "frueher", write_book(tmp_path / "Frueher.xlsx", [first]))
    load(there, "spaeter", write_book(tmp_path / "Spaeter.xlsx", [second]))
    there.sign_in("office")
    page = there.page
    page.goto("/amt/paare?form=vacancies&wave=2021-W1")
    there.look("paare")
    name = f"{first['Objekt-ID']} → {second['Objekt-ID']}"
    asked = page.get_by_role("region", name=name, exact=True)
    asked.get_by_label("Es ist dasselbe Objekt").check()
    asked.get_by_label("Grund").fill("Hausnummer war falsch notiert")
    asked.get_by_role("button", name="Entscheiden").click()
    expect(page.get_by_role("heading", name="Paare")).to_be_visible()
    expect(page.get_by_role("heading", name=name)).to_have_count(0)


def test_the_draft_differs_until_it_is_approved(there: Visit, tmp_path: Path) -> None:
    """An approved wave changes: the new figure stays in the draft until it has a reason."""
    page, path = there.page, tmp_path / "Freigabe.xlsx"
    rows = there.rows(*[{}] * 5)
    load(there, "frei", write_book(path, rows[:4]))
    there.sign_in("office")
    page.goto("/amt/veroeffentlichen")
    approve(there, "Zahlen abgestimmt")
    there.sign_out()
    there.sign_in("frei")
    there.upload(write_book(path, rows))
    there.hand_in()
    there.sees("Geladen als Lieferung")
    there.sign_out()
    there.sign_in("office")
    page.goto("/amt/veroeffentlichen")
    there.sees("Unterschied zur veröffentlichten Ausgabe")
    there.sees("Wattenscheid-Mitte, Welle 2019-W1")
    there.click("Veröffentlichen")
    there.sees("Veröffentlichen: fertig")
    there.look("entwurf")
    page.get_by_role("link", name="Entwurf ansehen").click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page.goto("/amt/veroeffentlichen")
    approve(there, "Nachgemeldete Einheit")
    there.sees("Nichts wartet auf Freigabe.")


def approve(there: Visit, reason: str) -> None:
    there.page.get_by_label("Wer gibt frei").fill("A. Muster")
    there.page.get_by_label("Grund").fill(reason)
    there.click("Freigeben")
    there.sees("Freigabe: fertig")
    there.sees(reason)
