"""Checking: a workbook as read becomes typed rows with everything found about them.

In: a `Workbook` (or the path of a file and a reader), options and places.
Out: a `CheckedWorkbook`. A file that cannot be read or used is a verdict, never an exception.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.intake.assemble import check_recognised
from pipelines.intake.cells import Workbook
from pipelines.intake.corrections import apply_corrections, read_corrections
from pipelines.intake.findings import Finding, in_order
from pipelines.intake.mappings import mapping_for
from pipelines.intake.options import CheckOptions
from pipelines.intake.progress import progress
from pipelines.intake.reader import Reader, UnreadableFile
from pipelines.intake.recognise import recognise
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.intake.walk_list import take_unchanged
from pipelines.intake.words import word
from schemas.places import Places


def check_file(
    path: Path,
    options: CheckOptions,
    places: Places,
    reader: Reader,
    *,
    name: str | None = None,
) -> CheckedWorkbook:
    """Read and check one file; `name` is the name it was uploaded under.

    Raises:
        InputFailure: the mapping file named in the options cannot be used.
    """
    try:
        workbook = reader.read(path, options.limits, name=name)
    except UnreadableFile as refusal:
        return unreadable(refusal)
    return check_workbook(workbook, options, places)


def unreadable(refusal: UnreadableFile) -> CheckedWorkbook:
    """The verdict on a file that gives no workbook."""
    return CheckedWorkbook(
        refusal.file, refusal.sha256, Status.UNREADABLE, (), (), refusal.findings
    )


def check_workbook(workbook: Workbook, options: CheckOptions, places: Places) -> CheckedWorkbook:
    """Recognise, parse and check the tables of a workbook.

    Raises:
        InputFailure: the mapping file named in the options, or a file of corrections, cannot be
            used.
    """
    mapping = mapping_for(workbook, options)
    recognised = take_unchanged(recognise(workbook, mapping), workbook)
    corrections = read_corrections(options.correction_folders)
    recognised = apply_corrections(recognised, corrections, workbook, options.team)
    checked = check_recognised(workbook, recognised, mapping, options, places)
    told = checked.findings
    if workbook.stamp.get("template"):
        told = tuple(finding for finding in told if not _is_from_cover(finding))
    mended = progress(workbook, told)
    if mended is not None:
        told = in_order((*told, mended))
    return replace(checked, findings=told, corrects=workbook.stamp.get("corrects"))


def _is_from_cover(finding: Finding) -> bool:
    """Whether a finding only says that the cover of our own template did what it is for."""
    return finding.code == "value-filled" and finding.parameters["origin"] == word("from-cover")
