"""Which format a foreign file is in, and what it gives."""

from pathlib import Path
from typing import Literal

from pipeline.adopting.adopted import Adopted
from pipeline.adopting.phrase_list import Told, read_phrases

Format = Literal["auto", "phrases"]


def read_rules(path: Path, name: str, told: Told) -> Adopted:
    """What a file gives, as a lexicon of that name."""
    return read_phrases(path, name, told)
