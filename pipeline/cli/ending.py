"""How a command ends, for the shell."""

from enum import IntEnum


class Exit(IntEnum):
    """What the shell is told."""

    WELL = 0
    NOTHING_DONE = 1
    USAGE = 2
    SOME_FAILED = 3
    CONFIGURATION = 4
    LOCKED = 5
    INTERRUPTED = 130
