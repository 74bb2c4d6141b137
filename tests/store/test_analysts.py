"""The worked queries of docs/analysts.md run, and what an export leaves out."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import InputFailure
from pipelines.home import Home
from pipelines.store import find_edition
from pipelines.store.export import export_redacted
from pipelines.store.query import fetch
from schemas import FORMS

TEXT = (Path(__file__).parents[2] / "docs/analysts.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", TEXT, flags=re.DOTALL)
# Rightly without answer in the examples: nothing was known in 2025, and nobody noted causes.
EMPTY = ("units_as_of", "unnest(causes)")


def test_there_are_ten_queries() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize("sql", QUERIES)
def test_a_worked_query_has_an_answer(bochum: Home, sql: str) -> None:
    answer = fetch(find_edition(bochum).path, sql)
    assert answer.rows or any(name in sql for name in EMPTY)


def test_an_export_holds_public_columns_only(bochum: Home, tmp_path: Path) -> None:
    target = tmp_path / "public.duckdb"
    export_redacted(find_edition(bochum).path, target)
    internal = {
        column.name for form in FORMS.values() for column in form.columns if not column.is_public
    } | {"submission_id", "sheet", "row_number", "raw"}
    with duckdb.connect(target, read_only=True) as store:
        rows = store.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
        count = store.execute(
            "SELECT count(*) FROM vacancies WHERE wave_id = '2019-W1' AND district_code = '25'"
        ).fetchall()
    units = {column for table, column in rows if table in {"units", "production_sites"}}
    assert units & internal == set()
    assert count == [(115,)]
    with pytest.raises(InputFailure, match="exists"):
        export_redacted(find_edition(bochum).path, target)
