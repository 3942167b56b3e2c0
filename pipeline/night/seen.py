"""A file as a listing saw it, on disk or in a bucket."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.refusal import Advice, Refusal

UNFINISHED = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".filepart",
    ".swp",
    ".lock",
    "~",
)
"""Endings of names that a file has while it is being written."""

Say = Callable[[Refusal | Advice], None]
"""Takes what is wrong with a place, or odd about it; the listing goes on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file. address: its path or URL; within: its path below the source; mark: what changes when
    its bytes do (mtime in nanoseconds, or an ETag); changed: seconds since 1970."""

    address: str
    within: str
    size: int
    mark: int | str
    changed: float

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.within.rpartition("/")[2]

    @property
    def when(self) -> datetime:
        """When it last changed, by the clock of this place; 1970 where a clock was that wrong."""
        try:
            return datetime.fromtimestamp(self.changed)
        except (ValueError, OverflowError, OSError):
            return datetime(1970, 1, 1)

    @property
    def day(self) -> str:
        """YYYY-MM-DD of that moment."""
        return self.when.isoformat()[:10]


def stamp_of(files: Sequence[Seen]) -> str:
    """What tells that files changed: size and mark of each."""
    return json.dumps([[file.size, file.mark] for file in files], separators=(",", ":"))


def is_unfinished(name: str) -> bool:
    """Whether a name is hidden, or one that programs give to what they have not finished."""
    return name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED)
