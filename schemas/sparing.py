"""Imports spared: what a library imports wherever it is installed, and this house never uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast


@contextmanager
def spared(package: str) -> Iterator[None]:
    """Let the imports of a block go without a package; one that is loaded already stays."""
    modules = cast("dict[str, Any]", sys.modules)
    if package in modules:
        yield
        return
    modules[package] = None
    try:
        yield
    finally:
        del modules[package]
