"""DDL from the declarations: DuckDB takes what polars holds, and says what it means."""

import duckdb
import polars as pl
import pytest

from schemas import FORMS
from schemas.columns import Form
from schemas.ddl import add_column, comments, create_table, definitions
from schemas.types import LEAD, frame_schema

EACH_FORM = pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)


@EACH_FORM
def test_a_typed_frame_fits_its_table(form: Form) -> None:
    with duckdb.connect() as database:
        database.execute(create_table("rows", definitions(form)))
        frame = pl.DataFrame(schema=frame_schema(form)).drop(
            name for name in LEAD if name not in {"municipality_key", "district_id"}
        )
        database.register("frame", frame.to_arrow())
        database.execute("INSERT INTO rows BY NAME SELECT * FROM frame")
        stored = database.table("rows").pl()
    assert dict(stored.schema) == dict(frame.schema)


@EACH_FORM
@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_column_is_explained_in_the_database(form: Form, lang: str) -> None:
    with duckdb.connect() as database:
        database.execute(create_table("rows", definitions(form)))
        for statement in comments("rows", definitions(form), lang):
            database.execute(statement)
        found = dict(
            database.sql(
                "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'rows'"
            ).fetchall()
        )
    for column in form.columns:
        assert found[column.name].startswith(column.description[lang]) or column.name in LEAD
    assert all(found.values())


def test_names_and_texts_are_quoted() -> None:
    assert add_column('a"b', definitions(FORMS["stock"])[0]).startswith('ALTER TABLE "a""b"')
