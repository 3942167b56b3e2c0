"""How long a night will take, whether it ends in time, and what it would take for it to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import ceil

from pipeline.night.summary import Speed

NIGHTS = 7
"""So many of the last nights tell how fast this machine is."""
LEAST_AUDIO_SECONDS = 600.0
"""A night that heard less tells nothing: its pace is that of starting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Seconds of recordings heard in a second, and what that rests on. nights: 0 where it was
    measured just now on the sample calls."""

    speed: Speed
    nights: int

    @property
    def times_real_time(self) -> float:
        """Above 0."""
        return self.speed.times_real_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is to be done: calls of so many minutes each, from one moment until another."""

    calls: int
    minutes: float
    begins: datetime
    by: datetime

    @property
    def audio_hours(self) -> float:
        """All calls together."""
        return self.calls * self.minutes / 60

    @property
    def hours(self) -> float:
        """From the beginning to the end that is wanted."""
        return (self.by - self.begins).total_seconds() / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How long it takes. factor: how many times as fast the machine would have to be for it to be
    done in time; at most 1 where it is. devices and cores: so many of those it has now would do,
    if pace grows with their number."""

    load: Load
    rate: Rate
    hours: float
    ends: datetime
    factor: float
    devices: int
    cores: int

    @property
    def in_time(self) -> bool:
        """Whether it ends before the moment that is wanted, or just then."""
        return self.ends <= self.load.by


def past_rate(speeds: Sequence[Speed], now: Speed) -> Rate | None:
    """What the last nights with this model on as many devices and cores heard, together (on a
    cluster, with whatever it had); None where there are none. speeds: of past nights, the last
    first; now: what the machine has today."""
    alike = [
        one
        for one in speeds
        if one.audio_seconds >= LEAST_AUDIO_SECONDS and one.seconds > 0 and _equipped(one, now)
    ][:NIGHTS]
    if not alike:
        return None
    audio, seconds = (sum(getattr(s, name) for s in alike) for name in ("audio_seconds", "seconds"))
    return Rate(speed=replace(alike[0], audio_seconds=audio, seconds=seconds), nights=len(alike))


def _equipped(one: Speed, now: Speed) -> bool:
    names = ("engine", "model", "device", *(("devices", "cores") if now.devices else ()))
    return all(getattr(one, name) == getattr(now, name) for name in names)


def forecast(load: Load, rate: Rate) -> Forecast:
    """The arithmetic: hours of recordings ÷ pace, beside the hours there are."""
    hours = load.audio_hours / rate.times_real_time
    factor = hours / load.hours
    return Forecast(
        load=load,
        rate=rate,
        hours=hours,
        ends=load.begins + timedelta(hours=hours),
        factor=factor,
        devices=max(1, ceil(rate.speed.devices * factor)),
        cores=max(1, ceil(rate.speed.cores * factor)),
    )


def next_at(clock: time, after: datetime) -> datetime:
    """The next moment, from after on, at which clocks show this time."""
    at = after.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return at if at >= after else at + timedelta(days=1)
