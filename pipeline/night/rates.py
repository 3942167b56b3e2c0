"""How fast this machine is: by the nights it has behind it, else measured on the sample calls."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.configuration import folder
from pipeline.night.equipment import equipment
from pipeline.night.forecast import Rate, past_rate
from pipeline.night.onlooker import Onlooker
from pipeline.night.run import Asked, run_night
from pipeline.night.summary import read_summary
from pipeline.refusal import Refusal
from pipeline.settings import Settings, Storage
from pipeline.storage import Ledger, has_database

LOOKED_BACK = 100
SECONDS = 60.0
"""Measuring stops after so long; what is in hand is finished."""


def known_rate(home: Path, settings: Settings) -> Rate | None:
    """By past nights with what this machine has today; None where there are none."""
    if not has_database(home, settings.storage):
        return None
    with Ledger(home, settings.storage) as ledger:
        nights = ledger.nights(LOOKED_BACK)
    speeds = [read_summary(night.summary).speed for night in nights if night.summary]
    return past_rate(speeds, equipment(settings))


def measured_rate(settings: Settings, onlooker: Onlooker) -> Rate:
    """By a run over the sample calls in a home of its own, which is thrown away.

    Raises Refusal where nothing could be heard."""
    night = replace(
        settings.night,
        sources=(str(folder("sample_audio") / "calls"),),
        patterns=(),
        records=(),
        settle_seconds=0.0,
        prometheus="",
        engine="local",
    )
    own = replace(settings, night=night, storage=Storage())
    with tempfile.TemporaryDirectory(prefix="zhiyin-plan-") as place:
        asked = Asked(home=Path(place), settings=own)
        ended = run_night(asked, onlooker, _after(SECONDS))
    speed = ended.summary.speed
    if speed.times_real_time <= 0:
        raise Refusal("night.nothing-measured")
    return Rate(speed=speed, nights=0)


def _after(seconds: float) -> Callable[[], int]:
    end = time.monotonic() + seconds
    return lambda: int(time.monotonic() >= end)
