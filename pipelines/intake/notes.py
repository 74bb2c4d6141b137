"""Notes: what parsing and checking say about the cells of one table, gathered into findings.

In: a code of the catalogue with the rows it holds for, again and again.
Out: findings grouped by code, field and value (hints by code and field), and the readings frame.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from pipelines.intake.findings import Finding
from pipelines.intake.result import Reading
from pipelines.intake.words import joined, quoted, suggestion, word
from schemas.columns import Form, Label
from schemas.findings import catalogue

READINGS_SCHEMA: dict[str, pl.DataType] = {
    "sheet": pl.String(),
    "row_number": pl.Int32(),
    "field": pl.String(),
    "cell": pl.String(),
    "raw": pl.String(),
    "reading": pl.String(),
}
# Hints whose every value is a decision of its own; all other hints are told once per column.
_BY_VALUE = {
    "value-interpreted",
    "district-interpreted",
    "value-mapped",
    "street-mended",
    "address-whole",
}
# What is said of the form, not of the one table that happens to show it.
_ONCE = {"value-default", "district-unregistered"}
_EXAMPLES = 3
_MOST_VALUES = 30
"""A warning on more values than these is told once, for nobody reads a thousand of them."""
_Key = tuple[str, str, str | None]


@dataclass
class _Group:
    indexes: list[int] = field(default_factory=list)
    examples: dict[str, str | None] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    letter: str | None = None


@dataclass
class Notes:
    """The notes on one table.

    Attributes:
        rows: the sheet's row number of each data row.
        failed: field → indexes of the rows in which it is in error.
    """

    form: Form
    sheet: str
    rows: Sequence[int]
    letters: Mapping[str, str]
    failed: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _groups: dict[_Key, _Group] = field(default_factory=dict)
    _readings: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        code: str,
        name: str,
        indexes: Sequence[int],
        value: str | None = None,
        proposal: str | None = None,
        **parameters: Any,
    ) -> None:
        """Note `code` on field `name` for the data rows at `indexes`; no rows: for the column."""
        severity = catalogue()[code].severity
        by_value = severity != "hint" or code in _BY_VALUE
        group = self._groups.setdefault((code, name, value if by_value else None), _Group())
        group.indexes.extend(indexes)
        if len(group.examples) < _EXAMPLES and value is not None:
            group.examples.setdefault(value, proposal)
        group.parameters = group.parameters or parameters
        if severity == "error":
            self.failed[name].update(indexes)

    def read(
        self, name: str, indexes: Sequence[int], raws: Sequence[str], readings: Sequence[Reading]
    ) -> None:
        """Keep the raw text of cells that were not read literally."""
        if not indexes:
            return
        numbers = [self.rows[index] for index in indexes]
        letter = cell_letter(self.letters.get(name))
        self._readings.append(
            pl.DataFrame(
                {
                    "sheet": [self.sheet] * len(numbers),
                    "row_number": numbers,
                    "field": [name] * len(numbers),
                    "cell": [f"{letter}{row}" if letter else None for row in numbers],
                    "raw": list(raws),
                    "reading": [str(reading) for reading in readings],
                },
                schema=READINGS_SCHEMA,
            )
        )

    def readings(self) -> pl.DataFrame:
        """All cells not read literally, in the order of columns, then rows."""
        return pl.concat([pl.DataFrame(schema=READINGS_SCHEMA), *self._readings])

    def findings(self) -> list[Finding]:
        """The notes as findings; of a warning on very many values, one on all of them."""
        return [self._finding(key, group) for key, group in self._gathered().items()]

    def _gathered(self) -> dict[_Key, _Group]:
        """The groups, those of one warning put together where its values are too many to read."""
        bare = Counter(key[:2] for key, group in self._groups.items() if _is_bare(key, group))
        gathered: dict[_Key, _Group] = {}
        for key, group in self._groups.items():
            if bare[key[:2]] <= _MOST_VALUES or not _is_bare(key, group):
                gathered[key] = group
                continue
            whole = gathered.setdefault((*key[:2], None), _Group(parameters=group.parameters))
            whole.indexes.extend(group.indexes)
            if len(whole.examples) <= _EXAMPLES:
                whole.examples |= group.examples
        return gathered

    def _finding(self, key: _Key, group: _Group) -> Finding:
        code, name, value = key
        indexes = sorted(set(group.indexes))
        numbers = tuple(self.rows[index] for index in indexes)
        letter = cell_letter(self.letters.get(name))
        single = len(group.examples) == 1
        first = next(iter(group.examples), None)
        if len(group.examples) > _EXAMPLES:
            value = ", ".join([*group.examples][:_EXAMPLES]) + " …"
        column = self.form.by_name.get(name)
        shown = joined(
            (
                word("read-as", text=raw, read=read) if read else quoted(raw)
                for raw, read in group.examples.items()
            ),
            "; ",
        )
        proposal = group.examples.get(first) if single and first is not None else None
        meaning = group.parameters.get("meaning") if proposal else None
        return Finding(
            code=code,
            form=self.form.name,
            sheet=self.sheet,
            field=name,
            rows=numbers,
            cells=tuple(f"{letter}{row}" for row in numbers) if letter else (),
            value=value if value is not None else (first if single else None),
            proposal=proposal,
            parameters={
                "suggestion": suggestion(meaning or proposal),
                "title": column.title if column is not None else Label(name, name),
                "examples": shown,
                **group.parameters,
            },
        )


def _is_bare(key: _Key, group: _Group) -> bool:
    """Whether a group is a warning on one value, for which nothing is proposed."""
    code, _, value = key
    is_warning = value is not None and catalogue()[code].severity == "warning"
    return is_warning and not any(group.examples.values())


def told_once(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of all tables of a form; what every table lacks alike is told once."""
    told: dict[tuple[str, str | None, str | None], int] = {}
    kept: list[Finding] = []
    for finding in findings:
        key = (finding.code, finding.field, finding.value)
        if finding.code in _ONCE and key in told:
            kept[told[key]] = replace(finding, sheet=None)
        else:
            told[key] = len(kept)
            kept.append(finding)
    return kept


def cell_letter(letter: str | None) -> str:
    """The letters in the sheet of a column, also of a part split off it ("D#street" → "D")."""
    return (letter or "").partition("#")[0]
