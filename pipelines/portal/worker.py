"""The worker: checks and loads what is queued, in a process of its own.

In: a home and the page's process; `python -m pipelines.portal.worker HOME PID`.
Out: uploads moved from queued to ready, from submitted to loaded; verdicts on the desk, marked
copies in warehouse/portal. The page never waits for it. Killed at any moment, it finishes the
work when it starts again: what it had begun is queued anew, and loading twice is once.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from pipelines.errors import ExpectedFailure
from pipelines.home import Home, open_home
from pipelines.portal.checking import Checks
from pipelines.portal.checking import warm_up as warm_up_bench
from pipelines.portal.desk import Desk, State, folder_of
from pipelines.portal.loading import Loads
from pipelines.portal.office import current_view
from pipelines.portal.prefecting import Deployment
from pipelines.publish import Approval
from pipelines.store import archive_of, warm_up
from pipelines.store.unclaimed import last_day, purge_uploads
from pipelines.walk import Walk, home_places, publish_home
from pipelines.walk.checkers import Crew, Here
from pipelines.walk.ingesting import finish
from schemas.places import Places

IDLE_SECONDS = 0.1
CHECKERS = 2
_HOUR = 3600.0
_log = logging.getLogger(__name__)


def run(home: Home, parent: int) -> None:
    """Work until the parent is gone; it may be gone before this process has started."""
    desk = Desk(home)
    desk.requeue()
    swept = 0.0
    with Worker(home, desk) as worker:
        worker.finish_former()
        while os.getppid() == parent:
            if time.monotonic() - swept > _HOUR or not swept:
                _sweep(home, desk, datetime.now(UTC).date())
                swept = time.monotonic()
            if not worker.turn():
                worker.warm_up()
                time.sleep(IDLE_SECONDS)


class Worker:
    """The worker's tools, kept warm from one upload to the next; use it as a context manager."""

    def __init__(self, home: Home, desk: Desk) -> None:
        self.home = home
        self.desk = desk
        self.checks = Checks(home, desk)
        self.loads = Loads(home, desk, Deployment(home), self.checks)
        self._is_warm = False
        self._crew, self._walk = self._opened(home_places(home))

    def warm_up(self) -> None:
        """While there is nothing to do: load what the first file would wait for."""
        if not self._is_warm:
            self._is_warm = True
            for _ in range(CHECKERS):
                self._crew.run(partial(warm_up_bench, self._walk.places))
            warm_up()

    def _opened(self, places: Places) -> tuple[Crew[Here], Walk]:
        crew = Crew(places, CHECKERS, Here)
        return crew, Walk(self.home, places=places, checkers=crew)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._walk.__exit__(None, None, None)

    def turn(self) -> bool:
        """One round of everything there is to do; whether there was anything."""
        walk = self._current_walk() if self._is_asked() else self._walk
        # Each of them is to run, whatever the one before it did.
        done = [
            self.checks.begin(self._crew, walk.places), self.checks.finish(), self.checks.compare(),
            self.loads.turn(walk, is_hurried=self.checks.is_running), self._do_task(),
        ]  # fmt: skip
        if not any(done) and self.loads.has_changed:
            self.loads.has_changed = False
            return self._refresh()
        return any(done)

    def finish_former(self) -> None:
        """Settle what an earlier process received and did not bring to a verdict."""
        for _ in finish(self._walk):
            self.loads.has_changed = True
        self._walk.let_go()

    def _is_asked(self) -> bool:
        return self.desk.has(State.QUEUED) or self.desk.has(State.SUBMITTED)

    def _current_walk(self) -> Walk:
        """The walk, made anew where the office has changed settings or registers meanwhile."""
        places, settings = home_places(self.home), self.home.settings()
        known = self._walk
        is_same = (places.digest, settings) == (known.places.digest, known.settings)
        if not (is_same or self.checks.is_running):
            known.__exit__(None, None, None)
            self._crew, self._walk = self._opened(places)
        return self._walk

    def _refresh(self) -> bool:
        """Let the office's pages see what was loaded; whether the store was free."""
        try:
            current_view(self.home, self._walk.places)
        except ExpectedFailure:
            self.loads.has_changed = True
            return False
        return True

    def _do_task(self) -> bool:
        task = self.desk.take_task()
        if task is not None:
            _do(self.home, self.desk, task)
        return task is not None


def _do(home: Home, desk: Desk, task: dict[str, Any]) -> None:
    """A task of the office: publishing, with approval where it is one."""
    try:
        approval = None
        if task["kind"] == "approve":
            approval = Approval(task["who"], task["reason"])
        published = publish_home(home, approval)
        desk.end_task(task["id"], "done", str(published.edition))
    except ExpectedFailure as failure:
        desk.end_task(task["id"], "failed", failure.sentence(home.settings().lang))
    except Exception:  # noqa: BLE001  no task may stop the worker
        _log.exception("task %s", task["id"])
        desk.end_task(task["id"], "failed", "")


def _sweep(home: Home, desk: Desk, today: date) -> None:
    """Let uploads go that nobody handed in, and forget what was said of bytes that are gone."""
    purge_uploads(home, today, actor="portal")
    archive = archive_of(home)
    for upload in desk.remembered_before(last_day(home, today).isoformat()):
        if not archive.holds(upload.sha256):
            (folder_of(home) / f"{upload.id}.xlsx").unlink(missing_ok=True)
            desk.forget(upload.id)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    run(open_home(Path(sys.argv[1])), int(sys.argv[2]))
