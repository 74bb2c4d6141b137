"""The example workbooks walked to their published pages, once for all tests of this room."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.home import Home, make_home
from pipelines.walk import refresh_home
from raw.examples import AREAS, DEMO, FOLDER, NOTICE


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the examples loaded and published; tests do not change it."""
    root = tmp_path_factory.mktemp("examples") / "home"
    home = make_home(root)
    shutil.copytree(AREAS, home.areas, dirs_exist_ok=True)
    (root / "leerstand.toml").write_text(
        f'notice = "{NOTICE}"\nprovider = "Stadt Bochum"\ncontact = "statistik@example.org"\n'
        'site_url = "https://example.org/leerstand/"\n'
    )
    for team, files in DEMO.items():
        folder = home.inbox / team
        folder.mkdir(parents=True)
        for file in files:
            shutil.copy(FOLDER / file, folder / file)
    refresh_home(home)
    return home


@pytest.fixture(scope="session")
def site(examples: Home) -> Path:
    """The published site of the examples."""
    return examples.published
