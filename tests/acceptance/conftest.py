"""The real command on real homes: what the acceptance tests stand on."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.cli import main
from pipelines.home import make_home, open_home
from pipelines.store import build_edition
from raw.examples import AREAS, DEMO, FOLDER
from schemas.places import PACKAGED, load_places

COMMAND = Path(sys.executable).with_name("leerstand")
EXAMPLES = FOLDER


@dataclass
class Office:
    """A home and the command that works on it, one process a call."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    is_own_process: bool = True

    def run(self, *arguments: object, home: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `leerstand`; nothing is raised for exit codes."""
        where = ["--home", str(self.root)] if home else []
        if not self.is_own_process:
            return _called([*where, *map(str, arguments)])
        command = [str(COMMAND), *where, *map(str, arguments)]
        return run_in(Path.cwd(), command, self.environment)

    def json(self, *arguments: object) -> Any:
        """What the command prints with --json."""
        done = self.run(*arguments, "--json")
        assert done.stdout, f"{arguments}: exit {done.returncode}\n{done.stderr}"
        return json.loads(done.stdout)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What `sql` answers."""
        done = self.run("sql", query, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def renew(self) -> None:
        """Bring the edition up to date without the pages that `publish` makes of it."""
        home = open_home(self.root)
        build_edition(home, load_places(PACKAGED, home.areas))

    def value(self, query: str) -> Any:
        """The only value of a query."""
        (row,) = self.rows(query)
        (value,) = row.values()
        return value

    def ingest(self, *paths: Path, team: str | None = None, options: Sequence[str] = ()) -> Any:
        """Ingest files and give the entries of "files"."""
        stamp = ["--team", team] if team else []
        return self.json("ingest", *paths, *stamp, *options)["files"]


def run_in(
    folder: Path, command: Sequence[str], environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`, free of settings that the machine may have."""
    kept = {name: value for name, value in os.environ.items() if "LEERSTAND" not in name}
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        cwd=folder,
        env=kept | (environment or {}),
    )


def _called(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """The same command without a process of its own, which saves a second each time."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def open_office(root: Path, *, is_own_process: bool = True) -> Office:
    """A new home with the registers of the examples."""
    make_home(root)
    shutil.copytree(AREAS, root / "areas", dirs_exist_ok=True)
    return Office(root, is_own_process=is_own_process)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty home with the registers of the examples."""
    return open_office(tmp_path / "home")


@pytest.fixture
def swift(tmp_path: Path) -> Office:
    """An empty home whose commands run in this process."""
    return open_office(tmp_path / "home", is_own_process=False)


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The home after the whole walk over the examples: ingested and published. Only read it.

    The walk is the real command's; what the tests ask afterwards is asked in this process.
    """
    office = open_office(tmp_path_factory.mktemp("golden") / "home")
    for team, names in DEMO.items():
        for name in names:
            (entry,) = office.ingest(EXAMPLES / name, team=team)
            assert entry["status"] == "accepted", entry
    done = office.run("publish")
    assert done.returncode == 0, done.stderr
    return Office(office.root, is_own_process=False)


def write_sheet(path: Path, rows: Sequence[dict[str, Any]], sheet: str = "Leerstände") -> Path:
    """A workbook with one sheet; what a row does not say is that of a faultless vacancy."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    filled = [VACANCY | row for row in rows]
    headings = list(dict.fromkeys(heading for row in filled for heading in row))
    page.append(headings)
    for row in filled:
        page.append([row.get(heading) for heading in headings])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


VACANCY = {
    "Welle": "2019-W1",
    "Erhebungsdatum": date(2019, 5, 20),
    "Erhebungsgebiet": "WAT",
    "Statistischer Bezirk": "Wattenscheid-Mitte",
    "Straße": "Voedestraße",
    "Hausnummer": "901",
    "Objektart": "EINHEIT",
    "Einheitstyp": "LADENLOKAL",
    "Geschoss": "EG",
    "Status": "LEER",
}


def district_counts(summary: Any, wave: str) -> dict[str, dict[str, int]]:
    """district_code → its entry in `summary --json` of one wave."""
    return {
        district["district_code"]: district
        for each in summary["waves"]
        if each["wave"] == wave
        for municipality in each["municipalities"]
        for area in municipality["areas"]
        for district in area["districts"]
    }
