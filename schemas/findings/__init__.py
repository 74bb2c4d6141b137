"""The catalogue of findings: every code with its severity, texts and an example, as data.

In: the TOML files beside this one, a file per stage that can find something
(file, tables, headings, values, rules, loading). An entry reads

    [value-unreadable]
    severity = "error"
    example = "gross_area_m2: nicht ausgemessen, gross"
    de = { message = "… {value} …", remedy = "…" }
    en = { message = "… {value} …", remedy = "…" }

Out: `CATALOGUE`, code → `Entry`. Nothing else in the house words a finding.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.columns import Label, Severity

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """One kind of finding. Message and remedy may name the finding's parameters in braces."""

    code: str
    severity: Severity
    message: Label
    remedy: Label
    example: str
    stage: str


@cache
def catalogue() -> dict[str, Entry]:
    """Every finding that can occur, by code, in the order of the files.

    Raises:
        ValueError: a code stands twice.
    """
    entries: dict[str, Entry] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for code, content in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in entries:
                raise ValueError(f"{path.name}: finding {code} stands twice")
            entries[code] = Entry(
                code=code,
                severity=content["severity"],
                message=Label(content["de"]["message"], content["en"]["message"]),
                remedy=Label(content["de"]["remedy"], content["en"]["remedy"]),
                example=content["example"],
                stage=path.stem,
            )
    return entries
