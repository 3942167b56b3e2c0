"""zhiyin plan."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from pipeline.cli.ending import Exit
from pipeline.cli.onlookers import onlooking
from pipeline.cli.session import Session, begin
from pipeline.night.equipment import RAY
from pipeline.night.forecast import Forecast, Load, Rate, forecast, next_at
from pipeline.night.rates import known_rate, measured_rate
from pipeline.refusal import Refusal

SHOWN = "%m-%d %H:%M"
MOST_CALLS = 10_000_000
"""Of a night; more would need a date for its end that no clock shows."""
LEAST_MINUTES, MOST_MINUTES = 0.01, 1440.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed. begins and by: times of day, 22:00."""

    calls: int
    minutes: float
    begins: str
    by: str
    as_json: bool


def plan_night(wish: Wish, home: Path | None, flags: Mapping[str, object]) -> int:
    """How long tonight takes, whether it ends in time, and what to add."""
    load = _load(wish)
    session = begin(home, flags)
    told = forecast(load, _rate(session))
    if wish.as_json:
        print(json.dumps(_document(told), ensure_ascii=False, indent=2))
    else:
        _tell(told, session)
    return Exit.WELL


def _load(wish: Wish) -> Load:
    if not 1 <= wish.calls <= MOST_CALLS:
        raise Refusal("night.plan-calls", found=wish.calls, allowed=MOST_CALLS)
    if not LEAST_MINUTES <= wish.minutes <= MOST_MINUTES:
        allowed = f"{LEAST_MINUTES:g}–{MOST_MINUTES:g}"
        raise Refusal("night.plan-minutes", found=wish.minutes, allowed=allowed)
    begins = next_at(_time(wish.begins), datetime.now().replace(second=0, microsecond=0))
    by = next_at(_time(wish.by), begins)
    if by == begins:
        raise Refusal("night.not-a-time", found=wish.by, allowed="06:00")
    return Load(calls=wish.calls, minutes=wish.minutes, begins=begins, by=by)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Refusal("night.not-a-time", found=text, allowed="06:00") from None


def _rate(session: Session) -> Rate:
    known = known_rate(session.home, session.settings)
    if known is not None:
        return known
    session.tell(session.word("night.measuring"), style="yellow")
    with onlooking(session) as onlooker:
        return measured_rate(session.settings, onlooker)


def _tell(told: Forecast, session: Session) -> None:
    load, speed = told.load, told.rate.speed
    values = {"calls": load.calls, "minutes": load.minutes, "hours": load.audio_hours}
    print(session.word("night.plan-load", **values))
    key = "night.plan-by-nights" if told.rate.nights else "night.plan-measured"
    print(
        session.word(
            key,
            times=speed.times_real_time,
            nights=told.rate.nights,
            hours=speed.audio_seconds / 3600,
            minutes=speed.audio_seconds / 60,
        )
    )
    machine: dict[str, str | float] = {"cores": speed.cores, "devices": speed.devices}
    machine["model"] = speed.model
    kind = RAY if speed.engine == RAY else speed.device
    print(session.word(f"night.plan-on-{kind}", **machine))
    ends = told.ends.strftime(SHOWN)
    begins, by = load.begins.strftime(SHOWN), load.by.strftime(SHOWN)
    print(session.word("night.plan-takes", hours=told.hours, begins=begins, ends=ends))
    if told.in_time:
        print(session.word("night.plan-in-time", by=by, share=told.factor))
        return
    print(session.word("night.plan-late", by=by, available=load.hours, factor=told.factor))
    wanted = {"cores": told.cores, "devices": told.devices}
    print(session.word(f"night.plan-add-{kind}", **wanted))


def _document(told: Forecast) -> dict[str, object]:
    load, speed = told.load, told.rate.speed
    return {
        "schema": 1,
        "calls": load.calls,
        "minutes": load.minutes,
        "audio_hours": load.audio_hours,
        "times_real_time": speed.times_real_time,
        "nights": told.rate.nights,
        "model": speed.model,
        "device": speed.device,
        "devices": speed.devices,
        "cores": speed.cores,
        "hours": told.hours,
        "begins": load.begins.isoformat(),
        "ends": told.ends.isoformat(),
        "by": load.by.isoformat(),
        "in_time": told.in_time,
        "factor": told.factor,
        "devices_wanted": told.devices,
        "cores_wanted": told.cores,
    }
