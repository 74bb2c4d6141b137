"""Upkeep: copies of the store before it is changed in shape."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.home import Home
from pipelines.store.archive import disk_failures


def keep_copy(home: Home) -> Path:
    """Copy the closed store beside itself before its tables change; the last copy is kept."""
    target = home.store.with_suffix(".before.duckdb")
    with disk_failures(home.warehouse):
        shutil.copy2(home.store, target)
    return target
