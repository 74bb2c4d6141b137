"""The worker: checks and loads what is queued, in a process of its own.

In: a home and the page's process; `python -m pipelines.portal.worker HOME PID`.
Out: uploads moved from queued to ready, from submitted to loaded; verdicts on the desk, marked
copies in warehouse/portal. The page never waits for it. Killed at any moment, it finishes the
work when it starts again: what it had begun is queued anew, and loading twice is once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.errors import ExpectedFailure, InputFailure
from pipelines.feedback.marked import is_package, write_marked
from pipelines.feedback.report import verdict_fragment
from pipelines.home import Home, open_home
from pipelines.intake.check import check_file
from pipelines.intake.findings import in_order
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.portal.changes import changes_of
from pipelines.portal.desk import Desk, State, Upload, folder_of
from pipelines.publish import Approval
from pipelines.store import archive_of, find_submission, outcome, receive
from pipelines.store.submission import Mode, Submission, number_of
from pipelines.walk import Walk, home_places, publish_home
from pipelines.walk.ingesting import Ingested, finish
from pipelines.walk.said import Said, check_options
from schemas.columns import Lang

IDLE_SECONDS = 0.15
BATCH = 20
_HOUR = 3600.0
LANGS: tuple[Lang, ...] = ("de", "en")
_log = logging.getLogger(__name__)


def run(home: Home, parent: int) -> None:
    """Work until the parent is gone; it may be gone before this process has started."""
    desk = Desk(home)
    desk.requeue()
    with Walk(home) as walk:
        for _ in finish(walk):
            pass
    swept = 0.0
    with Reader() as reader:
        while os.getppid() == parent:
            if time.monotonic() - swept > _HOUR or not swept:
                _sweep(home, desk)
                swept = time.monotonic()
            if not work_once(home, desk, reader):
                time.sleep(IDLE_SECONDS)


def work_once(home: Home, desk: Desk, reader: Reader) -> bool:
    """Do what is queued, a batch at most; whether there was anything."""
    loads: list[Upload] = []
    checks = 0
    while len(loads) + checks < BATCH and (upload := desk.take()) is not None:
        if upload.state is State.LOADING:
            loads.append(upload)
        else:
            checks += 1
            _guarded(desk, upload, lambda u=upload: _check(home, desk, reader, u))
    if loads:
        _load(home, desk, loads)
    task = desk.take_task()
    if task is not None:
        _do(home, desk, task)
    return bool(loads or checks or task)


def _guarded(desk: Desk, upload: Upload, work: Any) -> None:
    """A fault with one upload fails that upload; the others go on."""
    try:
        work()
    except ExpectedFailure as failure:
        _fail(desk, upload, {lang: failure.sentence(lang) for lang in LANGS})
    except Exception:  # noqa: BLE001  no file may stop the worker
        _log.exception("upload %s", upload.id)
        unknown = InputFailure("page-failure", upload=upload.id)
        _fail(desk, upload, {lang: unknown.sentence(lang) for lang in LANGS})


def _fail(desk: Desk, upload: Upload, sentences: dict[str, str]) -> None:
    verdict = {**(upload.verdict or {}), "failure": sentences}
    desk.move(
        upload.id, frozenset({upload.state}), State.FAILED,
        verdict=json.dumps(verdict, ensure_ascii=False),
    )  # fmt: skip


def _options(home: Home, upload: Upload) -> CheckOptions:
    return check_options(home.settings(), Said(upload.team, upload.wave), home)


def _check(home: Home, desk: Desk, reader: Reader, upload: Upload) -> None:
    with archive_of(home).at_hand(upload.sha256) as path:
        checked = _check_file(home, reader, upload, path)
    verdict = verdict_data(checked) | {"changes": changes_of(home, checked, upload.team)}
    desk.move(
        upload.id, frozenset({State.CHECKING}), State.READY,
        verdict=json.dumps(verdict, ensure_ascii=False),
    )  # fmt: skip


def _check_file(home: Home, reader: Reader, upload: Upload, path: Path) -> CheckedWorkbook:
    """Check the bytes of an upload and write its marked copy."""
    options = _options(home, upload)
    checked = check_file(path, options, home_places(home), reader, name=upload.file)
    if checked.status is not Status.UNREADABLE:
        workbook = None
        if not is_package(path):
            workbook = reader.read(path, options.limits, name=upload.file)
        lang: Lang = "en" if upload.lang == "en" else "de"
        write_marked(path, checked, folder_of(home) / f"{upload.id}.xlsx", lang, workbook)
    return checked


def verdict_data(checked: CheckedWorkbook) -> dict[str, Any]:
    """What the page and the API show of a check, in both languages."""
    needs_wave = any(f.code == "key-missing" and f.field == "wave_id" for f in checked.findings)
    return {
        "status": str(checked.status),
        "json": {lang: checked.to_json(lang) for lang in LANGS},
        "html": {lang: verdict_fragment(checked, lang) for lang in LANGS},
        "needs_wave": needs_wave,
        "unknown": [
            {"form": table.form, "sheet": table.sheet, "heading": heading}
            for form in checked.forms
            for table in form.tables
            for heading in table.ignored_columns
        ],
    }


def _load(home: Home, desk: Desk, uploads: list[Upload]) -> None:
    """Load a batch; each upload is received once, whatever happens in between."""
    pairs: list[tuple[Upload, Submission]] = []
    for upload in uploads:
        _guarded(desk, upload, lambda u=upload: pairs.append((u, _received(home, desk, u))))
    if not pairs:
        return
    try:
        with Walk(home) as walk:
            settled = walk.settle([submission for _, submission in pairs])
    except ExpectedFailure:
        # The store is busy: they wait for the next turn, and so does whoever holds it.
        for upload, _ in pairs:
            desk.move(upload.id, frozenset({State.LOADING}), State.SUBMITTED)
        time.sleep(1.0)
        return
    for (upload, submission), result in zip(pairs, settled, strict=True):
        if isinstance(result, ExpectedFailure):
            _fail(desk, upload, {lang: result.sentence(lang) for lang in LANGS})
        else:
            _note_loaded(desk, upload, submission, result)


_MODES: dict[str, Mode] = {"replace": "replace", "add": "add"}


def _received(home: Home, desk: Desk, upload: Upload) -> Submission:
    if upload.submission is not None:
        found = find_submission(home, number_of(upload.submission) or 0)
        told = outcome(home, upload.submission)
        if found is not None and (told is None or told.status is not Status.WAITING):
            return found
    mode = _MODES.get(upload.mode or "")
    with archive_of(home).at_hand(upload.sha256) as path:
        submission = receive(
            home, path, _options(home, upload), home_places(home), mode=mode, name=upload.file
        )
    desk.move(upload.id, frozenset({State.LOADING}), State.LOADING, submission=submission.id)
    return replace(submission, mode=mode)


_ENDS = {Status.ACCEPTED: State.LOADED, Status.PARTIAL: State.LOADED, Status.WAITING: State.WAITING}


def _note_loaded(desk: Desk, upload: Upload, submission: Submission, result: Ingested) -> None:
    findings = in_order(result.findings)
    verdict = dict(upload.verdict or {}) | {
        "loaded": {
            lang: [f.message(lang) for f in findings if _is_of_loading(f.code)] for lang in LANGS
        },
        "status": str(result.status),
        "duplicate_of": result.duplicate_of,
        "replaces": list(result.replaces),
    }
    desk.move(
        upload.id, frozenset({State.LOADING}), _ENDS.get(result.status, State.FAILED),
        verdict=json.dumps(verdict, ensure_ascii=False), submission=submission.id,
    )  # fmt: skip


def _is_of_loading(code: str) -> bool:
    from schemas.findings import catalogue  # late: read once, when first needed

    return catalogue()[code].stage == "loading"


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


def _sweep(home: Home, desk: Desk) -> None:
    """Drop the marked copies of uploads that were discarded long ago."""
    for upload in desk.discarded_before(home.settings().discarded_days):
        (folder_of(home) / f"{upload.id}.xlsx").unlink(missing_ok=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    run(open_home(Path(sys.argv[1])), int(sys.argv[2]))
