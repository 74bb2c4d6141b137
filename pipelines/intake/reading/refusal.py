"""Refusals: a file that cannot be read, said with a code of the catalogue."""

from __future__ import annotations


class Refusal(Exception):
    """The whole file cannot be read; `code` and `parameters` say why."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters
