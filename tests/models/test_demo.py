import json
from pathlib import Path
from random import Random

import pytest

from models.train import tokenizer as ids
from models.train.evaluate import DEMO, Said, distance, plain, rate, recognised, spoken

VOICE: dict[str, str | int] = {"variant": "f2", "rate": 220, "pitch": 50, "range": 50}


def test_the_folder_is_complete_and_small() -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json", "zhiyin.json"):
        assert (DEMO / name).is_file()
    assert sum(file.stat().st_size for file in DEMO.iterdir()) < 30e6


def test_the_tokenizer_is_the_one_that_training_used() -> None:
    shipped = json.loads((DEMO / "tokenizer.json").read_text(encoding="utf-8"))
    made = ids.tokenizer_json()
    assert shipped["model"]["vocab"] == made["model"]["vocab"]
    assert shipped["model"]["merges"] == made["model"]["merges"]


def test_windows_are_as_long_as_those_of_training() -> None:
    says = json.loads((DEMO / "zhiyin.json").read_text())
    chunk = json.loads((DEMO / "preprocessor_config.json").read_text())["chunk_length"]
    assert says["demonstration"] is True
    assert says["window_seconds"] < chunk == ids.WINDOW


@pytest.mark.recogniser
def test_it_understands_an_ordinary_call(tmp_path: Path) -> None:
    said = ["您好，请问有什么可以帮您？", "请您稍等，我帮您查询一下。", "感谢您的来电，再见。"]
    files = spoken([[Said(text, VOICE) for text in said]], tmp_path, Random(1))
    wanted = plain("".join(said))
    assert distance(wanted, recognised(files, str(DEMO))[0]) <= 3


def test_distance_counts_what_is_wrong_missing_and_added() -> None:
    assert distance("您好请讲", "您好请讲") == 0
    assert distance("您好请讲", "你好请讲") == 1
    assert distance("您好请讲", "请讲") == 2
    assert distance("", "好的") == 2


def test_a_rate_lies_in_its_interval() -> None:
    middle, low, high = rate([(1, 10), (0, 10), (2, 10), (1, 10)], Random(1))
    assert low <= middle <= high
    assert middle == pytest.approx(10)
