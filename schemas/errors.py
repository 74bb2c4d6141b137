"""What can be wrong with declarations that are data: code lists, places, registers.

Out: `DeclarationFailure`, a key of pipelines/errors.toml with its parameters; pipelines.errors
turns it into an expected failure with a sentence, since this room knows no texts for failures.
"""

from __future__ import annotations


class DeclarationFailure(Exception):
    """A data file of the office or the house cannot be used as it stands."""

    def __init__(self, key: str, **parameters: object) -> None:
        super().__init__(key, parameters)
        self.key = key
        self.parameters = parameters
