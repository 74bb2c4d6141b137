"""The README's commands run as they stand, one after the other, and its links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("leerstand ")]
# Checking the workbook full of mistakes ends with 1: it has errors.
ENDS_WITH_1 = "Fehlerbeispiel"


def test_the_commands_run_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "raw").symlink_to(ROOT / "raw")
    program = Path(sys.executable).with_name("leerstand")
    kept = {name: value for name, value in os.environ.items() if "LEERSTAND" not in name}
    for command in COMMANDS:
        done = subprocess.run(
            [program, *shlex.split(command)[1:]],
            cwd=tmp_path,
            env=kept,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == (1 if ENDS_WITH_1 in command else 0), (
            f"{command}\n{done.stdout}\n{done.stderr}"
        )


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_the_targets_are_there(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_the_links_lead_somewhere(target: str) -> None:
    assert "://" in target or (ROOT / target).exists()


def test_every_line_is_a_command_that_is_tested() -> None:
    assert COMMANDS
    assert all(line.startswith(("leerstand ", "make ")) for line in LINES if line)
