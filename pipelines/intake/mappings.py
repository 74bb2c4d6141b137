"""Mapping files: read as text throughout, checked, and chosen by the headings they name.

In: a YAML file of the shape in DESIGN.md, or folders of them.
Out: a `Mapping`; whatever is wrong in a file is one clear sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.errors import InputFailure
from pipelines.intake.cells import Workbook
from pipelines.intake.mapping import Mapping
from pipelines.intake.options import CheckOptions
from pipelines.intake.recognising.lexicon import squeeze
from pipelines.intake.text_yaml import read_text_yaml
from pipelines.intake.values.numbers import unit_factor
from pipelines.intake.values.read import plain
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Column, Form, Kind
from schemas.shared import COMPOSITES

_KEYS = {
    "form", "municipality", "district_from", "columns", "values", "constants", "units", "rows",
    "ignore", "sheets", "decimal",
}  # fmt: skip
_HEADING_ROWS = 40


def load_mapping(path: Path) -> Mapping:
    """The mapping a file holds.

    Raises:
        InputFailure: the file is missing, no YAML, or says something that no form knows.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputFailure("no-such-file", path=path) from error
    return _read(path, content)


@lru_cache(maxsize=256)
def _read(path: Path, content: bytes) -> Mapping:
    data = _yaml(path, content)
    checked = _Checker(path, data)
    return checked.mapping(hashlib.sha256(content).hexdigest())


def _yaml(path: Path, content: bytes) -> dict[str, Any]:
    try:
        data = read_text_yaml(content)
    except ValueError as error:
        raise InputFailure("mapping-unreadable", path=path, reason=error) from error
    if not isinstance(data, dict):
        raise InputFailure("mapping-unreadable", path=path, reason="–")
    return data


