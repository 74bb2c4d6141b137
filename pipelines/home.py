"""The home: the folder of one office, and its settings.

In: a path, environment variables LEERSTAND_* and the file leerstand.toml in the home.
Out: `Home`, the only place that knows which file lies where, and `Settings`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from pipelines.errors import HomeFailure, InputFailure
from schemas.columns import Lang
from schemas.errors import DeclarationFailure
from schemas.places import PACKAGED, Places, load_places

MARKER = "leerstand.toml"

_FOLDERS = (
    "raw/inbox", "raw/archive", "raw/mappings", "raw/corrections",
    "warehouse/editions", "warehouse/parquet", "areas", "published", "drafts",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What an office may set; LEERSTAND_NAME in the environment beats NAME in leerstand.toml.

    A plain dataclass, since a library for settings costs 0.3 s at every start.
    Units: limits in the unit that their name ends with.
    """

    lang: Lang = "de"
    municipality: str = "05911000"
    approval: Literal["none", "required"] = "none"
    notice: str = ""
    provider: str = ""
    licence: str = "dl-de/by-2-0"
    contact: str = ""
    site_url: str = ""
    page_url: str = ""
    mail_server: str = ""
    mail_from: str = ""
    ledger_url: str = ""
    archive_url: str = ""
    task_runner: Literal["processes", "dask"] = "processes"
    workers: int = 0
    dask_scheduler: str = ""
    lake_url: str = ""
    lake_data: str = ""
    reader_memory_mb: int = 4096
    reader_seconds: float = 120.0
    unpacked_mb: int = 2048
    store_wait_seconds: float = 30.0
    section_map: Literal["off", "on"] = "off"
    small_cell: int = 3
    rate_units: int = 20
    rate_known_percent: int = 80
    headline_small_cell: int = 0
    section_buildings: int = 10
    stock_months: int = 12
    long_months: int = 12
    long_known_percent: int = 50
    editions_kept: int = 20
    discarded_days: int = 30
    originals_months: int = 24


def read_settings(toml: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a home's leerstand.toml (None: no home) and the environment.

    Raises:
        InputFailure: a value that its setting cannot have, or a file that is no TOML.
    """
    variables = os.environ if environment is None else environment
    given = _read_toml(toml) if toml else {}
    types = _types()
    values: dict[str, Any] = {}
    for field in fields(Settings):
        value = variables.get(f"LEERSTAND_{field.name.upper()}", given.get(field.name))
        if value is not None:
            values[field.name] = _typed(field.name, value, types[field.name])
    return Settings(**values)


@cache
def _types() -> dict[str, Any]:
    return get_type_hints(Settings)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputFailure("bad-settings-file", path=path, reason=error) from error


def _typed(name: str, value: object, wanted: Any) -> object:
    choices = get_args(wanted)
    if choices and value not in choices:
        reason = ", ".join(choices)
        raise InputFailure("bad-setting", name=name, value=value, reason=reason)
    try:
        return value if choices else wanted(value)
    except (TypeError, ValueError) as error:
        kind = wanted.__name__
        raise InputFailure("bad-setting", name=name, value=value, reason=kind) from error


@dataclass(frozen=True)
class Home:
    """Where everything of one office lies, below `root`.

    Attributes:
        is_scratch: a copy to try things on: its ledger and archive lie below `root`, whatever the
            settings say.
    """

    root: Path
    is_scratch: bool = False

    @property
    def inbox(self) -> Path:
        return self.root / "raw/inbox"

    @property
    def archive(self) -> Path:
        return self.root / "raw/archive"

    @property
    def ledger(self) -> Path:
        return self.root / "raw/ledger.sqlite"

    @property
    def mappings(self) -> Path:
        return self.root / "raw/mappings"

    @property
    def corrections(self) -> Path:
        return self.root / "raw/corrections"

    @property
    def areas(self) -> Path:
        return self.root / "areas"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def store(self) -> Path:
        return self.warehouse / "store.duckdb"

    @property
    def store_lock(self) -> Path:
        return self.warehouse / "store.lock"

    @property
    def editions(self) -> Path:
        return self.warehouse / "editions"

    @property
    def edition(self) -> Path:
        return self.warehouse / "leerstand.duckdb"

    @property
    def parquet(self) -> Path:
        return self.warehouse / "parquet"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def drafts(self) -> Path:
        return self.root / "drafts"

    def places(self) -> Places:
        """The packaged places and those of this office.

        Raises:
            InputFailure: a register of the office cannot be used as it stands.
        """
        try:
            return load_places(PACKAGED, self.areas)
        except DeclarationFailure as failure:
            raise InputFailure.of(failure) from failure

    def settings(self) -> Settings:
        """The settings that hold in this home."""
        settings = read_settings(self.root / MARKER)
        return replace(settings, ledger_url="", archive_url="") if self.is_scratch else settings


def open_home(root: Path) -> Home:
    """The home at `root`.

    Raises:
        HomeFailure: the folder is no home.
    """
    if not (root / MARKER).is_file():
        raise HomeFailure("no-home", path=root)
    return Home(root.resolve())


def make_home(root: Path) -> Home:
    """Make a home at `root`, keeping whatever stands there already.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    try:
        for folder in _FOLDERS:
            (root / folder).mkdir(parents=True, exist_ok=True)
        marker = root / MARKER
        if not marker.exists():
            marker.write_text("# Settings of this home; see docs/settings.md.\n", encoding="utf-8")
    except OSError as error:
        raise HomeFailure("not-writable", path=root) from error
    return Home(root.resolve())
