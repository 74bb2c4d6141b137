"""Apps: the columns that Kobo, ODK, ArcGIS, QGIS and forms of Google and Microsoft add.

In: a heading of an export.
Out: whether it is a column of the app, and which coordinate a column of a geopoint holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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
    "objectid globalid creationdate creator editdate editor createduser createddate "
    "lastediteduser lastediteddate shapelength shapeleng shapearea ogcfid wktgeom "
    "zeitstempel timestamp startzeit fertigstellungszeit starttime completiontime "
    "lastmodifiedtime zeitpunktderletztenaenderung "
)
"""System columns, folded and without blanks."""
_PLAIN = frozenset(
    {"start", "end", "today", "deviceid", "username", "simserial", "subscriberid", "phonenumber",
     "instanceID", "SubmissionDate", "FormVersion", "ReviewState", "SubmitterID", "SubmitterName",
     "AttachmentsPresent", "AttachmentsExpected", "DeviceID", "Edits", "audit",
     "Zeitstempel", "Timestamp", "Startzeit", "Fertigstellungszeit", "Start time",
     "Completion time", "Last modified time", "Zeitpunkt der letzten Änderung"}
)  # fmt: skip
_GIS = frozenset(
    {"globalid", "creationdate", "creator", "editdate", "editor", "created_user", "created_date",
     "last_edited_user", "last_edited_date", "shape_length", "shape_leng", "shape_area",
     "shape__length", "shape__area", "ogc_fid", "wkt_geom"}
)  # fmt: skip
"""Columns of a layer of ArcGIS or QGIS; beside them OBJECTID numbers the rows of the layer."""
_FORMS = frozenset({"Fertigstellungszeit", "Completion time"})
"""Columns of Microsoft Forms; beside them ID counts the answers."""
_GEOPOINT = re.compile(
    r"_?(?P<name>.+)_(?P<part>latitude|longitude|altitude|precision)"
    r"|(?:.+-)(?P<central>Latitude|Longitude|Altitude|Accuracy)"
)
_OF_CENTRAL = frozenset({"Status", "KEY", "PARENT_KEY", "meta-instanceID", "meta-instanceName"})


def last_name(heading: str) -> str:
    """A question without the groups of its form, as Kobo writes them: "ort/street"."""
    text = heading.strip()
    return text if " " in text else text.rpartition("/")[2]


def ungrouped(headings: Iterable[str]) -> dict[str, str]:
    """Headings of a line → what they ask; ODK Central puts a hyphen between groups.

    Elsewhere a hyphen is part of the word ("Haus-Nr."), so the line must have Central's columns;
    of these "Status" is marked as the app's own, for nobody was asked it, and so are the OBJECTID
    of a layer and the ID of an answer, which are numbers of the export and identify nothing.
    """
    texts = tuple(headings)
    if _GIS & {text.lower() for text in texts}:
        return {text: f"_{text}" if text.lower() == "objectid" else text for text in texts}
    if _FORMS & {*texts}:
        return {text: f"_{text}" if text == "ID" else text for text in texts}
    if "KEY" not in texts or not {"SubmissionDate", "PARENT_KEY"} & {*texts}:
        return {text: text for text in texts}
    return {
        text: f"_{text}" if text in _OF_CENTRAL else text.rpartition("-")[2] if _is_asked(text)
        else text
        for text in texts
    }  # fmt: skip


def _is_asked(text: str) -> bool:
    return " " not in text and not _GEOPOINT.fullmatch(text)


def is_of_the_app(heading: str) -> bool:
    """Whether the app wrote this column by itself; `_id` is the upload's number, no object's."""
    text = heading.strip()
    if _part(text) in {"altitude", "precision", "accuracy"}:
        return True
    name = fold(text).replace(" ", "")
    if f" {name} " not in _NAMES:
        return False
    is_marked = text.startswith(("_", "meta", "formhub")) or text in {"KEY", "PARENT_KEY"}
    return is_marked or text in _PLAIN or text.lower() in _GIS


def coordinate_of(heading: str) -> str | None:
    """Latitude or longitude, where the heading is that part of a geopoint question."""
    part = _part(heading.strip())
    return part if part in {"latitude", "longitude"} else None


def _part(text: str) -> str | None:
    """The part of a geopoint that a column of an export holds."""
    is_name = " " not in text or text.startswith("_")
    match = _GEOPOINT.fullmatch(text.rpartition("/")[2]) if is_name else None
    return (match["part"] or match["central"]).lower() if match else None
