"""DDL from the declarations: DuckDB takes what polars holds, and says what it means."""

import duckdb
import polars as pl
import pytest

from schemas import FORMS
from schemas.columns import Form
from schemas.ddl import column_comments, column_types, literal, quoted
from schemas.types import LEAD, frame_schema

EACH_FORM = pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)


@EACH_FORM
def test_a_typed_frame_fits_its_table(form: Form) -> None:
    types = column_types(form)
    frame = pl.DataFrame(schema=frame_schema(form)).drop(name for name in LEAD if name not in types)
    with duckdb.connect() as database:
        listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
        database.execute(f"CREATE TABLE rows ({listed})")
        database.register("frame", frame.to_arrow())
        database.execute("INSERT INTO rows BY NAME SELECT * FROM frame")
        stored = database.table("rows").pl()
    assert dict(stored.schema) == dict(frame.schema)


@EACH_FORM
def test_every_column_is_explained(form: Form) -> None:
    comments = column_comments(form)
    assert comments.keys() == column_types(form).keys()
    for column in form.columns:
        if column.name in LEAD:
            continue
        for lang in ("de", "en"):
            assert comments[column.name][lang].startswith(column.description[lang])
    assert all(comment.de and comment.en for comment in comments.values())


def test_unit_and_codes_stand_in_the_comment() -> None:
    comments = column_comments(FORMS["vacancies"])
    assert comments["gross_area_m2"].de.endswith("[m²]")
    assert comments["vacancy_degree"].en.endswith("(VOLLSTAENDIG, TEILWEISE)")
    assert "before" in comments["vacant_since_precision"].en


@pytest.mark.parametrize("text", ["a", "a'b", 'a"b', "'; DROP TABLE x; --"])
def test_names_and_texts_are_safe_in_sql(text: str) -> None:
    with duckdb.connect() as database:
        relation = database.sql(f"SELECT {literal(text)} AS {quoted(text)}")
        assert relation.columns == [text]
        assert relation.fetchall() == [(text,)]
