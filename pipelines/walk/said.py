"""What is known of files before they are read: the words of their sender, settings, places.

In: a home (or none), a command line, the folders of the inbox.
Out: uploads (path and what was said of it) and `CheckOptions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.home import Home, Settings, read_settings
from pipelines.intake.options import CheckOptions, Limits
from pipelines.store.submission import Mode
from schemas.places import PACKAGED, Places, load_places

NO_TEAM = "ohne"
PASSED_OVER = ("~$", ".")
"""Names that begin so are lock files of Excel and hidden files, never uploads."""


@dataclass(frozen=True)
class Said:
    """What was said about files on the command line, the page or by their folder."""

    team: str = NO_TEAM
    wave: str | None = None
    municipality: str | None = None
    mapping: Path | None = None
    mode: Mode | None = None
    is_strict: bool = False
    area: str | None = None


def session_settings(home: Home | None) -> Settings:
    """The settings of a home, or those of the environment alone."""
    return home.settings() if home else read_settings(None)


def home_places(home: Home | None) -> Places:
    """The packaged places, and over them those of the home."""
    return load_places(PACKAGED, *([home.areas] if home else []))


def check_options(settings: Settings, said: Said, home: Home | None = None) -> CheckOptions:
    """What checking needs to know: what was said, then the settings."""
    return CheckOptions(
        team=said.team,
        wave=said.wave,
        area=said.area,
        municipality=said.municipality or settings.municipality,
        mapping=said.mapping,
        mapping_folders=(home.mappings / said.team,) if home else (),
        correction_folders=(home.corrections,) if home else (),
        today=date.today().isoformat(),  # noqa: DTZ011 - the day where the office is
        lang=settings.lang,
        limits=Limits.set_by(settings),
    )


def uploads_in(paths: Sequence[Path], said: Said) -> list[tuple[Path, Said]]:
    """Files as named; of a folder the files in it, by name."""
    files = [file for path in paths for file in (_files_in(path) if path.is_dir() else [path])]
    return [(file, said) for file in files]


def inbox(home: Home) -> list[tuple[Path, Said]]:
    """All files in raw/inbox/TEAM/, deeper ones too, by team and name."""
    teams = sorted(path for path in home.inbox.glob("*") if path.is_dir())
    return [(file, Said(team=team.name)) for team in teams for file in _files_in(team)]


def _files_in(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(PASSED_OVER)
    )
