"""A phrase as it is looked for: stretches of the normal form with gaps between them."""

import re
from dataclasses import dataclass

from pipeline.hit import Kind
from pipeline.text.normal import normal

MAX_GAP = 100
GAP = re.compile(r"\*\{(\d{1,3})\}(\*?)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a phrase, in normal form, and the gap that comes before it.

    gap: how many characters may lie between it and what stands before; either: it may also stand
    before the rest.
    """

    text: str
    gap: int = 0
    either: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase. text is as written in the file; parts is empty for a regex."""

    text: str
    kind: Kind
    parts: tuple[Part, ...] = ()
    unless_within: tuple[tuple[Part, ...], ...] = ()
    sound: bool = False
    line: int = 0

    @property
    def form(self) -> str:
        """Equal for phrases that find the same."""
        return str(self.parts) if self.parts else self.text


def readable(text: str) -> str:
    """您好*{10}为您服务 as people would write it: 您好…为您服务."""
    return GAP.sub("…", text)


def parts(text: str) -> tuple[Part, ...]:
    """您好*{10}工号 -> its parts in normal form; empty parts where there is nothing to find."""
    pieces = GAP.split(text)
    found = [Part(normal(pieces[0]).text)]
    for gap, either, piece in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        found.append(Part(normal(piece).text, int(gap), bool(either)))
    return tuple(found)
