"""One marked copy as a process: `python -m benchmarks.marked_copy SOURCE TARGET ROWS`.

In: a workbook of `benchmarks.workbooks`, already checked elsewhere.
Out: its copy with a mark in every twentieth row, so that the copying is measured alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.workbooks import SHEET
from pipelines.feedback.marked import write_marked
from pipelines.intake.findings import Finding
from pipelines.intake.result import CheckedWorkbook, Status

EVERY = 20
POSTCODE = "J"


def checked(rows: int) -> CheckedWorkbook:
    """A check that found one mistake in every twentieth row, each of another value."""
    findings = tuple(
        Finding(
            "postcode-implausible", form="vacancies", sheet=SHEET, field="postcode", rows=(row,),
            cells=(f"{POSTCODE}{row}",), value=f"{row:05}",
        )
        for row in range(2, rows + 2, EVERY)
    )  # fmt: skip
    return CheckedWorkbook("rows.xlsx", "0" * 64, Status.PARTIAL, (), (), findings)


if __name__ == "__main__":
    source, target, rows = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    write_marked(source, checked(rows), target, "de")
