"""Serving: the page and its worker, started together, ended together.

In: a home, an address.
Out: a running page. It is bound to this machine unless told otherwise, and never opens itself to
others without somebody who can sign in.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Self

import uvicorn

from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.portal.access import OFFICE
from pipelines.portal.app import make_app, make_portal
from pipelines.portal.gate import Portal

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(home: Home, host: str, port: int, tell: Callable[[str], None] = lambda _: None) -> None:
    """Run page and worker until interrupted; `tell` gets the office's link on the first start.

    Raises:
        InputFailure: the page would be open to others and nobody can sign in yet.
    """
    portal = make_portal(home)
    first = first_token(portal, host)
    if first is not None:
        tell(f"http://{host}:{port}/zugang/{first}")
    config = uvicorn.Config(
        make_app(portal), host=host, port=port, log_level="warning", server_header=False,
        access_log=False, proxy_headers=False, limit_concurrency=200, timeout_keep_alive=10,
    )  # fmt: skip
    with Workers(home):
        uvicorn.Server(config).run()


def first_token(portal: Portal, host: str) -> str | None:
    """A token of the office where there is none yet; only on an address of this machine.

    Raises:
        InputFailure: the address is open to others.
    """
    if portal.access.has_office():
        return None
    if host not in LOCAL:
        raise InputFailure("page-open-without-tokens", host=host)
    return portal.access.make_token(OFFICE, "Amt")


def office_link(home: Home, address: str) -> str:
    """A link with a new token of the office, for a page at this address."""
    return f"{address.rstrip('/')}/zugang/{make_portal(home).access.make_token(OFFICE, 'Amt')}"


class Workers:
    """Keeps one worker running; use it as a context manager."""

    def __init__(self, home: Home) -> None:
        self._command = [sys.executable, "-m", "pipelines.portal.worker"]
        self._command += [str(home.root), str(os.getpid())]
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._start()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command)  # noqa: S603  our own module, our own home

    def _watch(self) -> None:
        """Start the worker again when it ends, not faster than once a second."""
        while not self._ended.is_set():
            if self._process is not None and self._process.poll() is not None:
                time.sleep(1.0)
                if not self._ended.is_set():
                    self._start()
            self._ended.wait(0.5)
