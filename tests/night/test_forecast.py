"""The arithmetic of a night: hours, the end, and what would be enough."""

from datetime import datetime, time

import pytest

from pipeline.night.forecast import Load, Rate, forecast, next_at, past_rate
from pipeline.night.summary import Speed

TEN = datetime(2026, 11, 22, 22)
SIX = datetime(2026, 11, 23, 6)
NOW = Speed(model="m", device="cpu", devices=1, cores=2)


def speed(audio: float, seconds: float, **more: object) -> Speed:
    values = {"model": "m", "device": "cpu", "devices": 1, "cores": 2, **more}
    return Speed(audio_seconds=audio, seconds=seconds, **values)  # type: ignore[arg-type]


def test_hours_are_recordings_by_pace_and_more_cores_are_named_where_it_is_too_slow() -> None:
    load = Load(calls=6000, minutes=4, begins=TEN, by=SIX)  # 400 hours of recordings
    told = forecast(load, Rate(speed=speed(36_000, 1_440), nights=3))  # 25 times real time
    assert told.hours == 16.0 and not told.in_time
    assert told.factor == 2.0 and told.cores == 4 and told.devices == 2
    assert told.ends == datetime(2026, 11, 23, 14)


def test_what_ends_just_in_time_is_in_time_and_needs_nothing() -> None:
    load = Load(calls=3000, minutes=4, begins=TEN, by=SIX)
    told = forecast(load, Rate(speed=speed(36_000, 1_440), nights=1))
    assert told.in_time and told.factor == 1.0 and told.ends == SIX
    assert (told.cores, told.devices) == (2, 1)


def test_nights_count_by_their_length_and_only_those_of_this_machine_and_model() -> None:
    nights = [
        speed(1_000, 100),
        speed(3_000, 100),
        speed(9_000, 1, model="other"),
        speed(9_000, 1, cores=64),
        speed(9_000, 1, device="cuda"),
        speed(9_000, 1, devices=8),
    ]
    rate = past_rate(nights, NOW)
    assert rate is not None
    assert rate.times_real_time == 20.0 and rate.nights == 2


def test_of_a_cluster_nights_count_with_whatever_it_had() -> None:
    cluster = Speed(engine="ray", model="m", device="cpu", devices=0, cores=0)
    nights = [
        speed(1_000, 100, engine="ray", devices=4, cores=0),
        speed(1_000, 100, engine="ray", devices=3, cores=0),
        speed(9_000, 1),
    ]
    rate = past_rate(nights, cluster)
    assert rate is not None and rate.nights == 2
    assert (rate.speed.devices, rate.times_real_time) == (4, 10.0)


def test_a_night_of_a_few_minutes_tells_nothing() -> None:
    assert past_rate([speed(599, 1)], NOW) is None
    assert past_rate([], NOW) is None


def test_only_the_last_seven_nights_count() -> None:
    rate = past_rate([speed(1_000, 100)] * 7 + [speed(90_000, 1)], NOW)
    assert rate is not None and rate.nights == 7 and rate.times_real_time == 10.0


@pytest.mark.parametrize(
    ("clock", "after", "found"),
    [
        (time(6), TEN, SIX),
        (time(22), TEN, TEN),
        (time(21, 59), TEN, datetime(2026, 11, 23, 21, 59)),
    ],
)
def test_a_time_of_day_is_the_next_one(clock: time, after: datetime, found: datetime) -> None:
    assert next_at(clock, after) == found
