"""Mojibake: UTF-8 that a program read as Windows text and saved again ("StraÃŸe").

In: a text.
Out: the text as it was before, line by line; a line that cannot have come about so stays.
"""

from __future__ import annotations

import re

MOJIBAKE = "Ã[\u0080-\u00bf\u0178\u0152\u0153\u017d\u017e\u0160\u0161¼¶¤Ÿœž„–]|â€[žœ“”™–]|Â[²³°§½]"
_MOJIBAKE = re.compile(MOJIBAKE)


def mended(text: str) -> str:
    """The text with doubly encoded lines put right; the same object where there are none."""
    if not _MOJIBAKE.search(text):
        return text
    return "".join(map(_mended_line, text.splitlines(keepends=True)))


def _mended_line(line: str) -> str:
    if not _MOJIBAKE.search(line):
        return line
    for encoding in ("cp1252", "latin-1"):
        try:
            return line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return line
