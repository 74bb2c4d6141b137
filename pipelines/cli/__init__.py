"""The command `leerstand`: arguments in, text or JSON out, no logic of its own.

In: the command line, LEERSTAND_HOME and LEERSTAND_LANG.
Out: what people read (help.toml, messages.toml) or public JSON, and an exit code: 0 all well,
1 some errors, 2 nothing could be done.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pipelines.intake.reading.process import start_ahead

_READING = frozenset({"check", "ingest"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        the exit code.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    if _READING.intersection(given) and "--help" not in given:
        start_ahead()
    from pipelines.cli.app import build  # late: the reader's worker loads meanwhile
    from pipelines.cli.failures import guarded  # late: as above
    from pipelines.cli.session import Session  # late: as above

    session, rest = Session.from_arguments(given)
    return guarded(session, lambda: build(session.lang)(rest or ["--help"], session))
