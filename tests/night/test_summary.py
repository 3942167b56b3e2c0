"""What a run leaves behind is read back as it was."""

import json

from pipeline.night.summary import Speed, Summary, read_summary
from pipeline.storage import State

LEFT = Summary(
    listed=3,
    new=2,
    known=1,
    ended={"done": {"speech": 1}, "failed": {"unsupported": 1}},
    reasons={"audio.unsupported": 1},
    standing={"done": {"speech": 2}, "failed": {"unsupported": 1}},
    speed=Speed(audio_seconds=60, seconds=3, model="demo-zh", device="cpu", cores=2),
    rules=4,
)


def test_a_summary_survives_json() -> None:
    assert read_summary(json.loads(json.dumps(LEFT.as_json()))) == LEFT
    assert LEFT.speed.times_real_time == 20.0
    assert LEFT.count(State.FAILED) == 1 and LEFT.count(State.SKIPPED) == 0


def test_what_another_version_added_or_lacked_does_no_harm() -> None:
    values = {**LEFT.as_json(), "later": 1, "speed": {"seconds": 3, "watts": 9}}
    assert read_summary(values).speed.seconds == 3
    assert read_summary({}).listed == 0
