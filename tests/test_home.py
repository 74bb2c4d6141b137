"""Settings: the environment beats leerstand.toml, and what makes no sense is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InputFailure
from pipelines.home import Settings, make_home, open_home, read_settings


@pytest.mark.parametrize(
    ("toml", "environment", "name", "value"),
    [
        ("", {}, "municipality", "05911000"),
        ('municipality = "06412000"', {}, "municipality", "06412000"),
        ('municipality = "06412000"', {"LEERSTAND_MUNICIPALITY": "1"}, "municipality", "1"),
        ("", {"LEERSTAND_READER_MEMORY_MB": "512"}, "reader_memory_mb", 512),
        ("store_wait_seconds = 2", {}, "store_wait_seconds", 2.0),
        ('unknown_to_us = "x"', {"LEERSTAND_TEST_DATA": "y"}, "lang", "de"),
    ],
)
def test_settings(
    toml: str, environment: dict[str, str], name: str, value: object, tmp_path: Path
) -> None:
    path = tmp_path / "leerstand.toml"
    path.write_text(toml)
    assert getattr(read_settings(path, environment), name) == value


@pytest.mark.parametrize(
    ("toml", "environment", "key"),
    [
        ("", {"LEERSTAND_APPROVAL": "maybe"}, "bad-setting"),
        ("", {"LEERSTAND_READER_SECONDS": "soon"}, "bad-setting"),
        ("municipality = 05911000", {}, "bad-settings-file"),
    ],
)
def test_bad_settings(toml: str, environment: dict[str, str], key: str, tmp_path: Path) -> None:
    path = tmp_path / "leerstand.toml"
    path.write_text(toml)
    with pytest.raises(InputFailure) as failure:
        read_settings(path, environment)
    assert failure.value.key == key


def test_a_new_home_has_the_settings_of_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEERSTAND_LANG", raising=False)
    make_home(tmp_path / "home")
    assert open_home(tmp_path / "home").settings() == Settings()
