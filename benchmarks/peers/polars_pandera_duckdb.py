"""polars.read_excel, a pandera schema of ten checks, a table in DuckDB."""

import sys
import tempfile
from pathlib import Path

import duckdb
import pandera.polars as pa
import polars as pl

schema = pa.DataFrameSchema(
    {
        "Objekt-ID": pa.Column(pl.String, unique=True),
        "Welle": pa.Column(pl.String, pa.Check.str_matches(r"^\d{4}-W\d$")),
        "Statistischer Bezirk": pa.Column(pl.String),
        "PLZ": pa.Column(pl.String, pa.Check.str_matches(r"^\d{5}$")),
        "Objektart": pa.Column(pl.String),
        "Geschoss": pa.Column(pl.String),
        "Status": pa.Column(pl.String),
        "Gesamtfläche": pa.Column(pl.Float64, pa.Check.ge(0), coerce=True),
        "Verkaufsfläche": pa.Column(pl.Float64, pa.Check.ge(0), coerce=True),
        "Zustand": pa.Column(pl.Int64, pa.Check.isin([1, 2, 3, 4, 9]), coerce=True),
    }
)
with tempfile.TemporaryDirectory() as folder:
    store = duckdb.connect(str(Path(folder) / "store.duckdb"))
    for path in sys.argv[1:]:
        frame = schema.validate(pl.read_excel(path), lazy=True)
        store.execute("CREATE OR REPLACE TABLE rows AS SELECT * FROM frame")
    store.close()
