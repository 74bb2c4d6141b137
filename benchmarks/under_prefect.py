"""What Prefect costs: the same files by the command alone, with its embedded and a running server.

In: options of the command line (`--files`).
Out: the section of docs/benchmarks.md, printed and put in its place.
`python -m benchmarks.under_prefect`; `make bench` measures it too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import run_once
from benchmarks.workbooks import write_workbook
from pipelines.home import make_home
from pipelines.service.processes import end_all
from pipelines.service.up import Ports, api_url, environment, is_healthy, prefect

TITLE = "## Under Prefect"
DOCUMENT = Path(__file__).parents[1] / "docs/benchmarks.md"
PORTS = Ports(page=0, prefect=4299)
START_SECONDS = 240
NOTE = """
A whole `leerstand ingest` of workbooks of 155 rows: seconds, and in brackets processor seconds of
its processes, which a busy machine changes little; those of a running server are not among them.
Every file is a task of its own, with its name, its state and its events. Prefect's embedded server
is started once for all of them. What stands for 1,000 files is calculated from the two measured
columns: the start once, the rest for each.
"""
Way = tuple[str, list[str], list[str]]
"""Name, variables of the environment, options."""


def ways() -> list[Way]:
    """The three ways."""
    return [
        ("direct", [], []),
        ("embedded server", [], ["--prefect"]),
        ("running server", [f"PREFECT_API_URL={api_url(PORTS)}"], []),
    ]


def section(command: str, files: int, results: Path) -> str:
    """Measure one file and many by each way, and tell it as a Markdown section."""
    paths = _workbooks(results / "many", files)
    columns = ("", "1 file", f"{files} files", "each file more", "1,000 files (calculated)")
    lines = [TITLE, NOTE, f"| {' | '.join(columns)} |", "|---|---:|---:|---:|---:|"]
    with _server(results):
        for name, variables, options in ways():
            took = []
            for chosen in (paths[:1], paths):
                with tempfile.TemporaryDirectory(dir=results) as folder:
                    home = make_home(Path(folder)).root
                    line = ["env", *variables, command, "--home", str(home), "ingest",
                            *map(str, chosen), *options]  # fmt: skip
                    took.append(run_once(line, (0,), results / "last.log"))
            lines.append(_row(name, took, files))
            print(lines[-1], flush=True)
    return "\n".join(lines) + "\n"


def _row(name: str, took: Sequence[tuple[float, float, float]], files: int) -> str:
    one, all_ = ((seconds, busy) for seconds, busy, _ in took)
    more = [(many - few) / (files - 1) for few, many in zip(one, all_, strict=True)]
    thousand = [few + 999 * each for few, each in zip(one, more, strict=True)]
    cells = [f"{first:.{digits}f} ({second:.{digits}f})" for (first, second), digits in
             zip((one, all_, more, thousand), (1, 1, 3, 0), strict=True)]  # fmt: skip
    return f"| {' | '.join([name, *cells])} |"


def _workbooks(folder: Path, files: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"survey_{number:04d}.xlsx" for number in range(files)]
    for number, path in enumerate(paths):
        if not path.exists():
            write_workbook(path, 155, first=1 + number * 155)
    return paths


@contextmanager
def _server(results: Path) -> Iterator[None]:
    """A Prefect server with a home of its own."""
    with (
        tempfile.TemporaryDirectory(dir=results) as folder,
        (results / "server.log").open("wb") as log,
    ):
        process = subprocess.Popen(
            prefect("server", "start", "--port", str(PORTS.prefect)),
            env=environment(make_home(Path(folder)), PORTS), stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while not is_healthy(PORTS.prefect):
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.2)
        try:
            yield
        finally:
            end_all([process], 8)


def put(text: str, document: Path) -> None:
    """Put the section in the place of the one that stood there, else at the end."""
    before, _, rest = document.read_text(encoding="utf-8").partition(TITLE)
    _, mark, after = rest.partition("\n## ")
    document.write_text(f"{before.rstrip()}\n\n{text}{mark}{after}", encoding="utf-8")


def main() -> None:
    """Measure and write."""
    from benchmarks.__main__ import COMMAND, RESULTS

    parser = argparse.ArgumentParser(prog="python -m benchmarks.under_prefect")
    parser.add_argument("--files", type=int, default=200)
    options = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    machine = f"{os.cpu_count()} cores; load {os.getloadavg()[1]:.1f} when it began.\n"
    put(section(COMMAND, options.files, RESULTS) + f"\n{machine}", DOCUMENT)


if __name__ == "__main__":
    main()
