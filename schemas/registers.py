"""Registers: the CSV files of a place, each read into its records with clear refusals.

In: the text of one CSV file (UTF-8, comma or semicolon) as DESIGN.md and DOMAIN.md list them.
Out: the records of schemas/places.py; a missing optional column is an empty field.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schemas.code_lists import code_list
from schemas.errors import DeclarationFailure
from schemas.folding import fold


@dataclass(frozen=True)
class Row:
    """One line of a register.

    Attributes:
        file, line: where it stands, for refusals; the heading is line 1.
        fields: column → text, trimmed; unknown columns are kept and never asked for.
    """

    file: Path
    line: int
    fields: dict[str, str]

    def text(self, column: str) -> str:
        """The field as text, empty where it is missing."""
        return self.fields.get(column, "")

    def needed(self, column: str) -> str:
        """The field as text.

        Raises:
            DeclarationFailure: it is empty.
        """
        text = self.text(column)
        if not text:
            raise DeclarationFailure(
                "register-field-missing", path=self.file, line=self.line, column=column
            )
        return text

    def texts(self, column: str) -> tuple[str, ...]:
        """A field that holds several texts joined by "|"."""
        return tuple(part.strip() for part in self.text(column).split("|") if part.strip())

    def number(self, column: str) -> float | None:
        """A number with decimal point or comma; None where empty.

        Raises:
            DeclarationFailure: it is no number.
        """
        text = self.text(column)
        if not text:
            return None
        try:
            return float(text.replace(",", "."))
        except ValueError as error:
            raise self.unreadable(column, text) from error

    def whole(self, column: str) -> int | None:
        """A whole number; None where empty.

        Raises:
            DeclarationFailure: it is none.
        """
        value = self.number(column)
        if value is None:
            return None
        if value != int(value):
            raise self.unreadable(column, self.text(column))
        return int(value)

    def day(self, column: str) -> date | None:
        """A date written 2019-05-03 or 03.05.2019; None where empty.

        Raises:
            DeclarationFailure: it is none.
        """
        text = self.text(column)
        if not text:
            return None
        parts = text.split(".")
        try:
            if len(parts) == 3:
                return date(int(parts[2]), int(parts[1]), int(parts[0]))
            return date.fromisoformat(text)
        except ValueError as error:
            raise self.unreadable(column, text) from error

    def wave_status(self, column: str) -> str:
        """A status of the list wave_status; laufend where empty, so that nothing goes live early.

        Raises:
            DeclarationFailure: the list knows no such status.
        """
        text = self.text(column)
        status = code_list("wave_status").lookup(text) if text else "laufend"
        if status is None:
            raise self.unreadable(column, text)
        return status

    def unreadable(self, column: str, value: str) -> DeclarationFailure:
        """The refusal of a field that says something impossible; the caller raises it."""
        return DeclarationFailure(
            "register-field-unreadable", path=self.file, line=self.line, column=column, value=value
        )


def read_register(path: Path, content: bytes, needed: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a register; blank lines are passed over.

    Args:
        path: named in refusals only.
        content: the file's bytes: UTF-8, with or without BOM, comma or semicolon.
        needed: columns that the heading must name.

    Raises:
        DeclarationFailure: the bytes are no such text or a needed column is missing.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeclarationFailure("register-not-utf8", path=path) from error
    heading, _, _ = text.partition("\n")
    lines = csv.reader(io.StringIO(text), delimiter=";" if ";" in heading else ",")
    names = [fold(name).replace(" ", "_") for name in next(lines, [])]
    missing = [name for name in needed if name not in names]
    if missing:
        raise DeclarationFailure("register-column-missing", path=path, column=", ".join(missing))
    for values in lines:
        fields = {name: value.strip() for name, value in zip(names, values, strict=False)}
        if any(fields.values()):
            yield Row(path, lines.line_num, fields)
