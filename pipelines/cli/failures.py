"""From failure to sentence: nobody who uses the command reads a traceback.

Expected failures say what and how to mend it. Anything else is a fault of ours: the sentence
names a log file, the log file holds the traceback.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import typer

from pipelines.cli.session import Session
from pipelines.errors import ExpectedFailure, InputFailure


def guarded(session: Session, run: Callable[[], int | None]) -> int:
    """Run a command and turn whatever it raises into a sentence and an exit code."""
    try:
        for fault in session.faults:
            raise fault  # noqa: TRY301 - the same road as every other failure
        return run() or 0
    except ExpectedFailure as failure:
        return _told(session, failure)
    except typer.TyperException as error:
        return _told(session, usage_failure(error))
    except (KeyboardInterrupt, typer.Abort):
        return _told(session, InputFailure("interrupted"), 130)
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`); the rest is wanted by nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last line of defence, with a log
        path = write_log(session, error)
        return _told(session, InputFailure("unexpected", reason=type(error).__name__, log=path))


def _told(session: Session, failure: ExpectedFailure, code: int | None = None) -> int:
    print(failure.sentence(session.lang), file=sys.stderr)
    return failure.exit_code if code is None else code


def usage_failure(error: typer.TyperException) -> InputFailure:
    """A mistyped command line in the words of errors.toml.

    typer's own classes are private, so they are told apart by name.
    """
    kind = type(error).__name__
    parameter = getattr(error, "param", None)
    name = _parameter_name(parameter)
    if kind == "NoSuchOption":
        near = ", ".join(sorted(getattr(error, "possibilities", None) or ())) or "--help"
        return InputFailure(
            "no-such-option", option=getattr(error, "option_name", error.message), near=near
        )
    if kind == "BadOptionUsage":
        return InputFailure("option-without-value", option=getattr(error, "option_name", name))
    if kind == "MissingParameter":
        return InputFailure("argument-missing", argument=name)
    if kind == "BadParameter":
        choices = getattr(getattr(parameter, "type_descriptor", None), "choices", None)
        if choices:
            allowed = ", ".join(str(getattr(choice, "value", choice)) for choice in choices)
            return InputFailure("not-a-choice", argument=name, allowed=allowed)
        return InputFailure("argument-unusable", argument=name)
    return InputFailure("usage", reason=error.format_message())


def _parameter_name(parameter: object) -> str:
    if parameter is None:
        return ""
    options = [name for name in getattr(parameter, "opts", ()) if name.startswith("-")]
    return str(options[0] if options else getattr(parameter, "metavar", "") or "")


def write_log(session: Session, error: BaseException) -> Path:
    """Append the traceback to a log: in the home, else in the temporary folder."""
    text = "".join(traceback.format_exception(error))
    entry = f"--- {dt.datetime.now(dt.UTC).isoformat(timespec='seconds')} {sys.argv[1:]}\n{text}\n"
    for folder in (session.root / "logs", Path(tempfile.gettempdir())):
        if folder.name == "logs" and not (session.root / "leerstand.toml").is_file():
            continue
        try:
            folder.mkdir(exist_ok=True)
            with (folder / "leerstand.log").open("a", encoding="utf-8") as log:
                log.write(entry)
        except OSError:
            continue
        return folder / "leerstand.log"
    return Path(os.devnull)
