"""The worker: reads one file at a time for the reader, and may die of it.

In: requests on the socket given as the only argument.
Out: one message per frame of cells, one per sheet, one at the end; or a refusal. Memory and time
are limited for every file, so that a hostile one ends this process and nothing else.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipelines.intake.reading.files import read_file
from pipelines.intake.reading.refusal import Refusal
from pipelines.intake.reading.wire import memory_file, receive, send

_GRACE_SECONDS = 2.0


def main() -> None:
    """Answer requests until the reader is gone."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    # Millions of cells are made and dropped in order; the collector would look through them all.
    gc.disable()
    # polars loads while the first file is still being asked for, opened and parsed.
    threading.Thread(target=importlib.import_module, args=("polars",), daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionError):
        while True:
            request, _ = receive(connection)
            _answer(connection, request)


def _answer(connection: socket.socket, request: dict[str, Any]) -> None:
    _limit(request["memory_mb"], request["seconds"])
    try:
        for message, frame in read_file(Path(request["path"]), request):
            _send(connection, message, frame)
        send(connection, {"kind": "end"})
    except Refusal as refusal:
        parameters = {name: str(value) for name, value in refusal.parameters.items()}
        send(connection, {"kind": "refusal", "code": refusal.code, "parameters": parameters})
    except (BrokenPipeError, ConnectionError):
        raise
    except MemoryError:
        limit = {"limit_mb": str(request["memory_mb"])}
        send(
            connection,
            {"kind": "refusal", "code": "file-too-large-memory", "parameters": limit},
        )
    except BaseException as error:  # noqa: BLE001 a Rust panic is no Exception
        name = type(error).__name__
        send(connection, {"kind": "refusal", "code": "file-damaged", "parameters": {"error": name}})
    signal.setitimer(signal.ITIMER_REAL, 0)


def _send(connection: socket.socket, message: dict[str, Any], frame: Any) -> None:
    if frame is None:
        send(connection, message)
        return
    descriptor = memory_file()
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            frame.write_ipc_stream(file)
        send(connection, message, descriptor)
    finally:
        os.close(descriptor)


def _limit(memory_mb: int, seconds: float) -> None:
    """Past its memory an allocation fails; past its time the process is ended by the system."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS)


if __name__ == "__main__":
    main()
