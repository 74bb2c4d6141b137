"""The command `leerstand`: arguments in, text or JSON out, no logic of its own.

In: the command line, LEERSTAND_HOME and LEERSTAND_LANG.
Out: what people read (help.toml, messages.toml) or public JSON, and an exit code: 0 all well,
1 some errors, 2 nothing could be done.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pipelines.cli.app import build
from pipelines.cli.failures import guarded
from pipelines.cli.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        the exit code.
    """
    session, rest = Session.from_arguments(sys.argv[1:] if arguments is None else list(arguments))
    return guarded(session, lambda: build(session.lang)(rest or ["--help"], session))
