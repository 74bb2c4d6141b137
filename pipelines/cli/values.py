"""Texts, paths and flags from the command line, without the library that typer takes for it.

typer checks every value with pydantic, whose import costs more than a sheet takes to check. Texts
and paths need no checking; numbers and choices still go typer's way.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Union, get_args, get_origin


class Plain:
    """Turns the texts of one parameter into `kind`."""

    def __init__(self, kind: Callable[[Any], Any]) -> None:
        self.kind = kind

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """A value, several of them, or None where nothing was given."""
        del ctx
        if param.nargs == -1 or param.multiple:
            return [self.kind(item) for item in value or ()]
        return value if value is None else self.kind(value)


def take_plainly(parameter: Any) -> None:
    """Let a text, path or flag be taken as it is."""
    kind = plain_kind(parameter.type_descriptor.annotation)
    if kind is not None:
        plain = Plain(kind)
        parameter.get_runtime_param = lambda: plain


def plain_kind(annotation: Any) -> Callable[[Any], Any] | None:
    """`str`, `Path` or `bool` where the annotation is one, a list of them, or one or None."""
    kinds: dict[Any, Callable[[Any], Any]] = {str: str, Path: Path, bool: bool}
    if annotation in kinds:
        return kinds[annotation]
    if get_origin(annotation) in {list, Union, types.UnionType}:
        inner = {plain_kind(part) for part in get_args(annotation) if part is not type(None)}
        return inner.pop() if len(inner) == 1 else None
    return None
