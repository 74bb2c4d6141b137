"""DuckDB's excel extension: the workbook into a table, all cells as text."""

import importlib.util
import sys
import tempfile
from pathlib import Path

import duckdb

package = importlib.util.find_spec("duckdb_extension_excel")
extension = next(Path(package.submodule_search_locations[0]).rglob("excel.duckdb_extension"))
with tempfile.TemporaryDirectory() as folder:
    store = duckdb.connect(str(Path(folder) / "store.duckdb"))
    store.execute(f"INSTALL '{extension}'; LOAD excel")
    for path in sys.argv[1:]:
        store.execute(
            "CREATE OR REPLACE TABLE rows AS FROM read_xlsx(?, header = true, all_varchar = true)",
            [path],
        )
    store.close()
