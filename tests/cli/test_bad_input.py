"""Bad input: exit code 2, one sentence in the chosen language, no traceback, nothing lost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import openpyxl
import pytest
from filelock import FileLock

from pipelines.home import Home
from pipelines.publish import Published
from raw.examples import FOLDER
from tests.cli.conftest import Run

WERNE = FOLDER / "Werne_Langendreer_2019.xlsx"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "text.xlsx").write_text("Das ist keine Tabelle.")
    (folder / "none.xlsx").write_bytes(b"")
    book = openpyxl.Workbook()
    book.save(folder / "empty.xlsx")
    assert book.active is not None
    book.active.append(["Artikel", "Preis"])
    book.active.append(["Schrauben", 3])
    book.save(folder / "other.xlsx")
    return folder


@pytest.mark.parametrize(
    ("file", "lang"),
    [
        ("missing.xlsx", "de"),
        ("missing.xlsx", "en"),
        ("text.xlsx", "de"),
        ("none.xlsx", "en"),
        ("empty.xlsx", "de"),
        ("other.xlsx", "en"),
    ],
)
def test_a_file_that_is_no_survey(file: str, lang: str, bad: Path, home: Path, run: Run) -> None:
    checked = run("check", bad / file, "--lang", lang)
    assert checked.code == 2
    ingested = run("--home", home, "ingest", bad / file, "--lang", lang)
    assert ingested.code == 2
    for told in (checked, ingested):
        assert "Traceback" not in told.out + told.err
        assert told.err == ""
        assert ("Fehler" in told.out or "nicht" in told.out) == (lang == "de")


def test_what_was_received_is_archived_whatever_it_is(bad: Path, home: Path, run: Run) -> None:
    run("--home", home, "ingest", bad / "text.xlsx", bad / "empty.xlsx", bad / "missing.xlsx")
    entries = run("--home", home, "status", "--json").json["submissions"]
    assert [entry["file"] for entry in entries] == ["text.xlsx", "empty.xlsx"]
    archived = [path.read_bytes() for path in (home / "raw/archive").rglob("*") if path.is_file()]
    for name in ("text.xlsx", "empty.xlsx"):
        assert (bad / name).read_bytes() in archived


def test_one_bad_file_takes_no_other_down(bad: Path, home: Path, run: Run) -> None:
    told = run(
        "--home", home, "ingest", bad / "text.xlsx", bad / "missing.xlsx", WERNE, "--json"
    )  # fmt: skip
    assert told.code == 1
    entries = told.json["files"]
    assert [entry["status"] for entry in entries][2] == "accepted"
    assert [bool(entry["submission"]) for entry in entries] == [True, False, True]


@pytest.mark.parametrize("command", ["ingest x.xlsx", "publish", "refresh", "summary", "status"])
def test_a_folder_that_is_no_home(command: str, tmp_path: Path, run: Run) -> None:
    told = run("--home", tmp_path, *command.split())
    assert told.code == 2
    assert "leerstand init" in told.err
    assert len(told.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_locked_store_loses_nothing(
    home: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEERSTAND_STORE_WAIT_SECONDS", "0.3")
    (home / "warehouse").mkdir(exist_ok=True)
    with FileLock(home / "warehouse/store.lock"):
        told = run("--home", home, "ingest", WERNE)
    assert told.code == 2
    assert "schreibt gerade" in told.err
    assert run("--home", home, "status", "--json").json["submissions"][0]["status"] == "pending"
    shutil.copytree(home, tmp_path / "same")
    other = FOLDER / "Bestand_2019.xlsx"
    assert run("--home", home, "ingest", other).code == 0
    entries = run("--home", home, "status", "--json").json["submissions"]
    assert [entry["status"] for entry in entries] == ["accepted", "accepted"]
    # `refresh` tells of what it caught up with.
    monkeypatch.setattr("pipelines.cli.office.publish_home", _nothing_published)
    told = run("--home", tmp_path / "same", "--lang", "en", "refresh")
    assert told.code == 0
    assert told.out.startswith("S000001  Werne_Langendreer_2019.xlsx: accepted")


def _nothing_published(home: Home) -> Published:
    return Published("none", home.published, ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_to_write(home: Path, run: Run) -> None:
    (home / "raw/archive").chmod(0o500)
    told = run("--home", home, "ingest", WERNE)
    (home / "raw/archive").chmod(0o700)
    assert told.code == 2
    assert "darf nicht geschrieben werden" in told.err


def test_a_mapping_that_is_not_there(home: Path, run: Run) -> None:
    told = run("--home", home, "ingest", WERNE, "--mapping", home / "none.yml")
    assert told.code == 2
    assert "none.yml" in told.err
    assert not [path for path in (home / "raw" / "archive").rglob("*") if path.is_file()]
    assert run("--home", home, "status", "--json").json["submissions"] == []


def test_settings_that_make_no_sense(home: Path, run: Run) -> None:
    (home / "leerstand.toml").write_text('approval = "maybe"\n')
    told = run("--home", home, "ingest", WERNE)
    assert told.code == 2
    assert "approval" in told.err


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", "Say what is decided about 25-A0001"),
        ("--source S000001", "--source needs --wave"),
        ("--void --same-as 25-A0002", "--void, --same-as are named"),
        ("--void", "There is no object"),
        ("--void --undo", "no such decision"),
        ("--source 17 --wave 2019-W1", "Submission S000017 does not hold"),
    ],
)
def test_a_decision_that_makes_no_sense(home: Path, run: Run, said: str, sentence: str) -> None:
    words = ["decide", "25-A0001", "--reason", "r", *said.split()]
    told = run("--home", home, "--lang", "en", *words)
    assert (told.code, told.out) == (2, "")
    assert sentence in told.err
