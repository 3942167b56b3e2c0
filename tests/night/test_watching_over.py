"""The heart of a run, its ears for signals, and what is shown of it."""

import io
import os
import signal
import threading
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.call import Reason
from pipeline.cli.onlookers import Lines, Screen
from pipeline.cli.session import Session
from pipeline.configuration import configure
from pipeline.night.heart import Heart
from pipeline.night.job import Event, Kind
from pipeline.night.progress import Progress
from pipeline.night.rounds import Rounds
from pipeline.night.stopping import Stopping
from pipeline.refusal import Advice, Refusal
from pipeline.storage import Added, State


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_heart_that_another_run_has_taken_over_stops_the_run() -> None:
    heart = Heart(lambda: False, 120)
    assert heart.beat() and heart.lost


def test_a_database_that_fails_for_a_while_is_no_loss_until_the_lease_is_over() -> None:
    clock, works = Clock(), [True]

    def strike() -> bool:
        if not works:
            raise OSError("away")
        return True

    heart = Heart(strike, 120, clock)
    works.clear()
    clock.now = 119
    assert not heart.beat()
    works.append(True)
    clock.now = 121
    assert not heart.beat()
    works.clear()
    clock.now = 240
    assert not heart.beat()
    clock.now = 241
    assert heart.beat() and heart.lost


def test_rounds_go_on_until_they_are_told_or_the_work_is_over() -> None:
    done = threading.Event()
    calls = []

    def do() -> bool:
        calls.append(1)
        done.set()
        return len(calls) == 2

    with Rounds(0.01, do) as rounds:
        assert done.wait(5)
        rounds._thread.join(5)
    assert len(calls) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_once_is_to_finish_and_twice_is_at_once(number: int) -> None:
    before = signal.getsignal(number)
    with Stopping() as stopping:
        assert stopping() == 0
        os.kill(os.getpid(), number)
        assert stopping() == 1
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        assert stopping() == 2
    assert signal.getsignal(number) == before


def test_who_asked_not_to_hear_of_a_hang_up_does_not() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stopping() as stopping:
            os.kill(os.getpid(), signal.SIGHUP)
            assert stopping() == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def screen(home: Path, language: str, urgency: int = 0) -> tuple[Screen, io.StringIO, Console]:
    session = Session(home, configure(home, {"language": language}))
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=100, color_system=None)
    session.__dict__["talk"] = console
    return Screen(session, lambda: urgency), text, console


def shown(made: Screen, text: io.StringIO, console: Console) -> str:
    text.seek(0)
    text.truncate()
    console.print(made.view())
    return text.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_moving_line_says_how_far_how_fast_and_how_long_still(
    tmp_path: Path, language: str
) -> None:
    made, text, console = screen(tmp_path, language)
    clock = Clock()
    progress = Progress(total=4, clock=clock)
    assert ("来源" in shown(made, text, console)) == (language == "zh")
    made.began(7, progress)
    made.listed(4, Added(new=4))
    assert "7" in text.getvalue()
    assert ("模型" in shown(made, text, console)) == (language == "zh")
    progress.start()
    clock.now = 60
    progress.finish(State.DONE, 240)
    progress.finish(State.FAILED)
    line = shown(made, text, console)
    assert "2/4" in line and "4.0×" in line and "1:00" in line
    assert ("失败 1" if language == "zh" else "failed 1") in line


def test_the_line_says_when_the_run_is_to_stop(tmp_path: Path) -> None:
    made, text, console = screen(tmp_path, "zh", urgency=1)
    assert "再按一次" in shown(made, text, console)
    made, text, console = screen(tmp_path, "zh", urgency=2)
    assert "立即停下" in shown(made, text, console)


def test_a_worker_that_died_and_a_place_that_is_away_are_told_above_the_line(
    tmp_path: Path,
) -> None:
    made, text, _ = screen(tmp_path, "zh")
    reason = Reason("night.worker-died")
    made.happened(Event(kind=Kind.DIED, worker="1/1", reason=reason))
    for _ in range(30):
        made.odd(Refusal("file.not-found", "/mnt/away"))
    assert "换新的" in text.getvalue() and text.getvalue().count("/mnt/away") == 20


def test_lines_hold_numbers_and_keys_and_no_customer_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = Lines()
    made.tell_progress()
    made.began(7, Progress(total=1))
    made.odd(Advice(Reason("night.other-names"), "/calls/13812345678"))
    made.odd(Refusal("night.row-value", "/cdr.csv", 3, what="振铃", found="13812345678 秒"))
    reason = Reason("audio.unsupported-text", {"found": "您好"})
    event = Event(
        kind=Kind.FINISHED, worker="1/1", recordings=(3,), state=State.FAILED, reason=reason
    )
    made.happened(event)
    made.happened(Event(kind=Kind.ALIVE, worker="1/1"))
    made.happened(Event(kind=Kind.BACK, worker="1/1"))
    made.tell_progress()
    told = capsys.readouterr().err
    assert '"event": "failed"' in told and '"recordings": [3]' in told
    assert "audio.unsupported-text" in told and "您好" not in told
    assert "13812345678" not in told
    assert '"line": 3, "values": {"what": "振铃", "found": "*********** 秒"}' in told
    assert len(told.splitlines()) == 5
