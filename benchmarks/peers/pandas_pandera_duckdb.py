"""pandas.read_excel with openpyxl, a pandera schema of ten checks, a table in DuckDB."""

import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
import pandera.pandas as pa

schema = pa.DataFrameSchema(
    {
        "Objekt-ID": pa.Column(str, unique=True),
        "Welle": pa.Column(str, pa.Check.str_matches(r"^\d{4}-W\d$")),
        "Statistischer Bezirk": pa.Column(str),
        "PLZ": pa.Column(str, pa.Check.str_matches(r"^\d{5}$")),
        "Objektart": pa.Column(str),
        "Geschoss": pa.Column(str),
        "Status": pa.Column(str),
        "Gesamtfläche": pa.Column(float, pa.Check.ge(0), coerce=True),
        "Verkaufsfläche": pa.Column(float, pa.Check.ge(0), coerce=True),
        "Zustand": pa.Column(int, pa.Check.isin([1, 2, 3, 4, 9]), coerce=True),
    }
)
with tempfile.TemporaryDirectory() as folder:
    store = duckdb.connect(str(Path(folder) / "store.duckdb"))
    for path in sys.argv[1:]:
        frame = schema.validate(
            pd.read_excel(path, engine="openpyxl", dtype={"PLZ": str}), lazy=True
        )
        store.execute("CREATE OR REPLACE TABLE rows AS SELECT * FROM frame")
    store.close()
