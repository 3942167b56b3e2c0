"""Named steps of a night at which its processes are ended, as kill -9 would end them.

A failpoint wraps one function of the product, in the process that is to die there; the product
itself knows nothing of it. It travels to the processes of a night inside Job.equip.
"""

import functools
import importlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Step(StrEnum):
    """Where a run may be hit, in the order in which it comes by."""

    CLAIMED = "after claim"
    DECODED = "after decode"
    HEARD = "after transcript"
    WRITING = "mid-transaction"
    COMMITTED = "after commit"
    UNLOCKING = "before unlock"
    BACKUP = "in backup"


PLACES = {
    Step.CLAIMED: (("pipeline.storage.ledger", "Ledger.claim", "after"),),
    Step.DECODED: (("pipeline.speech.audio", "decode", "after"),),
    Step.HEARD: (("tests.night.stand_in", "Quick.transcribe", "after"),),
    Step.WRITING: (("pipeline.storage.cards", "put_drafts", "after"),),
    Step.COMMITTED: (("pipeline.storage.ledger", "Ledger.finish", "after"),),
    Step.UNLOCKING: (("pipeline.storage.ledger", "Ledger.end", "before"),),
    Step.BACKUP: (
        ("pipeline.storage.copies", "look_over", "before"),
        ("pipeline.storage.archive", "pack", "before"),
        ("pipeline.storage.archive", "pack", "after"),
        ("pipeline.storage.staging", "made_durable", "before"),
        ("pipeline.storage.dumps", "dump_database", "after"),
    ),
}
"""Module, function, and whether it is hit before or after that; where there are several, the hit
says which."""
BACKUP_HITS = {"sqlite": (0, 1, 2, 3), "postgres": (4, 1, 2, 3)}
"""Those of Step.BACKUP that a backup of each database comes by."""


@dataclass(frozen=True, slots=True)
class Failpoint:
    """The whole run (its process group) dies when a process of it comes to this step for the
    hit-th time, once: the file `spent` tells the next run that it has happened."""

    step: Step
    hit: int
    group: int
    spent: Path

    def install(self) -> None:
        """Wrap the step's function in this process, wherever modules hold it by name."""
        places = PLACES[self.step]
        module_name, name, when = places[self.hit % len(places)]
        module = importlib.import_module(module_name)
        owner_name, _, attribute = name.rpartition(".")
        owner: Any = getattr(module, owner_name) if owner_name else module
        original = getattr(owner, attribute)
        wrapped = self._wrapped(original, when, self.hit if len(places) == 1 else 1)
        setattr(owner, attribute, wrapped)
        if owner is module:
            replace_everywhere(original, wrapped)

    def _wrapped(self, original: Callable[..., Any], when: str, hit: int) -> Callable[..., Any]:
        count = 0

        @functools.wraps(original)
        def wrapper(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if when == "before" and count == hit:
                self.kill()
            result = original(*arguments, **named)
            if when == "after" and count == hit:
                self.kill()
            return result

        return wrapper

    def kill(self) -> None:
        """End the run, unless that has been done."""
        try:
            self.spent.touch(exist_ok=False)
        except FileExistsError:
            return
        os.killpg(self.group, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)  # where it went into a group of its own


def replace_everywhere(original: Any, wrapped: Any) -> None:
    """In every module of the product that took the function by `from ... import`."""
    for name, module in list(sys.modules.items()):
        if name.startswith("pipeline."):
            for key, value in list(vars(module).items()):
                if value is original:
                    setattr(module, key, wrapped)
