"""Errors that nobody expected, in the log: where the code was, never what a call or a file said."""

import logging
import traceback

LOG = "zhiyin.unexpected"
"""The logger's name; the command line writes it to the home's log."""


def note_unexpected(error: BaseException, during: str) -> None:
    """Log the frames of the error. Its own message is left out: it may quote what was said."""
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    logging.getLogger(LOG).error("%s in %s\n%s", type(error).__name__, during, frames)
