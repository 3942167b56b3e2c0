"""Nights whose clock jumps (R11), by libfaketime: the machine's own clock stays as it is."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.night.kills import PATIENCE_SECONDS, Trial, check, end

DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A case: the clock's offset in seconds at first, and once some recordings are done; what the
    time of the files is; more variables of the runs."""

    name: str
    first: str = "+0"
    then: str = "+0"
    changed: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    again: Mapping[str, str] = field(default_factory=dict)
    """Variables of the run that follows."""


JUMPS = (
    Jump(name="back one hour", then="-3600"),
    Jump(name="forward one day", then=f"+{DAY}"),
    Jump(name="back one year", then=f"-{365 * DAY}"),
    Jump(
        name="another time zone",
        environment={"TZ": "Asia/Shanghai"},
        again={"TZ": "America/New_York"},
    ),
    Jump(
        name="the night in which summer time ends",
        first="@2026-10-25 00:59:55",
        then="@2026-10-25 01:00:05",
        environment={"TZ": "Europe/Berlin"},
    ),
    Jump(
        name="over midnight",
        first="@2026-11-22 15:59:55",
        then="@2026-11-22 16:00:02",
        environment={"TZ": "Asia/Shanghai"},
    ),
    Jump(name="files of 1970", changed=0.0),
    Jump(name="files of 2099", changed=4_070_908_800.0),
)
"""Absolute times are UTC."""


def library() -> Path | None:
    """libfaketime, where Debian and others put it."""
    return next(iter(sorted(Path("/usr/lib").glob("**/faketime/libfaketime.so.1"))), None)


def jumped(trial: Trial, said: dict[str, Any], jump: Jump, faketime: Path) -> None:
    """A night during which the clock jumps, and one more after it: nothing is left out, heard
    twice, or taken from a worker that lives."""
    clock = trial.home / "clock"
    preload = {
        "LD_PRELOAD": str(faketime),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    trial.prepare()
    if jump.changed is not None:
        for path in trial.recordings.iterdir():
            os.utime(path, (jump.changed, jump.changed))
    clock.write_text(jump.first)
    trial = replace(trial, environment={**preload, **jump.environment})
    process = trial.start()
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not trial.database.rows("SELECT id FROM recording WHERE state = 'done'"):
            assert time.monotonic() < until and process.poll() is None, trial.log()
            time.sleep(0.05)
        clock.write_text(jump.then)
        assert process.wait(PATIENCE_SECONDS) == 0, trial.log()
    finally:
        end(process)
    check(trial, said)
    tried = trial.database.rows("SELECT name FROM recording WHERE attempts > 1")
    assert not tried, f"taken from workers that lived: {tried}"
    trial = replace(trial, environment={**preload, **jump.environment, **jump.again})
    assert trial.run() == 0, trial.log()
    check(trial, said)
