"""The bare read of fastexcel into polars."""

import sys

import fastexcel

for path in sys.argv[1:]:
    fastexcel.read_excel(path).load_sheet(0).to_polars()
