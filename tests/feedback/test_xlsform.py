"""The XLSForm: taken by pyxform as it is, with the questions and lists of the declarations."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from pipelines.feedback.template import TemplateOptions, columns_of
from pipelines.feedback.xlsform import write_xlsform
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Level
from schemas.places import Place


@pytest.fixture(params=["vacancies", "production_sites"])
def form_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[Level.CORE, Level.DESK])
def xform(form_name: str, request: pytest.FixtureRequest, tmp_path: Path, place: Place) -> str:
    """The XForm that pyxform makes of it."""
    path = tmp_path / "form.xlsx"
    options = TemplateOptions(place, area="WAT", wave="2019-W1", level=request.param)
    write_xlsform(path, options, form_name)
    result = convert(path, validate=False)
    assert result.warnings == []
    return str(result.xform)


def test_every_question_is_there(xform: str, form_name: str) -> None:
    names = {element.tag.rpartition("}")[2] for element in ET.fromstring(xform).iter()}  # noqa: S314  our own file
    asked = {column.name for column in columns_of(FORMS[form_name], Level.CORE)}
    assert asked - names == {"row_label"}
    assert "municipality_key" in names


def test_lists_are_those_of_the_codes(xform: str) -> None:
    for code in code_list("place_type").codes if "place_type" in xform else ():
        assert f"<name>{code.code}</name>" in xform
    assert "<name>25</name>" in xform, "the district of the area"
    assert "<name>47</name>" not in xform, "no other district"


def test_both_languages_and_defaults(xform: str) -> None:
    assert 'lang="Deutsch (de)"' in xform
    assert 'lang="English (en)"' in xform
    assert "value=\"concat('2019-W1', '')\"" in xform, "text, not 2019 minus W1"
