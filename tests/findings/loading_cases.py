"""Files handed in one after the other: what the last of them is told when it is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from tests.findings.case import Write, book
from tests.intake.sheets import HEAD, ROW


@dataclass(frozen=True)
class Handed:
    """A file handed in by a team."""

    write: Write
    team: str = "t"


def survey(numbers: range, *, name: str = "Mai.xlsx", team: str = "t", last: str = "") -> Handed:
    """Shops in one street without ids of their own; `last` renumbers the last of them."""
    addresses = [str(900 + number) for number in numbers]
    addresses[-1] = last or addresses[-1]
    rows = "\n".join(ROW.replace("| 12 |", f"| {one} |") + " |" for one in addresses)
    return Handed(book({"Leerstände": f"{HEAD} |\n{rows}"}, name=name), team)


def contradicting() -> Handed:
    """Three of the same shops by another team, told differently."""
    rows = "\n".join(
        ROW.replace("| 12 |", f"| {900 + number} |").replace("leer", "Umbau") + " |"
        for number in range(3)
    )
    return Handed(book({"Leerstände": f"{HEAD} |\n{rows}"}, name="Juni.xlsx"), "anderes")


ALL = survey(range(10))
CASES: dict[str, tuple[Handed, ...]] = {
    "numbers-issued": (ALL,),
    "correction-replaces": (ALL, survey(range(11))),
    "objects-gone": (ALL, survey(range(9))),
    "correction-waits": (ALL, survey(range(3))),
    "known-under-old-name": (ALL, survey(range(10), name="Mai neu.xlsx")),
    "object-in-two-sources": (ALL, contradicting()),
    "number-kept": (ALL, survey(range(10), last="955")),
}
