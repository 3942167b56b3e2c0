"""zhiyin score: a table or JSON on stdout, talk on stderr, an exit code for each ending."""

import errno
import io
import json
import os
from pathlib import Path

import jsonschema
import pytest

from pipeline.storage import Store
from pipeline.workflow import scoring
from tests.cli.conftest import Run
from tests.report.test_score_json import SCHEMA
from tests.workflow.conftest import Ears

pytestmark = pytest.mark.usefixtures("ears")


def test_the_table_shows_verdicts_points_and_evidence_with_its_moment(
    run: Run, calls: Path
) -> None:
    ran = run("score", calls / "a.wav")
    assert ran.code == 0
    line = next(line for line in ran.out.splitlines() if "是否使用服务禁语" in line)
    assert line.lstrip().startswith("✗") and "−" in line
    assert "0:08 坐席 “" in ran.out and "不清楚" in ran.out
    assert "a.wav" in ran.out and "/ 100" in ran.out


def test_the_table_has_no_colour_and_no_trailing_blanks_off_a_terminal(
    run: Run, calls: Path
) -> None:
    out = run("score", calls).out
    assert "\x1b" not in out
    assert [line for line in out.splitlines() if line != line.rstrip()] == []


def test_json_is_the_only_thing_on_stdout(run: Run, calls: Path) -> None:
    ran = run("score", calls, "--json")
    jsonschema.validate(json.loads(ran.out), SCHEMA)
    assert "home" in ran.talk


def test_english_is_english(run: Run, calls: Path) -> None:
    ran = run("score", calls / "a.wav", "--lang", "en")
    assert "agent “" in ran.out and "scored" in ran.out
    assert "坐席" not in ran.out and "结果" not in ran.talk


def test_a_failed_recording_among_others_ends_in_3(run: Run, calls: Path) -> None:
    (calls / "broken.wav").write_text("x")
    ran = run("score", calls)
    assert ran.code == 3
    assert "✗ broken.wav" in ran.out


def test_nothing_scored_ends_in_1(run: Run, calls: Path) -> None:
    (calls / "broken.wav").write_text("x")
    assert run("score", calls / "broken.wav").code == 1


def test_no_file_is_wrong_usage(run: Run) -> None:
    ran = run("score")
    assert ran.code == 2 and ran.out == ""


def test_a_wrong_option_is_wrong_usage(run: Run, calls: Path) -> None:
    assert run("score", calls, "--jsno").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--template", "nope"], "telecom-inbound"),
        (["--lang", "fr"], "zh、en"),
        (["--model", "/nowhere/model"], "/nowhere/model"),
    ],
)
def test_a_wrong_setting_ends_in_4_and_says_what_is_allowed(
    words: list[str], said: str, run: Run, calls: Path
) -> None:
    ran = run("score", calls / "a.wav", *words)
    assert ran.code == 4
    assert said in ran.talk and "Traceback" not in ran.talk


def test_a_wrong_line_of_the_settings_file_is_named(run: Run, calls: Path, home: Path) -> None:
    (home / "zhiyin.toml").write_text("[speech]\nmodle = 'x'\n")
    ran = run("score", calls)
    assert ran.code == 4
    assert f"{home / 'zhiyin.toml'}:2: " in ran.talk


def test_a_wrong_lexicon_of_the_centre_ends_in_4(run: Run, calls: Path, home: Path) -> None:
    (home / "lexicons").mkdir()
    (home / "lexicons" / "forbidden.yaml").write_text("name: forbidden\nphrasse: [a]\n", "utf-8")
    ran = run("score", calls)
    assert ran.code == 4 and "forbidden.yaml:" in ran.talk


def test_pages_are_written_where_they_are_asked_for(run: Run, calls: Path, tmp_path: Path) -> None:
    ran = run("score", calls, "--html", tmp_path / "pages")
    assert (tmp_path / "pages" / "index.html").is_file()
    assert str(tmp_path / "pages") in ran.talk


def test_an_exchange_is_said_and_remembered(run: Run, calls: Path) -> None:
    plain = run("score", calls / "a.wav", "--json").out
    swapped = run("score", calls / "a.wav", "--json", "--swap").out
    still = run("score", calls / "a.wav", "--json").out
    first = [json.loads(o)["calls"][0]["turns"][0]["speaker"] for o in (plain, swapped, still)]
    assert first == ["agent", "customer", "customer"]


def test_the_demonstration_says_that_it_understands_no_people(
    run: Run, calls: Path, model: Path, ears: Ears
) -> None:
    (model / "zhiyin.json").write_text('{"demonstration": true}')
    ran = run("score", calls / "a.wav", "--lang", "en")
    assert "not people" in ran.talk and "large-v3" in ran.talk
    assert "not people" not in ran.out
    (model / "zhiyin.json").write_text('{"demonstration": false}')
    assert "not people" not in run("score", calls / "a.wav", "--lang", "en").talk


SECRET = "客户的卡号是六二二二"


def test_the_unexpected_is_one_line_and_a_log_without_what_was_said(
    run: Run, calls: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(scoring, "hear", broken)
    ran = run("score", calls / "a.wav")
    log = (home / "logs" / "zhiyin.log").read_text("utf-8")
    assert ran.code == 1
    assert ran.talk.count("\n") == 1 and "RuntimeError" in ran.talk
    assert "Traceback" not in ran.talk + ran.out
    assert "in broken" in log and "RuntimeError" in log
    assert SECRET not in log + ran.talk + ran.out


def test_a_crashed_detector_is_in_the_log_and_never_on_the_terminal(
    run: Run, calls: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("pipeline.scoring.item._judge", broken)
    ran = run("score", calls / "a.wav")
    log = (home / "logs" / "zhiyin.log").read_text("utf-8")
    assert ran.code == 3
    assert "in broken" in log and "RuntimeError" in log
    assert "in broken" not in ran.talk + ran.out
    assert SECRET not in log + ran.talk + ran.out


def test_an_interrupted_run_says_so(run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring, "hear", interrupted)
    ran = run("score", calls / "a.wav")
    assert ran.code == 130
    assert "已中断" in ran.talk and "Traceback" not in ran.talk


class Closed(io.StringIO):
    """A pipe whose reader has left."""

    def __init__(self) -> None:
        super().__init__()
        self.null = os.open(os.devnull, os.O_WRONLY)

    def write(self, _: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    def fileno(self) -> int:
        return self.null


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_reader_who_leaves_stops_the_printing_and_not_the_work(
    run: Run, calls: Path, home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sys.stdout", Closed())
    ran = run("score", calls, *words)
    assert ran.code == 0 and "Traceback" not in ran.talk
    with Store(home) as store:
        assert len(list(store.numbers())) == len(list(calls.glob("*.wav")))


def test_a_reader_who_leaves_hides_no_failure(
    run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (calls / "broken.wav").write_text("x")
    monkeypatch.setattr("sys.stdout", Closed())
    assert run("score", calls).code == 3


def test_an_empty_folder_is_said_and_nothing_is_said_to_be_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run("score", tmp_path / "empty")
    assert ran.code == 1
    assert "没有可以评分的文件" in ran.talk and "已存入" not in ran.talk


def test_pages_over_a_file_are_refused_before_anything_is_heard(
    run: Run, calls: Path, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "page").write_text("mine")
    ran = run("score", calls, "--html", tmp_path / "page")
    assert ran.code == 1 and "--html" in ran.talk and ran.out == ""
    with Store(home) as store:
        assert list(store.numbers()) == []


def test_the_sum_says_how_many_items_wait_for_a_person(run: Run, calls: Path) -> None:
    assert "由人判断" in run("score", calls).out
