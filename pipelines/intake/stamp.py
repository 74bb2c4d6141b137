"""The stamp that our own workbooks carry, so that they are known again when they come back.

In: values such as template version, wave and survey area, or the sha256 that a marked
workbook answers.
Out: one line of text, written into the document property `leerstand` and into a hidden cell
of templates and marked workbooks; and its values again.

Keys in use: template (version of the template), municipality, survey_area, wave, level, lang;
corrects (sha256 of the submission that a marked workbook answers); prefill (edition of the old
answers); role (what a sheet of ours is: "report" and "lists" are never read as data).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

PROPERTY = "leerstand"
PREFIX = "leerstand-stamp "
TEMPLATE_VERSION = "1"
OWN_ROLES = frozenset({"report", "lists", "former"})
"""Roles of sheets that hold none of the team's data."""


def write_stamp(values: Mapping[str, str]) -> str:
    """One line of text for a cell or property; empty values are left out."""
    pairs = (f"{key}={quote(value, safe='')}" for key, value in values.items() if value)
    return PREFIX + ";".join(pairs)


def read_stamp(text: str | None) -> dict[str, str] | None:
    """The values of a stamp, or None where the text is none; broken pairs are passed over."""
    if not text or not text.startswith(PREFIX):
        return None
    pairs = (pair.partition("=") for pair in text[len(PREFIX) :].split(";"))
    return {key.strip(): unquote(value.strip()) for key, sign, value in pairs if sign}
