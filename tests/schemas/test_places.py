"""Places: read from folders of CSV files, the office's over the packaged ones, refusals clear."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import InputFailure, error_texts
from schemas.errors import DeclarationFailure
from schemas.folding import fold
from schemas.places import PACKAGED, Places, load_places

BOCHUM = "05911000"

# Six boroughs with their districts, as the city lists them.
BOROUGHS = {
    "Mitte": "10 11 13 14 15 16 17 18 19",
    "Wattenscheid": "24 25 26 27 28 29",
    "Nord": "36 37 38 39",
    "Ost": "46 47 48 49",
    "Süd": "53 54 55",
    "Südwest": "63 64 65 66",
}
SPELLINGS = [
    ("25", "Wattenscheid (Mitte)"), ("25", "Wattenscheid-Mitte"), ("25", "BO-Wattenscheid"),
    ("25", "Bochum-Wattenscheid"), ("25", "WAT"), ("25", "WAT-City"), ("25", "WAT-Mitte"),
    ("49", "Langendreer - Alter Bahnhof"), ("49", "Langendreer-Alt. Bahnhof"),
    ("49", "Langendreer/Alter Bahnhof"), ("49", "Langendreer Alter Bahnhof"),
    ("49", "Langendreer-Bahnhof"), ("48", "Langendreer"), ("47", "Werne"),
    ("39", "Kornharpen/Vöde-Abzweig"), ("24", "Guennigfeld"),
]  # fmt: skip


def write_area(root: Path, name: str, **files: str) -> Path:
    """An area folder; `districts="a,b\\n1,2"` becomes districts.csv."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (folder / f"{file}.csv").write_text(text, encoding="utf-8")
    return root


HERNE = "municipality_key,district_code,district\n05916000,01,Mitte\n05916000,02,Wanne\n"


def test_bochum_is_packaged_whole() -> None:
    place = load_places(PACKAGED).by_key[BOCHUM]
    found: dict[str, list[str]] = {}
    for district in place.districts:
        found.setdefault(district.borough, []).append(district.district_code)
        assert district.district_id == f"{BOCHUM}-{district.district_code}"
        assert district.area_km2
    assert {borough: " ".join(codes) for borough, codes in found.items()} == BOROUGHS
    assert [(area.survey_area, area.district_codes) for area in place.survey_areas] == [
        ("WAT", ("25",)),
        ("WLAB", ("47", "49")),
    ]
    assert place.box == (368700, 384700, 5697500, 5709600)
    assert place.crs == "EPSG:25832"


def test_every_district_has_a_tile_of_its_own() -> None:
    tiles = [(d.tile_row, d.tile_col) for d in load_places(PACKAGED).districts()]
    assert len(set(tiles)) == 30
    assert (None, None) not in tiles


@pytest.mark.parametrize(("code", "spelling"), SPELLINGS)
def test_spellings_met_in_the_field(code: str, spelling: str) -> None:
    meant = {
        district.district_code
        for district in load_places(PACKAGED).districts()
        if fold(spelling) in {fold(text) for text in (district.district, *district.synonyms)}
    }
    assert meant == {code}


def test_the_name_of_a_borough_is_no_district() -> None:
    texts = {
        fold(text)
        for district in load_places(PACKAGED).districts()
        for text in (district.district, *district.synonyms)
    }
    assert fold("Wattenscheid") not in texts
    assert fold("Mitte") not in texts


def test_an_office_adds_registers_and_places(tmp_path: Path) -> None:
    root = write_area(
        tmp_path,
        "bochum",
        waves="wave_id;municipality_key;survey_area;starts_on;ends_on;reference_date;status\n"
        f"2019-W1;{BOCHUM};WAT;03.05.2019;2019-05-31;;Veröffentlicht\n",
        sections=f"section_id,municipality_key,length_m,buildings\nS1,{BOCHUM},12.5,14\n",
    )
    write_area(root, "herne", districts=HERNE)
    places = load_places(PACKAGED, root)
    bochum = places.by_key[BOCHUM]
    assert len(bochum.districts) == 30
    (wave,) = bochum.waves
    assert (wave.starts_on, wave.ends_on) == (date(2019, 5, 3), date(2019, 5, 31))
    assert (wave.reference_date, wave.status) == (None, "veröffentlicht")
    assert (bochum.sections[0].length_m, bochum.sections[0].buildings) == (12.5, 14)
    assert [d.district for d in places.by_key["05916000"].districts] == ["Mitte", "Wanne"]


