"""Whatever checking accepts, the judge accepts: no value that it would refuse goes unfound."""

from __future__ import annotations

from functools import cache

import pandera.errors
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import FORMS
from schemas.columns import Form, Kind
from schemas.judge import pandera_schema
from tests.intake.sheets import check, only

ODD = st.sampled_from(
    ["", " ", "-", "?", "k.A.", "0", "-1", "#-5", "#1e9", "#0.001", "1.200", "1,2,3", "80-100",
     "ca. 80", "x", "ja", "WAT", "25", "#25", "99", "Wattenscheid", "31.06.2019", "03.05.2019",
     "@2019-05-03", "@1850-01-01", "@2099-01-01", "2019", "#2019", "#43597", "Sep. 19", "vor 2015",
     "seit 2 J.", "!#REF!", "!uncalculated", "#true", "#false", "EG", "1. OG", "44866", "#4486",
     "leer; Hinweis", "370993", "5704827", "7,1422", "51,48", "#1e300", "99999999999999999999",
     "Einheit", "Brachfläche", "leer", "Zwischennutzung", "Ladenlokal", "ÄÖÜ", "🏚", "10.71"]
)  # fmt: skip


@cache
def example(text: str) -> st.SearchStrategy[str]:
    """Mostly what belongs there, sometimes anything; one strategy for the whole run."""
    return st.one_of(st.just(text), ODD, st.text("aß1.,-/ ", max_size=6))


@st.composite
def tables(draw: st.DrawFn, form: Form) -> str:
    columns = [c for c in form.columns if c.kind is not Kind.MUNICIPALITY]
    extra = draw(st.lists(st.sampled_from(columns), unique_by=lambda c: c.name, max_size=6))
    keys = [c for c in columns if c.is_key and draw(st.integers(0, 9)) > 0]
    chosen = list({column.name: column for column in (*keys, *extra)}.values()) or columns[:1]
    lines = [" | ".join(column.name for column in chosen)]
    for _ in range(draw(st.integers(1, 4))):
        cells = [
            draw(example(column.example)).replace("|", "").replace("\n", " ") for column in chosen
        ]
        lines.append(" | ".join(cells))
    return "\n".join(f"| {line} |" for line in lines)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_accepted_passes_the_judge(form: Form, data: st.DataObject) -> None:
    checked = check(data.draw(tables(form)), form=form.name)
    rows = only(checked).frame
    accepted = rows.filter(~rows["is_quarantined"])
    try:
        pandera_schema(form).validate(accepted, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise AssertionError(str(error.failure_cases)) from error
    (report,) = only(checked).tables
    assert report.accepted == accepted.height
    assert report.rows == rows.height
    assert report.quarantined == rows.height - accepted.height
    for found in checked.findings:
        assert found.message("de")
        assert found.message("en")
        assert found.to_json("en")
