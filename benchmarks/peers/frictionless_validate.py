"""frictionless: validate the workbook with a schema guessed from its first rows."""

import sys

from frictionless import validate

for path in sys.argv[1:]:
    validate(path)
