"""File names for people: any name can be printed, and none can play tricks on a terminal."""

import os
import unicodedata
from pathlib import Path

HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
r"""Unicode categories that are shown as escapes: control, direction marks, surrogates, …"""


def shown(path: Path | str) -> str:
    r"""The name with bytes that are no UTF-8 as \xff, control and direction marks as \u202e."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    if text.isprintable():  # nearly every name there is; the rest costs a look at each character
        return text
    return "".join(_escaped(c) if unicodedata.category(c) in HIDDEN else c for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
