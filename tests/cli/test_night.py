"""The commands of the night: what they say and how they end."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.call import Reason
from pipeline.cli.failing import ADVICE, advice_for
from pipeline.configuration.resources import folder
from pipeline.storage import Found, Ledger, Outcome, this_process
from pipeline.wording import words_of
from tests.cli.conftest import Run
from tests.trials import tries

PROGRAM = "from pipeline.cli import main; main()"
ROOT = Path(__file__).parents[2]
TOGETHER = tries(10, 50)


@pytest.fixture
def sources(tmp_path: Path, home: Path) -> Path:
    made = tmp_path / "recordings"
    made.mkdir()
    text = f'[night]\nsources = ["{made}"]\nsettle_seconds = 0\nprogress_seconds = 0.2\n'
    (home / "zhiyin.toml").write_text(text, "utf-8")
    return made


def samples(*names: str, to: Path) -> None:
    for name in names:
        shutil.copy(folder("sample_audio") / "calls" / name, to)


def started(home: Path, *words: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIYIN_")}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words, "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=kept,
    )


def lines(talk: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in talk.splitlines() if line.startswith("{")]


def test_without_sources_it_says_what_to_write_and_where(run: Run, home: Path) -> None:
    ran = run("run")
    assert ran.code == 1
    assert str(home / "zhiyin.toml") in ran.talk and "sources = [" in ran.talk


def test_sources_that_hold_nothing_are_no_success(run: Run, sources: Path) -> None:
    ran = run("run")
    assert ran.code == 1 and "来源里有 0 条录音" in ran.out


def test_a_second_run_ends_in_5_and_says_who_and_since_when(
    run: Run, home: Path, sources: Path
) -> None:
    with Ledger(home) as ledger:
        holder = this_process("local")
        ledger.begin(holder, 60)
        ran = run("run")
        assert ran.code == 5
        assert f"{holder.host}:{os.getpid()}" in ran.talk and "20" in ran.talk
        assert ledger.sums().total == 0
        assert f"{holder.host}:{os.getpid()}" in run("status").out
        assert json.loads(run("status", "--json").out)["running"]["pid"] == os.getpid()


def test_a_wrong_setting_a_wrong_model_and_a_wrong_rule_end_in_4(
    run: Run, home: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("run", "--engine", "spark").code == 4
    (sources / "a.wav").write_text("text")
    assert run("run", "--engine", "ray").code == 4  # without PostgreSQL
    monkeypatch.setenv("ZHIYIN_NIGHT__NAME_PATTERNS", "{nothing}_{agent}")
    assert run("run").code == 4
    monkeypatch.delenv("ZHIYIN_NIGHT__NAME_PATTERNS")
    monkeypatch.setenv("ZHIYIN_MODEL", str(home / "nowhere"))
    assert run("run").code == 4
    monkeypatch.setenv("ZHIYIN_MODEL", "demo-zh")
    (home / "lexicons").mkdir()
    (home / "lexicons" / "bad.yaml").write_text(
        "name: bad\ntitle: 坏\nmatch: wrod\nphrases: [不]\n", "utf-8"
    )
    ran = run("run")
    assert ran.code == 4 and "bad.yaml:3" in ran.talk


def test_a_dry_run_lists_what_would_be_taken_and_writes_nothing(
    run: Run, home: Path, sources: Path
) -> None:
    for name in ("a.wav", "b_agent.wav", "b_customer.wav"):
        (sources / name).write_text(name)
    before = sorted(path.name for path in home.iterdir())
    ran = run("run", "--dry-run")
    assert ran.code == 0 and ran.out.count("+ ") == 2 and "2 个文件" in ran.out
    told = json.loads(run("run", "--dry-run", "--json", "--limit", "1").out)
    assert (told["new"], told["later"], len(told["recordings"])) == (1, 1, 1)
    assert sorted(path.name for path in home.iterdir()) == before


def test_a_dry_run_tells_new_from_changed_from_known(run: Run, home: Path, sources: Path) -> None:
    with Ledger(home) as ledger:
        known = str(sources / "known.wav")
        ledger.add([Found(name=known, sources=(known,), stamp="as it was")])
    (sources / "known.wav").write_text("other bytes")
    (sources / "new.wav").write_text("new")
    ran = run("run", "--dry-run")
    assert f"~ {known}" in ran.out and f"+ {sources / 'new.wav'}" in ran.out
    with Ledger(home) as ledger:
        assert ledger.sums().total == 1


@pytest.mark.recogniser
def test_a_night_with_a_broken_file_from_run_to_retry(
    run: Run, home: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demonstration model hears two sample calls; the rest is seen from outside."""
    monkeypatch.setenv("ZHIYIN_MODEL", "demo-zh")
    monkeypatch.setenv("ZHIYIN_TEMPLATE", "auto")
    samples("01-good-inbound.wav", "01-good-inbound.json", "06-discourteous.opus", to=sources)
    (sources / "text.wav").write_text("no sound")
    ran = run("run", "--json")
    assert ran.code == 3
    told = json.loads(ran.out)
    assert (told["listed"], told["new"], told["stopped"]) == (3, 3, False)
    assert told["standing"] == {"done": {"speech": 2}, "failed": {"unsupported": 1}}
    assert told["speed"]["audio_seconds"] > 60
    events = [line["event"] for line in lines(ran.talk)]
    assert events[:2] == ["warning", "began"]
    assert {"listed", "opened", "failed", "progress"} < {*events}
    assert len(events) == len(ran.talk.splitlines())
    assert "坐席" not in ran.talk and "您好" not in ran.talk

    failed = run("failures")
    assert failed.code == 0 and "text.wav" in failed.out and "转成 WAV" in failed.out
    listed = json.loads(run("failures", "--json").out)["failures"]
    assert [one["reason"]["key"] for one in listed] == ["audio.unsupported-text"]
    state = run("status")
    assert "没有在运行" in state.out and "合计" in state.out
    document = json.loads(run("status", "--json").out)
    assert document["recordings"] == 3 and document["nights"][0]["summary"]["new"] == 3

    assert run("retry").code == 2 and run("retry", "--all", "text.wav").code == 2
    assert run("retry", "nobody.wav").code == 1
    assert run("retry", "01-good-inbound.wav").code == 1
    assert run("retry", "text.wav").code == 0
    assert sum(json.loads(run("status", "--json").out)["states"]["found"].values()) == 1
    assert "等待" in run("status").out

    assert run("retranscribe").code == 2
    assert run("retranscribe", "--since", "tomorrow").code == 2
    assert json.loads(run("retranscribe", "06-discourteous.opus", "--json").out)["waiting"] == 1
    (sources / "06-discourteous.opus").unlink()

    again = run("run", "--lang", "en")
    assert again.code == 3
    assert "new 0, changed 0, known 2" in again.out and "sum" in again.out
    states = json.loads(run("status", "--json").out)["states"]
    assert states == {"done": {"speech": 1, "kept": 1}, "failed": {"unsupported": 1}}
    assert "重新识别失败" in run("status").out
    assert "06-discourteous.opus" in run("failures").out
    assert "原来的结果有效" in run("failures").out
    assert run("explain", "06-discourteous.opus", "greeting").code == 0


