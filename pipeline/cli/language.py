"""The language of help texts: known before anything is parsed."""

import os
import sys

from pipeline.wording import LANGUAGES


def spoken(arguments: list[str] | None = None) -> str:
    """--lang, else ZHIYIN_LANGUAGE, else Chinese. A wrong value is refused later, by name."""
    words = sys.argv[1:] if arguments is None else arguments
    said = os.environ.get("ZHIYIN_LANGUAGE", "")
    for before, word in zip(["", *words], words, strict=False):
        if before == "--lang":
            said = word
        elif word.startswith("--lang="):
            said = word.removeprefix("--lang=")
    return said if said in LANGUAGES else LANGUAGES[0]
