"""`make bench`: measure check and ingest, and write docs/benchmarks.md.

In: options of the command line (`--rows`, `--files`, `--no-peers`, `--rounds`).
Out: a table per case, printed as it comes and written at the end.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks import under_prefect
from benchmarks.measure import Subject, Taken, in_turns, ratio
from benchmarks.workbooks import write_workbook

HERE = Path(__file__).parent
RESULTS = HERE / "results"
ENVIRONMENT = HERE.parent / ".venv-bench"
COMMAND = str(Path(sys.executable).with_name("leerstand"))
BARE = "python-calamine, bare read"
PEERS = {
    "fastexcel, bare read": "fastexcel_bare",
    "DuckDB's excel extension": "duckdb_excel",
    "polars.read_excel + pandera + duckdb": "polars_pandera_duckdb",
    "pandas + openpyxl + pandera + duckdb": "pandas_pandera_duckdb",
    "frictionless": "frictionless_validate",
}
SLOW = ("pandas_pandera_duckdb", "frictionless_validate")
INTRODUCTION = """# Benchmarks

Written by `make bench`. Every number is a whole process, from its start to its end, on the same
file in the same run, taken in turns; the ratio is the median over the rounds of its time to that
of the bare python-calamine read of the same round. Processor seconds are those of all its processes
together, which a busy machine changes little. The peak is the largest resident memory of any
one process. The rows are form A with 25 columns; the faulty ones have a mistake in 5 % of them.
The peers read the file into their own types and run ten checks where they have any; they find no
cells, keep no originals and tell a text from a number less well, so they mark a lower bound of
work, not a like for like. What a site of millions of units costs is measured by
`python -m benchmarks.synthetic FOLDER` (publication.md).
"""


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rows", type=int, nargs="*", default=[155, 10_000, 100_000, 1_000_000])
    parser.add_argument("--files", type=int, default=1000, help="workbooks of 155 rows; 0 for none")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--slow-rows", type=int, default=1_000_000, help="the most rows that the slow peers read"
    )
    parser.add_argument("--prefect-files", type=int, default=200, help="0 for none")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--output", type=Path, default=HERE.parent / "docs" / "benchmarks.md")
    return parser.parse_args()


def workbook(rows: int, faulty: float = 0.0) -> Path:
    """The workbook of a case, made once and kept."""
    path = RESULTS / f"rows_{rows}{'_faulty' if faulty else ''}.xlsx"
    if not path.exists():
        write_workbook(path, rows, faulty)
    return path


def prepare_peers() -> str:
    """The Python of the peers' own environment, made at first use."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        lock = str(HERE / "requirements.lock")
        subprocess.run([str(python), *install, "--require-hashes", "-r", lock], check=True)
        (ENVIRONMENT / ".ready").touch()
    return str(python)


def fresh_home(number: int) -> str:
    """An empty home for one ingest."""
    home = RESULTS / f"home_{number}"
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run([COMMAND, "init", str(home)], check=True, stdout=subprocess.DEVNULL)
    return str(home)


def peer(python: str, script: str, paths: list[str], rounds: int) -> tuple[list[str], int]:
    """The command of a peer, and how often it is run: the slow ones once."""
    return [python, str(HERE / "peers" / f"{script}.py"), *paths], 1 if script in SLOW else rounds


def subjects(
    paths: list[str],
    rounds: int,
    python: str | None,
    *,
    faulty: bool = False,
    is_long: bool = False,
) -> list[Subject]:
    """Everything that reads `paths`: the bare read first, then check, ingest and the peers.

    Where it is long, without the slow ones.
    """
    exits = (1,) if faulty else (0,)
    bare = [sys.executable, str(HERE / "peers" / "calamine_bare.py"), *paths]
    check = [COMMAND, "check", *paths]
    found = [
        Subject(BARE, lambda _: bare, rounds),
        Subject("leerstand check", lambda _: check, rounds, exits),
        Subject(
            "leerstand ingest",
            lambda number: [COMMAND, "--home", fresh_home(number), "ingest", *paths],
            rounds,
            exits,
        ),
    ]
    chosen = {name: one for name, one in PEERS.items() if not is_long or one not in SLOW}
    for name, script in chosen.items() if python else ():
        command, times = peer(python or "", script, paths, rounds)
        found.append(Subject(name, lambda _, command=command: command, times))
    return found


