"""zhiyin import: the same table, JSON and exit codes as zhiyin score, and nothing is heard."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Run
from tests.report.test_score_json import SCHEMA
from tests.written.test_transcripts import FORMATS


def transcript(folder: Path, name: str, made: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gets_a_card_that_can_be_explained(
    run: Run, tmp_path: Path, name: str
) -> None:
    path = transcript(tmp_path, "t.json", FORMATS[name][0]())
    ran = run("import", path, "--json")
    assert ran.code == 0, ran.talk
    made = json.loads(ran.out)
    jsonschema.validate(made, SCHEMA)
    (call,) = made["calls"]
    assert call["engine"] == f"{name} (imported)"
    (card,) = call["scorecards"]
    verdicts = {item["id"]: item["verdict"] for item in card["items"]}
    for item in ("long-silence", "talk-over", "speech-rate", "first-reply"):
        assert verdicts[item] == "not_applicable"
    assert verdicts["greeting"] == ("unsure" if name == "Whisper" else "pass")
    assert run("explain", "t.json", "greeting").code == 0


def test_one_that_cannot_be_read_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    transcript(tmp_path, "a.json", FORMATS["WhisperX"][0]())
    transcript(tmp_path, "b.json", {"results": {}})
    (tmp_path / "c.wav").write_text("not looked at")
    ran = run("import", tmp_path)
    assert ran.code == 3
    assert "✗ b.json" in ran.out and "c.wav" not in ran.out and "a.json" in ran.out


def test_pages_are_written_without_a_player(run: Run, tmp_path: Path) -> None:
    path = transcript(tmp_path, "a.json", FORMATS["FunASR"][0]())
    assert run("import", path, "--html", tmp_path / "html").code == 0
    page = (tmp_path / "html" / "a.html").read_text("utf-8")
    assert "FunASR（导入）" in page and 'class="player"' not in page


def test_score_says_what_to_do_with_a_transcript(run: Run, tmp_path: Path) -> None:
    ran = run("score", transcript(tmp_path, "a.json", FORMATS["WhisperX"][0]()))
    assert ran.code == 1
    assert "zhiyin import" in ran.out


def test_the_formats_that_are_read_are_all_named(run: Run, tmp_path: Path) -> None:
    said = run("import", transcript(tmp_path, "a.json", {"text": "x"})).out.replace("\n", "")
    assert "WhisperX、Whisper；" in said and "docs/chats.md" in said


def test_a_transcript_without_labels_says_so_and_what_to_do(run: Run, tmp_path: Path) -> None:
    out = run("import", transcript(tmp_path, "a.json", FORMATS["Whisper"][0]())).out
    assert "没有说话人标签" in out and "不知道是谁说的" in out and "agents" not in out
