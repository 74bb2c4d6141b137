"""The command `leerstand`: arguments in, text or JSON out, no logic of its own.

In: the command line, LEERSTAND_HOME and LEERSTAND_LANG.
Out: what people read (help.toml, messages.toml) or public JSON, and an exit code: 0 all well,
1 some errors, 2 nothing could be done.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from pipelines.intake.reading.process import start_ahead

_READING = frozenset({"check", "ingest"})
# Loading libraries makes many objects that stay; by default they are looked through at every 700.
_COLLECTED_AT = 50_000


def run() -> NoReturn:
    """The command as a process: what `main` says, and then the end at once.

    Taking apart large frames and libraries in order takes a fifth of a second, and the system
    takes back everything anyway.
    """
    gc.set_threshold(_COLLECTED_AT)
    code = main()
    # There are no public names for what every exit does: wait for threads, then call back.
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as said
    atexit._run_exitfuncs()  # noqa: SLF001 - as said
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


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
