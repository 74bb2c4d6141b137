"""YAML read as text throughout: 06412000 stays a key, 2019-06-01 a text, `no` a word.

In: the bytes of a mapping or of corrections.
Out: lists, tables and texts; nothing of it is guessed at.
"""

from __future__ import annotations

from typing import Any


def read_text_yaml(content: bytes) -> Any:
    """The content of a YAML file, every scalar as the text that stands there.

    Raises:
        ValueError: it is no UTF-8 or no YAML; the message says where.
    """
    import yaml  # late: most files have neither mapping nor corrections, and yaml takes 20 ms

    try:
        return yaml.load(content.decode("utf-8-sig"), yaml.BaseLoader)  # noqa: S506 - text only
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(" ".join(str(error).split())) from error
