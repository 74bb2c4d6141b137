"""Measuring whole processes: wall clock and the peak memory of each.

In: commands that do the same work in different ways.
Out: their times and peaks, taken in turns, so that a busy machine is busy for all of them.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ALONE = Path(__file__).with_name("alone.py")


@dataclass(frozen=True)
class Subject:
    """What is measured: its name, and the command for the round with that number."""

    name: str
    command: Callable[[int], Sequence[str]]
    rounds: int
    expected_exit: tuple[int, ...] = (0,)


@dataclass
class Taken:
    """Wall clock and processor seconds of each round, and the highest peak memory in MB."""

    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0.0


class Failed(Exception):
    """A command that was to be measured did not do its work."""


def run_once(
    command: Sequence[str], expected_exit: Sequence[int], log: Path
) -> tuple[float, float, float]:
    """Wall clock, processor seconds and peak MB of a process and the children it waited for.

    Raises:
        Failed: the command ended with another exit code.
    """
    with log.open("wb") as output:
        launched = subprocess.run(
            [sys.executable, "-I", "-S", str(ALONE), *command],
            stdout=subprocess.PIPE, stderr=output, check=True,
        )  # fmt: skip
    told = json.loads(launched.stdout)
    if told["exit"] not in expected_exit:
        end = log.read_text(encoding="utf-8", errors="replace")[-600:]
        raise Failed(f"{' '.join(command)[:200]}: exit code {told['exit']}\n{end}")
    return told["seconds"], told["processor_seconds"], told["peak_mb"]


def in_turns(subjects: Sequence[Subject], log: Path) -> dict[str, Taken]:
    """Run every subject once a round, in turns; a subject that fails is left out, and said so."""
    taken = {subject.name: Taken() for subject in subjects}
    for number in range(max(subject.rounds for subject in subjects)):
        for subject in subjects:
            if number >= subject.rounds or subject.name not in taken:
                continue
            try:
                command = subject.command(number)
                seconds, busy, peak = run_once(command, subject.expected_exit, log)
            except Failed as failure:
                print(f"  {subject.name}: {failure}")
                del taken[subject.name]
                continue
            taken[subject.name].seconds.append(seconds)
            taken[subject.name].processor_seconds.append(busy)
            taken[subject.name].peak_mb = max(taken[subject.name].peak_mb, peak)
    return taken


def ratio(one: Taken, other: Taken) -> float:
    """The median of the rounds' ratios, so that both sides of each ratio met the same load."""
    return statistics.median(
        mine / theirs for mine, theirs in zip(one.seconds, other.seconds, strict=False)
    )
