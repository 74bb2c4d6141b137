"""The home: the folder of one office, and its settings.

In: a path, environment variables LEERSTAND_* and the file leerstand.toml in the home.
Out: `Home`, the only place that knows which file lies where, and `Settings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipelines.errors import HomeFailure
from schemas.columns import Lang

MARKER = "leerstand.toml"

_FOLDERS = (
    "raw/inbox", "raw/archive", "raw/mappings", "raw/corrections",
    "warehouse/editions", "warehouse/parquet", "areas", "published", "drafts",
)  # fmt: skip


class Settings(BaseSettings):
    """What an office may set; the environment beats leerstand.toml.

    Units: limits in the unit that their name ends with.
    """

    model_config = SettingsConfigDict(env_prefix="LEERSTAND_", extra="ignore")

    lang: Lang = "de"
    municipality: str = "05911000"
    approval: Literal["none", "required"] = "none"
    notice: str = ""
    provider: str = ""
    licence: str = "dl-de/by-2-0"
    reader_memory_mb: int = 4096
    reader_seconds: float = 120.0
    unpacked_mb: int = 2048
    store_wait_seconds: float = 30.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the home's leerstand.toml."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@dataclass(frozen=True)
class Home:
    """Where everything of one office lies, below `root`."""

    root: Path

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

    def settings(self) -> Settings:
        """The settings that hold in this home."""

        class HomeSettings(Settings):
            model_config = SettingsConfigDict(
                env_prefix="LEERSTAND_", extra="ignore", toml_file=self.root / MARKER
            )

        return HomeSettings()


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
