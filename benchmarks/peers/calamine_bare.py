"""The bare read of python-calamine: every cell as a Python object, nothing else."""

import sys

from python_calamine import CalamineWorkbook

for path in sys.argv[1:]:
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
