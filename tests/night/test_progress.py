"""Counts of a run, its pace and what it will still take."""

from pipeline.night.progress import Progress
from pipeline.storage import State


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_pace_and_remaining_time_count_from_the_first_recording_in_hand() -> None:
    clock = Clock()
    progress = Progress(total=4, clock=clock)
    clock.now = 160.0  # a minute went by until the model was loaded
    progress.start()
    clock.now = 170.0
    progress.finish(State.DONE, 100.0)
    progress.finish(State.FAILED)
    assert progress.seconds == 10.0
    assert progress.times_real_time == 10.0
    assert progress.remaining_seconds == 10.0
    assert (progress.count(State.DONE), progress.count(State.FAILED)) == (1, 1)


def test_nothing_is_foretold_before_a_recording_has_ended() -> None:
    progress = Progress(total=4)
    assert progress.remaining_seconds is None and progress.times_real_time == 0.0
    progress.start()
    assert progress.remaining_seconds is None


def test_more_recordings_than_were_counted_make_no_negative_rest() -> None:
    clock = Clock()
    progress = Progress(total=1, clock=clock)
    progress.start()
    clock.now += 1
    for _ in range(3):
        progress.finish(State.SKIPPED)
    assert progress.remaining_seconds == 0.0
