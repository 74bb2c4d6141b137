"""Keeping and removing: what the retention rules say, by hand and by schedule.

In: a home, a day, who does it.
Out: the protocol, which stands in the ledger too.
"""

from __future__ import annotations

from datetime import date

from pipelines.home import Home
from pipelines.intake.reader import Reader
from pipelines.store.purge import purge
from pipelines.store.verify import Difference
from pipelines.walk.said import home_places


def purge_home(home: Home, actor: str, today: date) -> list[Difference]:
    """Remove what is due on a day.

    Raises:
        StoreLocked: another process kept the store.
    """
    with Reader() as reader:
        return purge(home, home_places(home), today, actor=actor, reader=reader)
