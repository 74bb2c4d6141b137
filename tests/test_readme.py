"""The README: every command in it runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from pipelines.cli import main

README = Path(__file__).parent.parent / "README.md"


def commands() -> list[list[str]]:
    """The lines of the README that call leerstand, in their order."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("leerstand ")]


def test_the_commands_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LEERSTAND_HOME", raising=False)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / "raw").symlink_to(README.parent / "raw")
    monkeypatch.chdir(tmp_path)
    codes = {" ".join(command): main(command) for command in commands()}
    told = capfd.readouterr()
    assert len(codes) >= 8
    # The faulty example has mistakes, which is what it is for.
    assert {line: code for line, code in codes.items() if code} == {
        "check raw/examples/Fehlerbeispiel.xlsx": 1
    }
    assert "Wattenscheid-Mitte" in told.out
    assert "Traceback" not in told.err
