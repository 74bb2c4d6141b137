"""Write the example workbooks and their record anew: `python -m raw.examples [FOLDER]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from raw.examples import (
    FAULTY,
    FOLDER,
    RECORD,
    faulty,
    second_wave,
    stock,
    survey,
    wattenscheid,
    werne,
)
from raw.examples.book import to_bytes
from raw.examples.record import fates, totals


def contents() -> dict[str, bytes]:
    """File name → bytes of everything that is generated."""
    west = survey.vacancies(("25",), wattenscheid.BEGIN)
    west_sites = survey.sites(("25",), wattenscheid.BEGIN)
    east = survey.vacancies(("47", "49"), werne.BEGIN)
    east_sites = survey.sites(("47", "49"), werne.BEGIN)
    again = second_wave.second_wave(west)
    record = {
        "2019-W1": totals([*west, *east], [*west_sites, *east_sites]),
        "2021-W1": totals([each.item for each in again], [])
        | {"walked": second_wave.WALKED, "fates": fates(again)},
        "planted": faulty.expected(),
    }
    return {
        "Wattenscheid_2019.xlsx": to_bytes(wattenscheid.workbook(west, west_sites)),
        "Wattenscheid_2021.xlsx": to_bytes(second_wave.workbook(again)),
        "Werne_Langendreer_2019.xlsx": to_bytes(werne.workbook(east, east_sites)),
        "Bestand_2019.xlsx": to_bytes(stock.workbook()),
        FAULTY: to_bytes(faulty.workbook()),
        RECORD: (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def main(folder: Path) -> None:
    """Write every generated file into `folder`."""
    for name, content in contents().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