def copies(rows: int, rounds: int, python: str | None) -> list[Subject]:
    """The marked copy alone, and openpyxl doing the same: loading, marking and saving."""
    source = str(workbook(rows))
    arguments = [source, str(RESULTS / "marked.xlsx"), str(rows)]
    bare = [sys.executable, str(HERE / "peers" / "calamine_bare.py"), source]
    ours = [sys.executable, "-m", "benchmarks.marked_copy", *arguments]
    found = [
        Subject(BARE, lambda _: bare, rounds),
        Subject("leerstand, marked copy", lambda _: ours, rounds),
    ]
    if python:
        peer = [python, str(HERE / "peers" / "openpyxl_marks.py"), *arguments]
        found.append(Subject("openpyxl: load, mark, save", lambda _: peer, 1))
    return found


def table(title: str, taken: dict[str, Taken], files: int = 1) -> str:
    """One case as a Markdown table."""
    rate = files > 1
    lines = [
        f"## {title}\n",
        f"| | seconds | ratio | processor s | peak MB |{' files a second |' if rate else ''}",
        f"|---|---:|---:|---:|---:|{'---:|' if rate else ''}",
    ]
    for name, each in taken.items():
        seconds, busy = median(each.seconds), median(each.processor_seconds)
        cells = [
            name,
            f"{seconds:.2f}",
            f"{ratio(each, taken[BARE]):.2f}",
            f"{busy:.2f}",
            f"{each.peak_mb:.0f}",
            *([f"{files / seconds:.1f}"] if rate else []),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def cases(options: argparse.Namespace, python: str | None) -> list[str]:
    """Measure every case and return its table."""
    tables: list[str] = []

    def measure(title: str, found: list[Subject], files: int = 1) -> dict[str, Taken]:
        print(f"\n{title}", flush=True)
        taken = in_turns(found, RESULTS / "last.log")
        tables.append(table(title, taken, files))
        print(tables[-1], flush=True)
        return taken

    for rows in options.rows:
        rounds = options.rounds if rows < 500_000 else 1
        clean = [str(workbook(rows))]
        is_long = rows > options.slow_rows
        measure(f"{rows:,} rows", subjects(clean, rounds, python, is_long=is_long))
        if rows == 100_000:
            found = subjects([str(workbook(rows, 0.05))], rounds, None, faulty=True)
            measure(f"{rows:,} rows, 5 % of them faulty", found)
            measure(f"Marked copy of {rows:,} rows with 5,000 marks", copies(rows, rounds, python))
    if options.files:
        paths = [str(path) for path in many(options.files)]
        found = subjects(paths, min(options.rounds, 2), None)
        measure(f"{options.files:,} workbooks of 155 rows", found, options.files)
    if options.prefect_files:
        tables.append(under_prefect.section(COMMAND, options.prefect_files, RESULTS))
    return tables


def many(files: int) -> list[Path]:
    """Small workbooks, each with objects of its own."""
    folder = RESULTS / "many"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"survey_{number:04d}.xlsx" for number in range(files)]
    for number, path in enumerate(paths):
        if not path.exists():
            write_workbook(path, 155, first=1 + number * 155)
    return paths


def main() -> None:
    """Measure and write."""
    options = arguments()
    RESULTS.mkdir(exist_ok=True)
    python = None if options.no_peers else prepare_peers()
    machine = (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()};"
        f" {os.getloadavg()[1]:.1f} processes were running or waiting when the run began.\n"
    )
    tables = cases(options, python)
    options.output.parent.mkdir(exist_ok=True)
    options.output.write_text("\n".join([INTRODUCTION, machine, *tables]), encoding="utf-8")


if __name__ == "__main__":
    main()
