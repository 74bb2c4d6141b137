"""A rehearsal of a country: thousands of workbooks through a home, and what comes out.

In: options of the command line (`--municipalities`, `--waves`, `--runner`).
Out: a table of what each step cost, printed, and whether every district of every wave counts what
the country was made with. `python -m benchmarks.rollout`; docs/scale.md calculates from it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from benchmarks.country import write_country
from benchmarks.measure import run_once
from pipelines.home import Home, make_home, open_home
from pipelines.store import build_edition, find_edition
from pipelines.store.query import fetch
from pipelines.walk import home_places

RESULTS = Path(__file__).parent / "results"
COMMAND = str(Path(sys.executable).with_name("leerstand"))
COUNT = "SELECT wave_id, district_id, count(*) FROM vacancies GROUP BY ALL ORDER BY ALL"
Step = tuple[str, float, float, float]
"""Name, seconds, processor seconds, peak MB of one process."""


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rollout")
    parser.add_argument("--municipalities", type=int, default=200)
    parser.add_argument("--waves", type=int, default=5)
    parser.add_argument("--runner", choices=["processes", "dask"], default="processes")
    parser.add_argument("--edition", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def country(municipalities: int, waves: int) -> Path:
    """The workbooks, made once and kept."""
    folder = RESULTS / f"country_{municipalities}_{waves}"
    if not (folder / "expected.json").exists():
        write_country(folder, municipalities, waves)
    return folder


def fresh_home(folder: Path, runner: str) -> Home:
    """An empty home with the registers of the country."""
    root = RESULTS / f"rollout_{runner}"
    shutil.rmtree(root, ignore_errors=True)
    home = make_home(root)
    shutil.copytree(folder / "areas", home.areas / "country")
    return home


def rehearse(home: Home, folder: Path) -> list[Step]:
    """Hand everything in, make the edition, publish; what each took."""
    command = [COMMAND, "--home", str(home.root)]
    steps = {
        "ingest": [*command, "ingest", str(folder / "first"), "--team", "land"],
        "corrections and repeats": [*command, "ingest", str(folder / "later"), "--team", "land"],
        "edition": [sys.executable, "-m", "benchmarks.rollout", "--edition", str(home.root)],
        "site and downloads": [*command, "publish"],
    }
    taken = []
    for name, arguments_ in steps.items():
        # Some of the workbooks have mistakes, which is exit code 1.
        taken.append((name, *run_once(arguments_, (0, 1), RESULTS / "rollout.log")))
        print(line(taken[-1]), flush=True)
    return taken


def line(step: Step) -> str:
    """A row of the table."""
    name, seconds, busy, peak = step
    return f"| {name} | {seconds:.0f} | {busy:.0f} | {peak:.0f} |"


def counted(home: Home) -> list[list[object]]:
    """What the edition counts, in the shape of expected.json."""
    return [list(row) for row in fetch(find_edition(home).path, COUNT).rows]


def size_mb(folder: Path) -> float:
    """What the files of a folder take on the disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def main() -> None:
    """Rehearse, and say what it took; exit code 1 where a figure is not what it must be."""
    options = arguments()
    if options.edition:
        home = open_home(options.edition)
        build_edition(home, home_places(home))
        return
    RESULTS.mkdir(exist_ok=True)
    os.environ["LEERSTAND_TASK_RUNNER"] = options.runner
    folder = country(options.municipalities, options.waves)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    home = fresh_home(folder, options.runner)
    print(f"{expected['files']} workbooks, {expected['rows']} rows, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}\n")  # fmt: skip
    print("| step | seconds | processor s | peak MB |\n|---|---:|---:|---:|", flush=True)
    taken = rehearse(home, folder)
    ingest_wall = sum(step[1] for step in taken[:2])
    ingest_busy = sum(step[2] for step in taken[:2])
    print(f"\n{expected['files'] / ingest_wall:.1f} workbooks a second handed in and loaded, "
          f"{ingest_busy / expected['files']:.3f} processor seconds each")  # fmt: skip
    for name, where in {"archive": home.archive, "store": home.store.parent,
                        "site": home.published}.items():  # fmt: skip
        print(f"{name}: {size_mb(where):.0f} MB")
    is_right = counted(home) == expected["vacancies"]
    print("every figure as made" if is_right else "FIGURES DIFFER")
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
