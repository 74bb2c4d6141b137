"""A home with the registers of the examples, and a way to run commands in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main
from raw.examples import AREAS, FOLDER


@dataclass(frozen=True)
class Told:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Told]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("LEERSTAND_HOME", "LEERSTAND_LANG", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Told:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        told = capfd.readouterr()
        return Told(code, told.out, told.err)

    return run


@pytest.fixture
def home(tmp_path: Path, run: Run) -> Path:
    root = tmp_path / "home"
    assert run("init", root).code == 0
    shutil.copytree(AREAS, root / "areas", dirs_exist_ok=True)
    return root


@pytest.fixture(scope="session")
def example() -> Callable[[str], Path]:
    return lambda name: FOLDER / name
