"""What the office does: make a home, publish, look at the summary."""

from __future__ import annotations

from pathlib import Path

from pipelines.cli.output import tell
from pipelines.cli.session import Session
from pipelines.home import make_home


def init(session: Session, folder: Path) -> int:
    """Make a home at `folder`; what stands there stays."""
    home = make_home(folder)
    tell("home-made", session.lang, path=home.root, inbox=home.inbox)
    return 0
