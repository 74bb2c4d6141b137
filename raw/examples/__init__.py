"""The example workbooks: what survey teams of the Bochum case might have sent.

In: the CSV files beside this one (how many objects of which kind on which street section, how
people spell the codes) and the registers in areas/bochum. Streets and districts are real, every
row is invented, and every house number lies above the real ones, so that no real building is
called vacant.
Out: `python -m raw.examples` writes the workbooks and record.json, always the same bytes.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
AREAS = FOLDER / "areas"

# Team → its workbooks, in the order of their upload; the faulty workbook belongs to no demo.
DEMO: dict[str, tuple[str, ...]] = {
    "wattenscheid": ("Wattenscheid_2019.xlsx", "Wattenscheid_2021.xlsx"),
    "werne": ("Werne_Langendreer_2019.xlsx",),
    "amt": ("Bestand_2019.xlsx",),
}
FAULTY = "Fehlerbeispiel.xlsx"
RECORD = "record.json"
NOTICE = "Beispieldaten, keine Erhebung"