def test_a_district_is_one_line_of_data(tmp_path: Path) -> None:
    packaged = (PACKAGED / "bochum/districts.csv").read_text(encoding="utf-8")
    line = f"{BOCHUM},4,Ost,50,Neuhausen,Neuhsn.,44899,1.5,,,\n"
    places = load_places(PACKAGED, write_area(tmp_path, "bochum", districts=packaged + line))
    added = places.by_key[BOCHUM].districts[-1]
    assert (added.district_id, added.synonyms) == (f"{BOCHUM}-50", ("Neuhsn.",))
    assert len(places.by_key[BOCHUM].survey_areas) == 2, "packaged files stay"


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    first = load_places(PACKAGED, write_area(tmp_path / "a", "herne", districts=HERNE))
    again = load_places(PACKAGED, write_area(tmp_path / "b", "herne", districts=HERNE))
    other = load_places(
        PACKAGED, write_area(tmp_path / "c", "herne", districts=HERNE.replace("Wanne", "Eickel"))
    )
    assert first.digest == again.digest
    assert first.digest != other.digest
    assert load_places(tmp_path / "none") == Places({}, load_places().digest)


def test_a_key_may_hold_hyphens(tmp_path: Path) -> None:
    text = "municipality_key,district_code,district\nca-bc-van,D-1,Kitsilano\n"
    places = load_places(write_area(tmp_path, "vancouver", districts=text))
    assert places.by_key["ca-bc-van"].districts[0].district_id == "ca-bc-van-D-1"


AREA = "municipality_key,survey_area,district_codes\n"
WAVE = "wave_id,municipality_key,starts_on,status\n"
REFUSED = [
    ({"districts": "district_code,district\n1,A\n"}, "register-column-missing"),
    ({"districts": "municipality_key,district_code,district\n5,,A\n"}, "register-field-missing"),
    ({"districts": HERNE + "05916000,01,Noch einmal\n"}, "register-field-unreadable"),
    ({"districts": HERNE + "05916000,03,wanne\n"}, "register-field-unreadable"),
    ({"districts": HERNE, "survey_areas": AREA + "05916000,X,01|09\n"},
     "register-field-unreadable"),
    ({"districts": HERNE, "waves": WAVE + "1,05916000,gestern,\n"}, "register-field-unreadable"),
    ({"districts": HERNE, "waves": WAVE + "1,05916000,,vielleicht\n"},
     "register-field-unreadable"),
    ({"districts": HERNE, "waves": WAVE + "1,05916000,,\n1,05916000,,\n"},
     "register-field-unreadable"),
    ({"waves": WAVE + "1,05916000,,\n"}, "place-without-districts"),
    ({"districts": HERNE, "municipality": "municipality_key,district_code_pattern\n05916000,[\n"},
     "register-field-unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "key"), REFUSED)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, files: dict[str, str], key: str) -> None:
    with pytest.raises(DeclarationFailure) as refusal:
        load_places(write_area(tmp_path, "herne", **files))
    assert refusal.value.key == key
    assert key in error_texts().labels
    for lang in ("de", "en"):
        assert ".csv" in InputFailure.of(refusal.value).sentence(lang) or key.startswith("place")


def test_a_register_in_another_encoding_is_refused(tmp_path: Path) -> None:
    folder = write_area(tmp_path, "herne", districts=HERNE)
    path = folder / "herne/districts.csv"
    path.write_bytes(HERNE.replace("Mitte", "Süd").encode("latin-1"))
    with pytest.raises(DeclarationFailure, match="register-not-utf8"):
        load_places(folder)


def test_a_wave_without_status_does_not_go_live(tmp_path: Path) -> None:
    folder = write_area(tmp_path, "herne", districts=HERNE, waves=WAVE + "1,05916000,,\n")
    assert load_places(folder).by_key["05916000"].waves[0].status == "laufend"