def test_every_advice_has_words_and_every_reason_an_advice() -> None:
    words = words_of("night")
    assert all(f"night.do-{advice}" in words for advice in [*ADVICE.values(), "retry"])
    assert advice_for(None) == advice_for(Reason("new.thing")) == "night.do-retry"
    assert advice_for(Reason("audio.unsupported-text")) == "night.do-convert"


def test_names_of_outcomes_and_states_have_words() -> None:
    words = words_of("night")
    assert all(f"night.outcome-{outcome or 'none'}" in words for outcome in Outcome)


def test_plan_takes_times_of_day_only(run: Run) -> None:
    wrong = run("plan", "--calls", "10", "--minutes", "4", "--by", "25:00")
    assert wrong.code == 2 and "25:00" in wrong.talk
    same = run("plan", "--calls", "10", "--minutes", "4", "--from", "06:00", "--by", "06:00")
    assert same.code == 2


def test_plan_takes_calls_and_minutes_that_a_night_may_have(run: Run) -> None:
    for calls in ("0", "-5", str(10**15)):
        ran = run("plan", "--calls", calls, "--minutes", "4")
        assert ran.code == 2 and "1–10,000,000" in ran.talk, calls
    for minutes in ("0", "-1", "nan", "1e9"):
        ran = run("plan", "--calls", "10", "--minutes", minutes)
        assert ran.code == 2 and "0.01–1440" in ran.talk, minutes


def test_plan_goes_by_the_nights_there_were(run: Run, home: Path, sources: Path) -> None:
    summary = {
        "speed": {
            "audio_seconds": 36_000,
            "seconds": 3_600,
            "engine": "local",
            "model": "model int8 beam 5",
            "device": "cpu",
            "devices": 1,
            "cores": len(os.sched_getaffinity(0)),
        }
    }
    with Ledger(home) as ledger:
        ledger.end(ledger.begin(this_process("local"), 60), summary)
    told = json.loads(run("plan", "--calls", "1200", "--minutes", "4", "--json").out)
    assert (told["times_real_time"], told["nights"], told["hours"]) == (10.0, 1, 8.0)
    assert told["in_time"] and told["factor"] == 1.0
    late = run("plan", "--calls", "2400", "--minutes", "4", "--lang", "en")
    assert late.code == 0 and "too late" in late.out and "2.0 times as fast" in late.out


def race(home: Path, wait: float, ending: int = signal.SIGTERM) -> float:
    """Two runs, so many seconds apart: one works, the other ends in 5 and says who; how soon."""
    runs = []
    for pause in (wait, 0.0):
        runs.append((started(home, "run", "--watch"), time.monotonic()))
        time.sleep(pause)
    while all(one.poll() is None for one, _ in runs):
        time.sleep(0.01)
    (loser, began), (winner, _) = sorted(runs, key=lambda run: run[0].poll() is None)
    took = time.monotonic() - began
    talk = loser.communicate()[1]
    assert loser.returncode == 5, talk
    assert f":{winner.pid}" in talk and winner.poll() is None
    winner.send_signal(ending)
    out, talk = winner.communicate(timeout=60)
    assert winner.returncode in (0, 1, -ending), (out, talk)
    return took


def test_of_two_runs_started_together_one_works(home: Path, sources: Path) -> None:
    race(home, 0.03)
    with Ledger(home) as ledger:
        (night,) = ledger.nights()
    assert night.ended is not None


@pytest.mark.faults
def test_of_two_runs_one_works_however_close_they_are(home: Path, sources: Path) -> None:
    """The one that works is killed each time, so that the next has a lock to take over, too."""
    chosen = random.Random(7)
    took = [race(home, chosen.uniform(0, 0.1), signal.SIGKILL) for _ in range(TOGETHER)]
    print(f"the one that is refused says so within {max(took):.1f} s")
    with Ledger(home) as ledger:
        assert len(ledger.nights(2 * TOGETHER)) == TOGETHER
