"""Texts, paths, flags and choices from the command line, without what typer takes for them.

typer checks every value with pydantic, whose import costs more than a sheet takes to check. Texts
and paths need no checking; numbers, and words that are no choice, still go typer's way.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin


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


class Choice:
    """Takes one of some words, or none; for any other word typer says what is wrong."""

    def __init__(self, words: frozenset[str], of_typer: Callable[[], Any]) -> None:
        self.words = words
        self.of_typer = of_typer

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The word that was given."""
        if value is None or value in self.words:
            return value
        return self.of_typer().coerce(value, param=param, ctx=ctx)


def take_plainly(parameter: Any) -> None:
    """Let a text, path, flag or choice be taken as it is."""
    annotation = parameter.type_descriptor.annotation
    kind, words = plain_kind(annotation), choices(annotation)
    if kind is not None:
        plain = Plain(kind)
        parameter.get_runtime_param = lambda: plain
    elif words:
        choice = Choice(words, parameter.get_runtime_param)
        parameter.get_runtime_param = lambda: choice


def choices(annotation: Any) -> frozenset[str]:
    """The words of a `Literal`, or of one or None; none for any other annotation."""
    if get_origin(annotation) is Literal:
        return frozenset(get_args(annotation))
    if get_origin(annotation) in {Union, types.UnionType}:
        inner = [part for part in get_args(annotation) if part is not type(None)]
        return choices(inner[0]) if len(inner) == 1 else frozenset()
    return frozenset()


def plain_kind(annotation: Any) -> Callable[[Any], Any] | None:
    """`str`, `Path` or `bool` where the annotation is one, a list of them, or one or None."""
    kinds: dict[Any, Callable[[Any], Any]] = {str: str, Path: Path, bool: bool}
    if annotation in kinds:
        return kinds[annotation]
    if get_origin(annotation) in {list, Union, types.UnionType}:
        inner = {plain_kind(part) for part in get_args(annotation) if part is not type(None)}
        return inner.pop() if len(inner) == 1 else None
    return None
