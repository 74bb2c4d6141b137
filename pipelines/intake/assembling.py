"""Assembling: what comes back from the worker to a `Workbook`.

In: the worker's messages and the descriptors of the Arrow files attached to them.
Out: `Workbook`. Apart from the reader, so that a file is already being read while polars loads.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from pipelines.intake.cells import Merge, Sheet, Workbook
from pipelines.intake.file_notes import file_findings, printable, sheet_findings
from pipelines.intake.findings import Finding
from pipelines.intake.naming import ROW, column_of
from pipelines.intake.stamp import PROPERTY, read_stamp

_STAMP_ROWS = 3


@dataclass
class Reply:
    """What has come back from the worker for one file."""

    about: dict[str, Any] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    told: list[Finding] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)

    def take(self, message: dict[str, Any], descriptor: int | None) -> None:
        """Take one message; the attached file is read and closed."""
        if descriptor is not None:
            with os.fdopen(descriptor, "rb") as file:
                file.seek(0)
                self.frames.append(pl.read_ipc_stream(file))
        elif message["kind"] == "file":
            self.about = message
        elif message["kind"] == "sheet":
            message["name"] = printable(message["name"])
            self.told += sheet_findings(message)
            if not message.get("is_chart"):
                self.sheets.append(_sheet(message, self.frames))
            self.frames = []

    def workbook(self, name: str, digest: str) -> Workbook:
        """The workbook, when all messages have been taken."""
        stamp = read_stamp(self.about.get("properties", {}).get(PROPERTY)) or {}
        for sheet in self.sheets:
            stamp |= {key: value for key, value in sheet.stamp.items() if key != "role"}
        is_ours = bool(stamp)
        if self.about.get("is_1904"):
            stamp["date1904"] = "true"
        if self.about.get("text"):
            # The worker knows the bytes in the archive, not the name they were uploaded under.
            self.sheets = [replace(sheet, name=PurePosixPath(name).stem) for sheet in self.sheets]
        # The comments of a workbook of ours are what we had to say ourselves.
        told = [f for f in self.told if not (is_ours and f.code == "cells-commented")]
        return Workbook(
            file=name,
            sha256=digest,
            format=self.about["format"],
            sheets=tuple(self.sheets),
            stamp=stamp,
            findings=(*file_findings(name, self.about), *told),
        )


def _stamped(frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str]]:
    """The stamp in one of the first rows of a sheet, and the frame without its cell."""
    head = frame.head(_STAMP_ROWS).filter(pl.col(ROW) <= _STAMP_ROWS)
    for name in head.columns:
        if head.schema[name] != pl.String:
            continue
        for row, text in zip(head[ROW].to_list(), head[name].to_list(), strict=True):
            stamp = read_stamp(text)
            if stamp is not None:
                is_stamp = (pl.col(ROW) == row).and_(pl.col(name) == text)
                cleared = pl.when(is_stamp).then(None).otherwise(pl.col(name)).alias(name)
                return frame.with_columns(cleared), stamp
    return frame, {}


def _sheet(message: dict[str, Any], frames: list[pl.DataFrame]) -> Sheet:
    frame = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={ROW: pl.Int32})
    frame, stamp = _stamped(frame)
    letters = sorted(
        {name.partition(":")[0] for name in frame.columns if name != ROW}, key=column_of
    )
    ordered = sorted(
        (name for name in frame.columns if name != ROW),
        key=lambda name: (column_of(name.partition(":")[0]), name),
    )
    return Sheet(
        name=message["name"],
        frame=frame.select(ROW, *ordered),
        letters=tuple(letters),
        is_hidden=message.get("is_hidden", False),
        merges=tuple(Merge(*merge) for merge in message.get("merges", ())),
        hidden_rows=frozenset(message.get("hidden_rows", ())),
        colours=dict(message.get("colours", ())),
        hidden_columns=frozenset(message.get("hidden_columns", ())),
        widths=tuple(message.get("widths", ())),
        stamp=stamp,
    )
