"""A large workbook gets its copy quickly and in little memory: measured in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

from benchmarks.measure import run_once
from benchmarks.workbooks import write_workbook

ROWS = 100_000
MARKS = ROWS // 20


def test_five_thousand_marks_in_a_hundred_thousand_rows(tmp_path: Path) -> None:
    """Processor seconds, since a busy machine stretches the clock on the wall."""
    source, target = tmp_path / "gross.xlsx", tmp_path / "geprueft.xlsx"
    write_workbook(source, ROWS)
    command = [sys.executable, "-m", "benchmarks.marked_copy", source, target, str(ROWS)]
    _, processor_seconds, peak_mb = run_once(
        [str(part) for part in command], (0,), tmp_path / "log.txt"
    )
    assert processor_seconds < 5
    assert peak_mb < 300
    with ZipFile(target) as package:
        (notes,) = (name for name in package.namelist() if "comments" in name)
        assert package.read(notes).count(b"<comment ") == MARKS
        (listed,) = (name for name in package.namelist() if name.endswith("sheet2.xml"))
        assert package.read(listed).count(b"<hyperlink ") == MARKS
