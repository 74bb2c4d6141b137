"""What becomes of an upload that could not be checked or loaded: it fails, the others go on."""

from __future__ import annotations

import logging

from pipelines.errors import ExpectedFailure, InputFailure
from pipelines.portal.desk import Desk, State, Upload
from schemas.columns import Lang

LANGS: tuple[Lang, ...] = ("de", "en")
_log = logging.getLogger(__name__)


def fail(desk: Desk, upload: Upload, error: BaseException) -> None:
    """Write down why; a fault of ours is logged and told by the upload's number."""
    if not isinstance(error, ExpectedFailure):
        _log.error("upload %s", upload.id, exc_info=error)
        error = InputFailure("page-failure", upload=upload.id)
    sentences = {lang: error.sentence(lang) for lang in LANGS}
    verdict = {**(upload.verdict or {}), "failure": sentences}
    desk.move(upload.id, frozenset({upload.state}), State.FAILED, verdict=verdict)
