"""Text that breaks into lines as Chinese does: between any two characters, but not before 、or 。

Rich breaks at spaces alone where there are some, and leaves half of a line empty beside a figure.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.containers import Lines
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

CLOSING = "，。、；：？！）》」』”’…—,.;:?!)%"
OPENING = "（《「『“‘("


class Prose(Text):
    """A text for a cell of a table."""

    @classmethod
    def of(cls, lines: Iterable[Text]) -> "Prose":
        """Several texts, a line or more each."""
        made = cls()
        for number, line in enumerate(lines):
            made.append("\n" if number else "").append_text(line)
        return made

    def wrap(self, console: "Console", width: int, **_: Any) -> Lines:
        """Its lines, each at most that wide."""
        lines = Lines()
        for line in self.split(allow_blank=True):
            parts = line.divide(breaks(line.plain, width))
            for part in parts:
                part.rstrip()
            lines.extend(parts)
        return lines


def breaks(text: str, width: int) -> list[int]:
    """Where lines of that many columns begin, after the first."""
    starts: list[int] = []
    start, may, column = 0, 0, 0
    for at, character in enumerate(text):
        if at and _parts(text[at - 1], character):
            may = at
        column += cell_len(character)
        while column > width and character != " " and at > start:
            start = may if may > start else at
            starts.append(start)
            column = cell_len(text[start : at + 1])
    return starts


def _parts(one: str, other: str) -> bool:
    """Whether a line may end between two characters."""
    if other == " " or other in CLOSING or one in OPENING:
        return False
    return one == " " or cell_len(one) > 1 or cell_len(other) > 1
