"""A first mapping file for a sheet with headings of its own."""

from __future__ import annotations

from pathlib import Path

from pipelines.cli.output import say
from pipelines.cli.session import Session
from pipelines.errors import InputFailure
from pipelines.intake.reader import Reader
from pipelines.intake.suggest import suggest_file
from pipelines.walk.said import Said, check_options, home_places, session_settings


def suggest(session: Session, file: Path, municipality: str | None) -> int:
    """Print the suggested mapping.

    Raises:
        InputFailure: the file is not there or cannot be read.
    """
    if not file.is_file():
        raise InputFailure("no-such-file", path=file)
    home = session.home_or_none()
    options = check_options(session_settings(home), Said(municipality=municipality), home)
    with Reader() as reader:
        text = suggest_file(file, options, home_places(home), reader)
    say(text.rstrip())
    return 0
