"""The usual way: open the workbook with openpyxl, fill and comment cells, save it."""

import sys

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

EVERY = 20
POSTCODE = "J"

book = openpyxl.load_workbook(sys.argv[1])
sheet = book.worksheets[0]
fill = PatternFill("solid", fgColor="FFC9C9")
for row in range(2, int(sys.argv[3]) + 2, EVERY):
    sheet[f"{POSTCODE}{row}"].fill = fill
    sheet[f"{POSTCODE}{row}"].comment = Comment(
        f"„-{row}“ liegt außerhalb dessen, was möglich ist.", "x"
    )
book.save(sys.argv[2])