class _Checker:
    """Turns the raw content of one file into a `Mapping`, part by part."""

    def __init__(self, path: Path, data: dict[str, Any]) -> None:
        self.path = path
        self.data = data
        unknown = sorted(set(data) - _KEYS)
        if unknown:
            raise self.wrong("mapping-key-unknown", part=unknown[0], known=", ".join(sorted(_KEYS)))
        name = data.get("form")
        if name not in FORMS:
            raise self.wrong("mapping-form-unknown", form=name or "–", known=", ".join(FORMS))
        self.form: Form = FORMS[name]

    def wrong(self, failure: str, **parameters: object) -> InputFailure:
        return InputFailure(failure, path=self.path, **parameters)

    def mapping(self, digest: str) -> Mapping:
        data = self.data
        return Mapping(
            form=self.form.name,
            digest=digest,
            name=self.path.name,
            municipality=self.text("municipality"),
            columns=self.columns(),
            values=self.values(),
            constants=self.constants(),
            units=self.units(),
            keep=self.keep(),
            ignore=self.texts(data.get("ignore"), "ignore"),
            sheets=self.texts(data.get("sheets"), "sheets"),
            decimal=self.one_of("decimal", (".", ",")),
            district_from=self.one_of("district_from", ("postcode", "coordinates")),
        )

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong("mapping-shape", part=key)
        return value or None

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str | None:
        value = self.text(key)
        if value is not None and value not in allowed:
            raise self.wrong(
                "mapping-value-unknown", part=key, value=value, known=" ".join(allowed)
            )
        return value

    def texts(self, value: Any, key: str) -> tuple[str, ...]:
        if value in (None, ""):
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong("mapping-shape", part=key)
        return tuple(value)

    def table(self, key: str) -> dict[str, Any]:
        value = self.data.get(key)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            raise self.wrong("mapping-shape", part=key)
        return value

    def column(self, name: str, key: str) -> Column:
        column = self.form.by_name.get(name)
        if column is None:
            known = ", ".join([*self.form.by_name, *COMPOSITES])
            raise self.wrong("mapping-column-unknown", part=key, column=name, known=known)
        return column

    def columns(self) -> dict[str, tuple[str, ...]]:
        columns: dict[str, tuple[str, ...]] = {}
        targets: dict[str, str] = {}
        for heading, value in self.table("columns").items():
            names = self.texts(value, "columns")
            for name in names:
                if name not in COMPOSITES:
                    self.column(name, "columns")
                if targets.setdefault(name, heading) != heading:
                    raise self.wrong(
                        "mapping-column-twice", column=name, one=targets[name], two=heading
                    )
            columns[heading] = names
        return columns

    def values(self) -> dict[str, dict[str, str | None]]:
        found: dict[str, dict[str, str | None]] = {}
        for name, table in self.table("values").items():
            column = self.column(name, "values")
            if not isinstance(table, dict):
                raise self.wrong("mapping-shape", part=f"values.{name}")
            found[name] = {plain(text): self.code(column, code) for text, code in table.items()}
        return found

    def code(self, column: Column, code: Any) -> str | None:
        if not isinstance(code, str):
            raise self.wrong("mapping-shape", part=f"values.{column.name}")
        if code in {"null", "~", ""}:
            return None
        if column.kind in {Kind.CODE, Kind.CODES} and column.code_list:
            codes = code_list(column.code_list)
            if codes.lookup(code) is None:
                known = ", ".join(codes.by_code)
                raise self.wrong("mapping-code-unknown", column=column.name, code=code, known=known)
        return code

    def constants(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in self.table("constants").items():
            if not isinstance(value, str):
                raise self.wrong("mapping-shape", part=f"constants.{name}")
            if name != "coverage":
                self.code(self.column(name, "constants"), value)
            elif code_list("coverage").lookup(value) is None:
                known = ", ".join(code_list("coverage").by_code)
                raise self.wrong("mapping-code-unknown", column=name, code=value, known=known)
            found[name] = value
        return found

    def units(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, unit in self.table("units").items():
            column = self.column(name, "units")
            if (
                not isinstance(unit, str)
                or unit_factor(unit, column.unit, column.unit_synonyms) is None
            ):
                raise self.wrong(
                    "mapping-unit-unknown", column=name, unit=unit, known=column.unit or "–"
                )
            found[name] = unit
        return found

    def keep(self) -> dict[str, tuple[str, ...]]:
        rows = self.table("rows")
        unknown = sorted(set(rows) - {"keep"})
        if unknown:
            raise self.wrong("mapping-key-unknown", part=f"rows.{unknown[0]}", known="rows.keep")
        kept = rows.get("keep") or {}
        if not isinstance(kept, dict):
            raise self.wrong("mapping-shape", part="rows.keep")
        return {heading: self.texts(values, "rows.keep") for heading, values in kept.items()}


def headings_of(workbook: Workbook) -> frozenset[str]:
    """All texts that may be headings: the first lines of every sheet, for comparison."""
    found: set[str] = set()
    for sheet in workbook.sheets:
        top = sheet.frame.head(_HEADING_ROWS)
        for letter in sheet.letters:
            if letter in top.columns:
                found.update(squeeze(text) for text in top[letter].drop_nulls())
    return frozenset(found)


def _files_in(folders: Sequence[Path]) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((*folder.glob("*.yml"), *folder.glob("*.yaml")))
    ]


def choose_mapping(folders: Sequence[Path], headings: Iterable[str]) -> Mapping | None:
    """The mapping all of whose headings stand in the workbook; the one that names most of them.

    Raises:
        InputFailure: a mapping file of the folders cannot be used.
    """
    present = {squeeze(heading) for heading in headings}
    fitting = [
        mapping
        for path in _files_in(folders)
        if (mapping := load_mapping(path)).columns
        and all(squeeze(heading) in present for heading in mapping.columns)
    ]
    return max(fitting, key=lambda mapping: len(mapping.columns), default=None)


def mapping_for(workbook: Workbook, options: CheckOptions) -> Mapping | None:
    """The mapping that the options name, else the one that fits the workbook's headings.

    Raises:
        InputFailure: a mapping file cannot be used.
    """
    if options.mapping is not None:
        return load_mapping(options.mapping)
    if not _files_in(options.mapping_folders):
        return None
    return choose_mapping(options.mapping_folders, headings_of(workbook))
