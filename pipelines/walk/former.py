"""What a walk list prints: the last known state of every object of an area."""

from __future__ import annotations

import polars as pl

from pipelines.home import Home
from pipelines.store.edition import find_edition
from pipelines.store.query import open_edition

_LAST = """
SELECT * EXCLUDE (place_in_time) FROM (
    SELECT *, row_number() OVER (
        PARTITION BY municipality_key, object_id ORDER BY wave_id DESC, survey_date DESC
    ) AS place_in_time
    FROM units WHERE municipality_key = $key AND ($area = '' OR survey_area = $area)
) WHERE place_in_time = 1 AND vacancy_status <> 'BEENDET' ORDER BY object_id
"""


def former_objects(home: Home, municipality: str, area: str) -> pl.DataFrame:
    """One row per object that has not ended, as the edition's view `units` had it last.

    Raises:
        StoreFailure: there is no edition yet.
    """
    with open_edition(find_edition(home).path) as connection:
        return connection.execute(_LAST, {"key": municipality, "area": area}).pl()
