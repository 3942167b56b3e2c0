"""The book that random nights keep of every recording, and what they are made of."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from pipeline.storage import Claim
from tests.workflow.stored import LEXICONS, TEMPLATE


@dataclass(slots=True)
class Row:
    """A recording as it must be. content: of what was read last; version: of its files; wish: it
    is to be heard again, or could not be."""

    name: str
    version: int
    state: str = "found"
    content: str = ""
    cards: bool = False
    alone: bool = False
    wish: bool = False
    worker: str = ""
    lease: float = 0.0
    night: int = 0
    touched: int = 0

    def weight(self, version: int) -> tuple[bool, bool, int, int]:
        """Of several rows of a name, the one that weighs most stands for it."""
        waits = self.state in ("found", "taken")
        return waits, waits and self.version == version, self.night, self.touched


def content_of(name: str, version: int) -> str:
    """Every other version is only a file that was touched: the bytes are the same."""
    return hashlib.sha256(f"{name} {version // 2}".encode()).hexdigest()


def version_of(claim: Claim) -> int:
    """The version of the files that a worker was given."""
    return int(claim.found.stamp.removeprefix("v"))


def texts(phrase: str) -> dict[str, str]:
    """The rules as files, with one phrase forbidden."""
    lexicons = {**LEXICONS, "taboo": LEXICONS["taboo"].replace("[不清楚]", f"[{phrase}]")}
    lexicons["taboo"] = lexicons["taboo"].replace(
        "must_match: [我不清楚]", f"must_match: [{phrase}]"
    )
    named = {f"lexicons/{name}.yaml": text for name, text in lexicons.items()}
    return {**named, "scorecards/small.yaml": TEMPLATE}


class Clock:
    """The time module, as the database's module sees it, some seconds off."""

    def __init__(self) -> None:
        self.ahead = 0

    def time_ns(self) -> int:
        return time.time_ns() + self.ahead * 1_000_000_000

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
