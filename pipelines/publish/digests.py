"""Digests: how a file is known to be made of the same things as before.

In: texts and whatever has a faithful repr.
Out: short digests; that of this room's own files stands for its version.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def digest(*parts: Any) -> str:
    """A digest of texts; other things by their repr."""
    total = hashlib.sha256()
    for part in parts:
        total.update((part if isinstance(part, str) else repr(part)).encode())
        total.update(b"\0")
    return total.hexdigest()[:16]


@cache
def code_digest() -> str:
    """The digest of everything in this room, so that a new version writes its pages anew."""
    files = sorted(
        path for path in _HERE.rglob("*") if path.suffix in {".py", ".toml", ".j2", ".css", ".txt"}
    )
    return digest(*(path.read_text(encoding="utf-8") for path in files))
