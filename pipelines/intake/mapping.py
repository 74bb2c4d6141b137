"""Mapping files: other people's headings and values, as data (DESIGN.md, Places and sheets).

In: a YAML file read as text throughout.
Out: `Mapping`, checked, which recognition and parsing consult before everything else.
"""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mapping:
    """One mapping file.

    Attributes:
        columns: heading as written there → the columns that each get the value; the pseudo
            columns address and latlon are split while parsing.
        values: column → value in the sheet, folded → code; None means not stated, "*" all others.
        constants: column → value for every row; "coverage" is the coverage of an inventory.
        units: column → unit of the sheet where it is not the column's.
        keep: heading → values of the rows that are taken; empty takes all.
        ignore: headings passed over with a hint; ("*",) means every heading not mapped.
        sheets: names of the sheets it is for; empty means all that fit.
        decimal: the sheet's decimal sign, or None for the column's own evidence.
        district_from: "postcode", "coordinates" or None.
        digest: sha256 of the file's bytes, kept in the ledger.
    """

    form: str
    digest: str
    name: str = ""
    municipality: str | None = None
    columns: ReadOnly[str, tuple[str, ...]] = field(default_factory=dict)
    values: ReadOnly[str, ReadOnly[str, str | None]] = field(default_factory=dict)
    constants: ReadOnly[str, str] = field(default_factory=dict)
    units: ReadOnly[str, str] = field(default_factory=dict)
    keep: ReadOnly[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    decimal: str | None = None
    district_from: str | None = None
