"""Checking uploads: the verdict first, then what a load would change.

In: queued uploads, the threads that check.
Out: verdicts on the desk, marked copies in warehouse/portal. A file that takes long keeps one
thread; the others go on.
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.errors import ExpectedFailure
from pipelines.feedback.marked import write_marked
from pipelines.feedback.report import verdict_fragment
from pipelines.feedback.texts import texts
from pipelines.home import Home
from pipelines.intake.check import check_workbook, unreadable
from pipelines.intake.mappings import mapping_for
from pipelines.intake.options import CheckOptions, Limits
from pipelines.intake.reader import UnreadableFile
from pipelines.intake.result import CheckedWorkbook
from pipelines.portal.changes import changes_of
from pipelines.portal.desk import Desk, State, Upload, folder_of
from pipelines.portal.failing import LANGS, fail
from pipelines.store import archive_of, open_writer
from pipelines.store.context import keep_context
from pipelines.store.preview import Preview, preview_with
from pipelines.store.submission import Submission
from pipelines.walk.checkers import Crew, Here
from pipelines.walk.said import Said, check_options
from schemas.columns import Lang
from schemas.personal import is_personal
from schemas.places import Places

AT_ONCE = 4
"""How many files are with the threads; the rest waits on the desk, where it is safe."""
COMPARED, COMPARE_SECONDS = 10, 4.0
"""How many are compared with the store in one go, and how long they wait for idle threads."""
KEPT, KEPT_ROWS = 100, 5000
"""How many checks are kept for their loading, and of how many rows; others are made again."""


@dataclass(frozen=True)
class Checked:
    """A checked upload, waiting to be compared with the store."""

    upload: Upload
    workbook: CheckedWorkbook
    options: CheckOptions
    context: str
    verdict: dict[str, Any]


class Checks:
    """The uploads being checked, and those whose comparison is still to come."""

    def __init__(self, home: Home, desk: Desk) -> None:
        self.home = home
        self.desk = desk
        self._running: dict[Future[Checked], Upload] = {}
        self._uncompared: list[Checked] = []
        self._kept: dict[str, Checked] = {}
        self._since = 0.0

    @property
    def is_running(self) -> bool:
        """Whether the threads are in use."""
        return bool(self._running)

    def begin(self, crew: Crew[Here], places: Places) -> bool:
        """Hand queued uploads to the threads; whether there were any."""
        taken = self.desk.take(State.QUEUED, AT_ONCE - len(self._running))
        for upload in taken:
            options = options_of(self.home, upload)
            work = crew.run(partial(_check, self.home, places, upload, options))
            self._running[work] = upload
        return bool(taken)

    def finish(self) -> bool:
        """Write down the verdicts that are there; whether there were any."""
        done = [future for future in self._running if future.done()]
        for future in done:
            upload = self._running.pop(future)
            error = future.exception()
            if error is not None:
                fail(self.desk, upload, error)
                continue
            checked = future.result()
            self.desk.move(
                upload.id, frozenset({State.CHECKING}), State.READY, verdict=checked.verdict
            )
            self._since = self._since if self._uncompared else time.monotonic()
            self._uncompared.append(checked)
            self._keep(checked)
        return bool(done)

    def _keep(self, checked: Checked) -> None:
        if sum(form.frame.height for form in checked.workbook.forms) <= KEPT_ROWS:
            self._kept[checked.upload.id] = checked
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def made_for(self, upload: Upload, submission: Submission) -> CheckedWorkbook | None:
        """The check of an upload, where nothing that it depends on has changed since."""
        kept = self._kept.pop(upload.id, None)
        if kept is None or kept.upload.sha256 != submission.sha256:
            return None
        is_same = (kept.options, kept.context) == (submission.options, submission.context)
        return kept.workbook if is_same else None

    def compare(self) -> bool:
        """Say what loading would change, once no verdict waits or some have waited for a while."""
        waited = time.monotonic() - self._since
        if not self._uncompared or (self._running and waited < COMPARE_SECONDS):
            return False
        compared, self._uncompared = self._uncompared[:COMPARED], self._uncompared[COMPARED:]
        for checked, found in zip(compared, self._previews(compared), strict=True):
            verdict = checked.verdict | {"changes": changes_of(found) if found else {}}
            self.desk.note(checked.upload.id, State.READY, verdict)
        return True

    def _previews(self, compared: list[Checked]) -> list[Preview | None]:
        """One for each; None where the store is held by another for too long."""
        try:
            with open_writer(self.home) as writer:
                found: list[Preview | None] = []
                for one in compared:
                    writer.breathe()
                    found.append(preview_with(writer, one.workbook, one.options))
                return found
        except ExpectedFailure:
            return [None] * len(compared)


def warm_up(places: Places, bench: Here) -> None:
    """Let reading, checking and marking load what they load at their first file; a second."""
    with tempfile.TemporaryDirectory() as folder:
        text, book, copy = (Path(folder, name) for name in ("a.csv", "a.xlsx", "b.xlsx"))
        text.write_text("Straße;Hausnummer;Status\nHochstraße;1;leer\n", encoding="utf-8")
        for source, marked in ((text, book), (book, copy)):
            workbook = bench.reader.read(source, Limits())
            checked = check_workbook(workbook, CheckOptions(), places)
            write_marked(source, checked, marked, "de", workbook)
            verdict_data(checked)


def options_of(home: Home, upload: Upload) -> CheckOptions:
    """What an upload is checked and loaded with."""
    return check_options(home.settings(), Said(upload.team, upload.wave, area=upload.area), home)


def _check(
    home: Home, places: Places, upload: Upload, options: CheckOptions, bench: Here
) -> Checked:
    context = keep_context(home, options)
    with archive_of(home).at_hand(upload.sha256) as path:
        try:
            workbook = bench.reader.read(path, options.limits, name=upload.file)
        except UnreadableFile as refusal:
            checked = unreadable(refusal)
            return Checked(upload, checked, options, context, verdict_data(checked))
        checked = check_workbook(workbook, options, places)
        lang: Lang = "en" if upload.lang == "en" else "de"
        write_marked(path, checked, folder_of(home) / f"{upload.id}.xlsx", lang, workbook)
    mapping = mapping_for(workbook, options)
    verdict = verdict_data(checked) | {"mapping": mapping.name if mapping else None}
    return Checked(upload, checked, options, context, verdict)


def verdict_data(checked: CheckedWorkbook) -> dict[str, Any]:
    """What the page and the API show of a check, in both languages."""
    return {
        "status": str(checked.status),
        "counts": _counts(checked),
        "title": {lang: texts()(f"status-{checked.status}", lang) for lang in LANGS},
        "json": {lang: checked.to_json(lang) for lang in LANGS},
        "html": {lang: verdict_fragment(checked, lang) for lang in LANGS},
        "needs_wave": _is_missing(checked, "wave_id"),
        "needs_area": any(_is_missing(checked, name) for name in ("survey_area", "district_code")),
        "unknown": [
            {"form": table.form, "sheet": table.sheet, "heading": heading}
            for form in checked.forms
            for table in form.tables
            for heading in table.ignored_columns
            if not is_personal(heading)
        ],
    }


def _is_missing(checked: CheckedWorkbook, field: str) -> bool:
    missing = {"key-missing", "key-column-missing"}
    return any(found.code in missing and found.field == field for found in checked.findings)


def _counts(checked: CheckedWorkbook) -> dict[str, int]:
    tables = [table for form in checked.forms for table in form.tables]
    counts = {
        "rows": sum(table.rows for table in tables),
        "accepted": sum(table.accepted for table in tables),
    }
    for severity in ("error", "warning", "hint"):
        counts[severity] = sum(f.count for f in checked.findings if f.severity == severity)
    return counts
