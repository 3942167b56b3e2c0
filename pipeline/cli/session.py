"""What every command begins with: the home folder, the settings, where to print."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.configuration import Configured, configure, home
from pipeline.settings import Settings
from pipeline.wording import word

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDTH = 110
"""Columns off a terminal, where nobody says how wide the paper is."""


@dataclass(frozen=True)
class Session:
    """One run of a command. out is data, talk is stderr; neither has colour off a terminal."""

    home: Path
    configured: Configured

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.configured.settings

    @property
    def language(self) -> str:
        """zh or en."""
        return self.settings.language

    @cached_property
    def out(self) -> "Console":
        """Standard output."""
        return console(stderr=False)

    @cached_property
    def talk(self) -> "Console":
        """Standard error."""
        return console(stderr=True)

    def tell(self, text: str, style: str = "") -> None:
        """Talk: on stderr, broken into lines by the terminal alone."""
        self.talk.print(text, style=style, soft_wrap=True)

    def word(self, key: str, **values: str | float) -> str:
        """Words in the session's language."""
        return word(key, self.language, **values)


def begin(home_flag: Path | None, flags: Mapping[str, object]) -> Session:
    """The session of a command. Raises Refusal where settings or home are wrong."""
    place = home(home_flag)
    return Session(place, configure(place, flags))


def console(stderr: bool) -> "Console":
    """Plain text off a terminal, wide enough for a scorecard; nothing is guessed to be markup."""
    from rich.console import Console

    made = Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = WIDTH
    return made


def show(view: "RenderableType", console: "Console") -> None:
    """Print without trailing blanks off a terminal, so that files and diffs stay clean."""
    if console.is_terminal:
        console.print(view)
        return
    with console.capture() as captured:
        console.print(view)
    for line in captured.get().splitlines():
        console.file.write(line.rstrip() + "\n")
