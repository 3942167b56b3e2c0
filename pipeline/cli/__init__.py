"""The command `zhiyin`: parse, call, print. Nothing heavy is imported before it is needed."""

from pipeline.cli.ending import Exit
from pipeline.cli.interrupts import keep_interrupts


def main() -> None:
    """The console script; always ends in SystemExit."""
    keep_interrupts()
    try:  # Ctrl-C may come while the commands are still being imported
        from pipeline.cli.entry import run

        run()
    except KeyboardInterrupt:
        raise SystemExit(Exit.INTERRUPTED) from None


__all__ = ["main"]
