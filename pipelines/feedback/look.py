"""How our workbooks look: fonts, borders and widths in one place.

Nothing is said by colour alone: what must be seen is bold, framed, hatched or marked by a sign.
"""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

TITLE = Font(name="Calibri", size=16, bold=True)
SUBTITLE = Font(name="Calibri", size=12, bold=True)
BOLD = Font(name="Calibri", bold=True)
HEADING_FONT = Font(name="Calibri", size=9, bold=True)
SMALL = Font(name="Calibri", size=9, italic=True, color="404040")

HEADING_FILL = PatternFill("solid", fgColor="E7EDF3")
KEY_FILL = PatternFill("solid", fgColor="C9D8E6")
INPUT_FILL = PatternFill("solid", fgColor="FFFBE6")
MISSING_FILL = PatternFill("lightUp", fgColor="7F3F00", bgColor="FFE9D6")

_THIN, _THICK = Side("thin", color="808080"), Side("medium", color="1F3A57")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
KEY_BOX = Border(left=_THIN, right=_THIN, top=_THICK, bottom=_THICK)

WRAP = Alignment(wrap_text=True, vertical="top")
WHOLE_LABEL = Alignment(shrink_to_fit=True)
"""A chosen label is seen whole in its column, in smaller letters where it is long."""
HEADING = Alignment(wrap_text=True, vertical="center", horizontal="left")

INVISIBLE = ";;;"
"""A number format that shows nothing: the stamp's cell."""

TEXT, DAY, WHOLE = "@", "dd.mm.yyyy", "0"


def decimals(scale: int) -> str:
    """The number format with up to `scale` decimal places."""
    return "0." + "#" * scale if scale else WHOLE


def fit_page(sheet: Worksheet, footer: str) -> None:
    """A4 landscape, one page wide, with page numbers in the footer."""
    page = sheet.page_setup
    page.orientation, page.paperSize, page.fitToWidth, page.fitToHeight = "landscape", "9", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = footer
