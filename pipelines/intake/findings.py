"""Findings: what was found in a workbook, where, and how to mend it.

In: a code of the catalogue with its parameters and cells.
Out: `Finding`, whose texts are made only when shown, and its public JSON shape.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from schemas.columns import Lang, Severity
from schemas.findings import catalogue

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}


class Count(int):
    """A number that texts may name with its noun: "{count:Zeile|Zeilen}" is "1 Zeile"."""

    def __format__(self, spec: str) -> str:
        one, sign, many = spec.partition("|")
        return f"{int(self)} {one if self == 1 else many}" if sign else super().__format__(spec)


@dataclass(frozen=True)
class Finding:
    """One kind of fault or reading with all its cells.

    Attributes:
        code: key of the catalogue.
        form, sheet, field: where; None where the finding is about more than that.
        rows: sheet rows, ascending; one per occurrence in a row.
        cells: single A1 names without sheet, in the order of rows; empty where no cell is meant.
        value: what stands there, as text; None where there is no single value.
        proposal: the value that would be accepted; None where nobody can know.
        parameters: what the texts name besides (column titles are Labels, rendered per language).
    """

    code: str
    form: str | None = None
    sheet: str | None = None
    field: str | None = None
    rows: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()
    value: str | None = None
    proposal: str | None = None
    parameters: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """The severity that the catalogue gives the code."""
        return catalogue()[self.code].severity

    @property
    def count(self) -> int:
        """How often it occurs; a finding without rows occurs once."""
        return max(len(self.rows), len(self.cells), 1)

    def message(self, lang: Lang) -> str:
        """What was found, and what was expected."""
        return catalogue()[self.code].message[lang].format(**self._texts(lang))

    def remedy(self, lang: Lang) -> str:
        """How to mend it."""
        return catalogue()[self.code].remedy[lang].format(**self._texts(lang))

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """The public shape of DESIGN.md."""
        return {
            "code": self.code,
            "severity": self.severity,
            "form": self.form,
            "sheet": self.sheet,
            "field": self.field,
            "rows": list(self.rows),
            "cells": list(self.cells),
            "value": self.value,
            "message": self.message(lang),
            "remedy": self.remedy(lang),
            "proposal": self.proposed(lang),
        }

    def proposed(self, lang: Lang) -> str | None:
        """The proposal as people of that language write it."""
        return self._texts(lang)["proposal"] or None

    def _texts(self, lang: Lang) -> dict[str, Any]:
        named = {name: _told(value, lang) for name, value in self.parameters.items()}
        # The label of a code is what its proposal means, in either language.
        meaning = named.get("meaning") if self.proposal else None
        named["count"] = Count(named.get("count", self.count))
        return {
            "value": self.value or "",
            "proposal": meaning or self.proposal or "",
            "sheet": self.sheet or "",
            "field": self.field or "",
            "rows": _some(self.rows),
            "cells": _some(self.cells),
        } | named


def _told(value: Any, lang: Lang) -> Any:
    """A parameter as the texts name it: labels in their language, numbers with their nouns."""
    if hasattr(value, "de"):
        return value[lang]
    return Count(value) if type(value) is int else value


def _some(items: tuple[object, ...], most: int = 5) -> str:
    shown = ", ".join(str(item) for item in items[:most])
    return f"{shown} …" if len(items) > most else shown


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then warnings, then hints; within them by sheet and first row."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                _ORDER[f.severity], f.sheet or "", f.rows[0] if f.rows else 0, f.code,
                f.field or "", f.cells, f.value or "",
            ),
        )
    )  # fmt: skip
