"""Names of cells: column letters, A1 names, and the columns of a sheet's frame.

In: numbers and letters.
Out: names. Apart from `cells`, so that the reading worker needs nothing else of the house.
"""

from __future__ import annotations

ROW = "row"
NUMBER, MOMENT, FLAG, FAULT = "number", "moment", "flag", "fault"


def companion(letter: str, part: str) -> str:
    """The name of a typed companion of a cell column: `companion("F", NUMBER)` is "F:number"."""
    return f"{letter}:{part}"


def letter_of(column: int) -> str:
    """The letters of a 1-based column number: 27 → "AA"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letter: str) -> int:
    """The 1-based number of column letters: "AA" → 27."""
    number = 0
    for character in letter:
        number = number * 26 + ord(character) - 64
    return number


def cell_of(name: str) -> tuple[int, int]:
    """Row and column number of an A1 name: "C7" → (7, 3)."""
    letters = name.rstrip("0123456789")
    return int(name[len(letters) :]), column_of(letters)
