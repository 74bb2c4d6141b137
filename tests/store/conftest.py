"""A home with the Bochum examples loaded, as the demo does it; tests that change it take a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.home import Home, make_home, open_home
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.store import build_edition, open_writer, receive
from pipelines.store.ledger_copy import bring_ledger
from raw.examples import AREAS, DEMO, FOLDER
from schemas.places import PACKAGED, Places, load_places


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture(scope="session")
def bochum(tmp_path_factory: pytest.TempPathFactory, reader: Reader) -> Home:
    """The examples of raw/examples, loaded and with an edition; not to be changed."""
    home = make_home(tmp_path_factory.mktemp("bochum") / "home")
    shutil.copytree(AREAS, home.areas, dirs_exist_ok=True)
    places = places_of(home)
    with open_writer(home) as writer:
        for team, files in DEMO.items():
            for file in files:
                said = CheckOptions(team=team, today="2026-11-22")
                sent = receive(home, FOLDER / file, said, places)
                with sent.archive.at_hand(sent.sha256) as path:
                    book = check_file(path, sent.options, places, reader, name=sent.file)
                assert writer.load(sent, book).is_loaded
    build_edition(home, places)
    return home


@pytest.fixture
def bochum_copy(bochum: Home, tmp_path: Path) -> Home:
    """The same home, to be changed at will, its ledger where the settings say."""
    shutil.copytree(bochum.root, tmp_path / "copy")
    home = open_home(tmp_path / "copy")
    if home.settings().ledger_url:
        bring_ledger(home, home.ledger)
    return home


def places_of(home: Home) -> Places:
    """The places of a home."""
    return load_places(PACKAGED, home.areas)
