"""Ctrl-C during a command."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from pipeline.cli.ending import Exit
from pipeline.cli.language import spoken
from pipeline.wording import word


class Interruptible(TyperGroup):
    """Commands that end with a word and 130, where typer would end with 1."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            print(word("cli.interrupted", spoken()), file=sys.stderr)
            raise typer.Exit(Exit.INTERRUPTED) from None
