"""A Ctrl-C that Python could not pass on, because it came in a callback, comes once more."""

import signal
import sys
from typing import Any

AGAIN_SECONDS = 0.05


def keep_interrupts() -> None:
    """From now on. Python drops what callbacks raise, and imports are full of callbacks."""
    before = sys.unraisablehook

    def hook(dropped: Any) -> None:
        if dropped.exc_type is not None and issubclass(dropped.exc_type, KeyboardInterrupt):
            _later()
        else:
            before(dropped)

    sys.unraisablehook = hook


def _later() -> None:
    """Not now: we are still inside the callback. To the main thread: it may be waiting."""
    from threading import Timer, main_thread

    timer = Timer(AGAIN_SECONDS, signal.pthread_kill, (main_thread().ident, signal.SIGINT))
    timer.daemon = True
    timer.start()
