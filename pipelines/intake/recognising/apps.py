"""Apps: the columns that Kobo and ODK add to what was asked.

In: a heading of an export.
Out: whether it is a column of the app, and which coordinate a column of a geopoint holds.
"""

from __future__ import annotations

import re

from schemas.folding import fold

_NAMES = (
    " start end today deviceid subscriberid simserial phonenumber username version id uuid "
    "submissiontime submissiondate submittedby validationstatus notes status tags index "
    "parentindex parenttablename submissionid instanceid instancename key parentkey "
    "formversion edits reviewstate submitterid submittername attachmentspresent "
    "attachmentsexpected submissionuuid submissionsubmissiontime submissionvalidationstatus "
    "submissionnotes submissionstatus submissionsubmittedby submissionversion submissiontags "
    "metainstanceid metainstancename rootuuid metarootuuid metadeprecatedid audit xformid "
    "formhubuuid geolocation attachments xformidstring bamboodatasetid "
)
"""System columns, folded and without blanks."""
_PLAIN = frozenset(
    {"start", "end", "today", "deviceid", "username", "simserial", "subscriberid", "phonenumber",
     "instanceID", "SubmissionDate", "FormVersion", "ReviewState", "SubmitterID", "SubmitterName",
     "AttachmentsPresent", "AttachmentsExpected", "DeviceID", "Edits", "audit"}
)  # fmt: skip
_GEOPOINT = re.compile(r"_?(?P<name>.+)_(?P<part>latitude|longitude|altitude|precision)")


def is_of_the_app(heading: str) -> bool:
    """Whether the app wrote this column by itself; `_id` is the upload's number, no object's."""
    text = heading.strip()
    last = text.rpartition("/")[2]
    if _GEOPOINT.fullmatch(last) and last.endswith(("_altitude", "_precision")):
        return True
    name = fold(text).replace(" ", "")
    if f" {name} " not in _NAMES:
        return False
    is_marked = text.startswith(("_", "meta", "formhub")) or text in {"KEY", "PARENT_KEY"}
    return is_marked or text in _PLAIN


def coordinate_of(heading: str) -> str | None:
    """Latitude or longitude, where the heading is that part of a geopoint question."""
    match = _GEOPOINT.fullmatch(heading.strip().rpartition("/")[2])
    return match["part"] if match and match["part"] in {"latitude", "longitude"} else None
