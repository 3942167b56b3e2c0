"""The commands as a whole: Ctrl-C during one of them, and what was typed wrongly."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from pipeline.cli.ending import Exit
from pipeline.cli.framing import complain, framed, speaking
from pipeline.cli.language import spoken
from pipeline.wording import word


class Interruptible(TyperGroup):
    """Commands that end with a word and 130, where typer would end with 1, and complain in the
    language that is asked for."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        speaking(self.commands.values())

    def get_help(self, ctx: Any) -> str:
        return framed(super().get_help(ctx), spoken())

    def make_context(self, *told: Any, **more: Any) -> Any:
        with _complaining():
            return super().make_context(*told, **more)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            with _complaining():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            print(word("cli.interrupted", spoken()), file=sys.stderr)
            raise typer.Exit(Exit.INTERRUPTED) from None


@contextmanager
def _complaining() -> Iterator[None]:
    """Tells what was typed wrongly."""
    try:
        yield
    except Exception as error:
        if not hasattr(error, "format_message"):  # typer's own, of whichever version
            raise
        complain(error)
        raise typer.Exit(Exit.USAGE) from None
