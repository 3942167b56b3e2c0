"""The command `zhiyin`: parse, call, print. Nothing heavy is imported before it is needed."""

from pipeline.cli.entry import main

__all__ = ["main"]
