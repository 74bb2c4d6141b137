"""Where Prefect keeps its things: in the home it works for, and quietly.

Prefect reads its settings when it is imported, so this comes before any import of it.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_prefect_configured() -> bool:
    """Whether somebody has told Prefect which server to use."""
    return bool(os.environ.get("PREFECT_API_URL") or os.environ.get("PREFECT_PROFILE"))


def settle_prefect(root: Path) -> None:
    """Let Prefect keep its database below `root`, unless somebody has said otherwise."""
    quiet = {
        "PREFECT_HOME": str(root / ".prefect"),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        # A small machine that runs tests beside it needs longer than Prefect's 20 s.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
