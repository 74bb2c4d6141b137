"""A PostgreSQL of one's own for a test session: Debian's programs, a scratch folder, a socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.store import ledger_engine

_NUMBERS = count(1)


def programs() -> Path:
    """The folder of PostgreSQL's programs, the newest of several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("PostgreSQL is missing")
    return (found[-1] if found else Path(str(on_path))).parent


@contextmanager
def running() -> Iterator[str]:
    """The address of a fresh PostgreSQL, as it stands in the setting ledger_url."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    programs_ = programs()
    become = _become(folder)
    data = folder / "data"
    subprocess.run(
        [*become, programs_ / "initdb", "-D", data, "-U", "leerstand", "-A", "trust",
         "-E", "UTF8", "--locale=C", "--no-sync"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*become, programs_ / "postgres", "-D", data, "-k", folder, "-F",
             "-c", "listen_addresses="],
            cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait(programs_ / "pg_isready", folder)
        yield f"postgresql://leerstand@/postgres?host={quote(str(folder), safe='')}"
    finally:
        # A fast shutdown: sessions that are still open are ended.
        pid = int((data / "postmaster.pid").read_text().split()[0])
        subprocess.run([*become, "kill", "-INT", str(pid)], check=True)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _become(folder: Path) -> list[str]:
    """How to run a program as somebody who is not root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    # Not everybody's PATH holds the folder of the programs for administrators.
    return [shutil.which("runuser") or "/usr/sbin/runuser", "-u", "nobody", "--"]


def _wait(is_ready: Path, folder: Path) -> None:
    until = time.monotonic() + 60
    while subprocess.run([is_ready, "-q", "-h", folder], check=False).returncode:
        assert time.monotonic() < until, (folder / "log").read_text()
        time.sleep(0.05)


@contextmanager
def schema(address: str) -> Iterator[str]:
    """An address of its own within a PostgreSQL: a fresh schema."""
    import psycopg  # late: missing where the extra is

    name = f"t{next(_NUMBERS)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    own = f"{address}&options=-csearch_path%3D{name}"
    yield own
    forget(own)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE")


def forget(address: str) -> None:
    """Close what this process holds open of a ledger."""
    ledger_engine._postgres(address).dispose()
    ledger_engine._postgres.cache_clear()
