"""What a caller may say about a file before it is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pipelines.home import Settings
from schemas.columns import Lang


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost; past that the file is unreadable, never the service."""

    memory_mb: int = 4096
    seconds: float = 120.0
    unpacked_mb: int = 2048

    @classmethod
    def set_by(cls, settings: Settings) -> Self:
        """The limits that an office set."""
        return cls(settings.reader_memory_mb, settings.reader_seconds, settings.unpacked_mb)


@dataclass(frozen=True)
class CheckOptions:
    """The stamp of the upload form or command line.

    Attributes:
        team: who uploads; "ohne" where nobody said.
        wave: fills blank waves; a contradiction in the sheet is an error.
        area: fills blank survey areas; what the sheet or its cover says beats it.
        municipality: key that districts are read in where the sheet and mapping name none.
        mapping: a mapping file named explicitly.
        mapping_folders: folders whose *.yml are tried, chosen by the headings they name.
        correction_folders: folders whose *.yml are the office's corrections.
        today: dates after it are refused (ISO date); part of the options so that a rebuild agrees.
    """

    team: str = "ohne"
    wave: str | None = None
    area: str | None = None
    municipality: str = "05911000"
    mapping: Path | None = None
    mapping_folders: tuple[Path, ...] = ()
    correction_folders: tuple[Path, ...] = ()
    today: str = ""
    lang: Lang = "de"
    limits: Limits = Limits()
