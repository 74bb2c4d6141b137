"""Expected failures: one exception tree, one file of texts, no traceback for people.

In: a key of errors.toml and its parameters.
Out: `ExpectedFailure`, which the command and the page turn into one clear sentence.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.columns import Lang
from schemas.errors import DeclarationFailure
from schemas.texts import Texts, read_texts


@cache
def error_texts() -> Texts:
    """The sentences of errors.toml."""
    return read_texts(Path(__file__).with_name("errors.toml"))


class ExpectedFailure(Exception):
    """Something that can go wrong in normal use; `sentence` says what and how to mend it."""

    exit_code = 2

    def __init__(self, key: str, /, **parameters: object) -> None:
        super().__init__(key, parameters)
        self.key = key
        self.parameters = parameters

    def sentence(self, lang: Lang) -> str:
        """Where, what, and how to mend it, in the language of the reader."""
        return error_texts()(self.key, lang, **self.parameters)

    def __str__(self) -> str:
        return self.sentence("en")


class HomeFailure(ExpectedFailure):
    """The home is missing, unwritable or of another version."""


class InputFailure(ExpectedFailure):
    """An argument, mapping, register or option cannot be used."""

    @classmethod
    def of(cls, failure: DeclarationFailure) -> InputFailure:
        """The expected failure for a data file of the office that the schemas refused."""
        return cls(failure.key, **failure.parameters)


class StoreFailure(ExpectedFailure):
    """The store, ledger or an edition cannot be used."""


class StoreLocked(StoreFailure):
    """Another process holds the store; the only failure that a retry can help."""
