"""How long a run waits for recordings that may not be taken yet."""

from pipeline.settings import Night

WORTH_WAITING = 120.0
"""Seconds until the next recording may be taken, as its file still grows or its bucket is away;
more is for another run, unless files are to settle for so long."""


def is_worth_waiting(due: float | None, night: Night) -> bool:
    """due: seconds until then; None: nothing waits."""
    return due is not None and due <= max(WORTH_WAITING, 2 * night.settle_seconds)
