"""Tasks for processes of their own: as good as any, and quick."""

import os
import signal
import time
from functools import partial

from pipeline.desk.runs import Tell
from pipeline.refusal import Refusal


def count(most: int, *, tell: Tell) -> int:
    """Tells every step."""
    for number in range(most):
        tell(number + 1)
    return most * 10


def refuse(*, tell: Tell) -> None:
    """As work that meets a wrong file."""
    raise Refusal("yaml.tab", "a.yaml", 3)


def break_down(*, tell: Tell) -> None:
    """A fault of ours."""
    raise LookupError("what was said")


def die(*, tell: Tell) -> None:
    """Killed, as by a machine without memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def go_on(*, tell: Tell) -> None:
    """Until somebody ends it."""
    tell(1)
    while True:
        time.sleep(60)


COUNT = partial(count, 3)
