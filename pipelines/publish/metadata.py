"""Metadata of the downloads: a Frictionless data package and DCAT-AP.de as JSON-LD.

In: `Content`.
Out: JSON text. Licence, provider, contact and the site's address come from the settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.publish.content import Content
from pipelines.publish.downloads import plain_frame
from pipelines.publish.model import Imprint, Table
from pipelines.publish.tables import site_texts

_LICENCES = {
    "dl-de/by-2-0": ("http://dcat-ap.de/def/licenses/dl-by-de/2.0",
                     "https://www.govdata.de/dl-de/by-2-0"),
    "dl-de/zero-2-0": ("http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
                       "https://www.govdata.de/dl-de/zero-2-0"),
    "cc-by/4.0": ("http://dcat-ap.de/def/licenses/cc-by/4.0",
                  "https://creativecommons.org/licenses/by/4.0/"),
}  # fmt: skip
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def data_package(content: Content, imprint: Imprint) -> bytes:
    """datapackage.json beside the CSV files, each with its schema."""
    texts = site_texts()
    package = {
        "profile": "tabular-data-package",
        "name": "leerstand",
        "title": texts("site", "de"),
        "description": imprint.notice or texts("committee-definition-text", "de"),
        "version": imprint.edition,
        "edition": imprint.edition,
        "reference_date": imprint.reference_date.isoformat() if imprint.reference_date else None,
        "licenses": [{"name": imprint.licence, "path": _licence(imprint)[1]}],
        "contributors": [{"title": imprint.provider or "–", "role": "publisher"}],
        "resources": [_resource(table, imprint) for table in content.tables.values()],
    }
    if package["reference_date"] is None:
        del package["reference_date"]
    return _json(package)


def _resource(table: Table, imprint: Imprint) -> dict[str, Any]:
    frame = plain_frame(table, imprint)
    headings = {f.name: f.heading.de.replace("\u00ad", "") for f in table.fields}
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "title": table.title.de,
        "description": f"{table.basis.de}. {table.unit.de}.",
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": name, "type": _type(kind), "title": headings.get(name, name)}
                for name, kind in frame.schema.items()
            ],
            "missingValues": [""],
        },
    }  # fmt: skip


def _type(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "integer"
    if kind.is_numeric():
        return "number"
    return "date" if kind == pl.Date else "string"


def _licence(imprint: Imprint) -> tuple[str, str]:
    return _LICENCES.get(imprint.licence.lower(), (imprint.licence, imprint.licence))


def dcat(content: Content, files: Mapping[str, str], imprint: Imprint) -> bytes:
    """A catalogue of one dataset with a distribution per file.

    `files`: path → format of the EU's list.
    """
    dataset = _told(imprint) | {
        "@id": f"{imprint.site_url}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": "leerstand",
        "dcat:contactPoint": _contact(imprint),
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/REGI"},
        "dct:language": [
            {"@id": f"http://publications.europa.eu/resource/authority/language/{code}"}
            for code in ("DEU", "ENG")
        ],
        "dcat:version": imprint.edition,
        "dcatde:politicalGeocodingURI": [
            {"@id": f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{key}"}
            for key, _ in content.municipalities if re.fullmatch(r"\d{8}", key)
        ],
        "dcatde:politicalGeocodingLevelURI": {
            "@id": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality"},
        "dct:spatial": [{"@type": "dct:Location", "skos:prefLabel": name}
                        for _, name in content.municipalities],
        "dcat:distribution": [_distribution(path, kind, imprint)
                              for path, kind in sorted(files.items())],
    }  # fmt: skip
    if imprint.reference_date:
        day = {"@type": "xsd:date", "@value": imprint.reference_date.isoformat()}
        dataset["dct:temporal"] = {"@type": "dct:PeriodOfTime", "dcat:endDate": day}
    catalogue = _told(imprint) | {
        "@id": f"{imprint.site_url}#catalogue",
        "@type": "dcat:Catalog",
        "dcat:dataset": {"@id": dataset["@id"]},
    }
    return _json({"@context": _CONTEXT, "@graph": [catalogue, dataset]})


def _told(imprint: Imprint) -> dict[str, Any]:
    """What catalogue and dataset must both say: title, description, publisher."""
    texts, notice = site_texts(), f"{imprint.notice.rstrip('.')}. " if imprint.notice else ""
    return {
        "dct:title": [{"@language": lang, "@value": texts("site", lang)} for lang in ("de", "en")],
        "dct:description": [
            {"@language": lang, "@value": notice + texts("committee-definition-text", lang)}
            for lang in ("de", "en")
        ],
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": imprint.provider or "–"},
    }


def _contact(imprint: Imprint) -> dict[str, Any]:
    contact: dict[str, Any] = {"@type": "vcard:Organization", "vcard:fn": imprint.provider or "–"}
    if imprint.contact:
        contact["vcard:hasEmail"] = {"@id": f"mailto:{imprint.contact}"}
    return contact


def _distribution(path: str, kind: str, imprint: Imprint) -> dict[str, Any]:
    # Without an address of the site it is relative to this file, which lies beside the others.
    place = f"{imprint.site_url}{path}" if imprint.site_url else path.removeprefix("downloads/")
    address = {"@id": place}
    return {
        "@id": f"{place}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": path,
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dct:format": {"@id": f"{_FILE_TYPES}{kind}"},
        "dct:license": {"@id": _licence(imprint)[0]},
        "dcatde:licenseAttributionByText": imprint.provider or "–",
    }


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
