"""Bad input: exit code 2, one clear sentence in the chosen language, nothing lost."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from filelock import FileLock

from .conftest import Office, write_sheet


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What the command said; nobody reads a traceback."""
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr + done.stdout


def archived(office: Office, path: Path) -> bool:
    """Whether the bytes of `path` lie in the archive."""
    wanted = hashlib.sha256(path.read_bytes()).hexdigest()
    return any(
        hashlib.sha256(found.read_bytes()).hexdigest() == wanted
        for found in (office.root / "raw/archive").rglob("*")
        if found.is_file()
    )


def text_named_xlsx(folder: Path) -> Path:
    path = folder / "Erhebung.xlsx"
    path.write_text("Liebe Kolleginnen, die Liste kommt morgen.\n", encoding="utf-8")
    return path


def empty_workbook(folder: Path) -> Path:
    openpyxl.Workbook().save(folder / "leer.xlsx")
    return folder / "leer.xlsx"


def empty_file(folder: Path) -> Path:
    (folder / "nichts.xlsx").touch()
    return folder / "nichts.xlsx"


def something_else(folder: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (("Kuchen", "Preis"), ("Käsekuchen", 3.5), ("Bienenstich", 3.2)):
        book.active.append(row)
    book.save(folder / "Kuchen.xlsx")
    return folder / "Kuchen.xlsx"


BAD = [text_named_xlsx, empty_workbook, empty_file, something_else]


@pytest.mark.parametrize("make", BAD)
@pytest.mark.parametrize("command", ["check", "ingest"])
def test_a_bad_file_gets_a_verdict_and_exit_code_2(
    swift: Office, tmp_path: Path, command: str, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path)
    done = swift.run(command, path)
    assert done.returncode == 2
    assert path.name in told(done)
    if command == "ingest":
        assert archived(swift, path)


def test_a_bad_file_does_not_take_a_good_one_down(swift: Office, tmp_path: Path) -> None:
    good = write_sheet(tmp_path / "gut.xlsx", [{}])
    files = swift.json("ingest", text_named_xlsx(tmp_path), good, tmp_path / "fehlt.xlsx")["files"]
    assert [(entry["file"], entry["status"]) for entry in files][1] == ("gut.xlsx", "accepted")
    assert len(files) == 3


@pytest.mark.parametrize(("lang", "word"), [("de", "Datei"), ("en", "file")])
def test_a_file_that_does_not_exist(swift: Office, lang: str, word: str) -> None:
    done = swift.run("--lang", lang, "check", "fehlt.xlsx")
    assert done.returncode == 2
    assert "fehlt.xlsx" in told(done)
    assert word in told(done)


@pytest.mark.parametrize(
    "command", [["ingest", "x.xlsx"], ["publish"], ["summary"], ["status"], ["sql", "SELECT 1"]]
)
def test_a_folder_that_is_no_home_is_refused_with_the_way_out(
    tmp_path: Path, command: list[str]
) -> None:
    write_sheet(tmp_path / "x.xlsx", [{}])
    done = Office(tmp_path).run(*command)
    assert done.returncode == 2
    assert "init" in told(done)
    assert {path.name for path in tmp_path.iterdir()} == {"x.xlsx"}


def test_a_store_that_another_run_holds(office: Office, tmp_path: Path) -> None:
    office.environment["LEERSTAND_STORE_WAIT_SECONDS"] = "1"
    path = write_sheet(tmp_path / "gut.xlsx", [{}])
    with FileLock(office.root / "warehouse/store.lock"):
        done = office.run("ingest", path)
    assert done.returncode == 2
    assert len(told(done).strip().splitlines()) <= 3
    assert archived(office, path)
    assert office.ingest(path)[0]["status"] == "accepted"
    office.run("publish")
    assert office.value("SELECT count(*) FROM vacancies") == 1


def test_a_store_that_another_program_has_opened(office: Office, tmp_path: Path) -> None:
    office.environment["LEERSTAND_STORE_WAIT_SECONDS"] = "1"
    first = write_sheet(tmp_path / "a.xlsx", [{}])
    office.ingest(first)
    held = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    store = str(office.root / "warehouse/store.duckdb")
    with subprocess.Popen(
        [sys.executable, "-c", held, store],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        second = write_sheet(tmp_path / "b.xlsx", [{"Hausnummer": "905"}])
        done = office.run("ingest", second)
        other.communicate("\n")
    assert done.returncode == 2
    told(done)
    assert archived(office, second)


def test_a_place_where_nothing_can_be_written(office: Office, tmp_path: Path) -> None:
    """Root may write everywhere, so a file stands where a folder should be made."""
    (tmp_path / "file").touch()
    done = office.run("init", tmp_path / "file" / "home", home=False)
    assert done.returncode == 2
    assert str(tmp_path / "file") in told(done)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_write_permission(office: Office, tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "gut.xlsx", [{}])
    (office.root / "raw/archive").chmod(0o500)
    done = office.run("ingest", path)
    (office.root / "raw/archive").chmod(0o700)
    assert done.returncode == 2
    told(done)
