"""zhiyin topics and zhiyin training: what they print, and how they end."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.storage import Audit, Store
from tests.cli.conftest import Run
from tests.many import LAST, names

DAY = (LAST - timedelta(days=10)).isoformat()


@pytest.fixture
def many(home: Path, topics_home: Path) -> Path:
    shutil.copytree(topics_home, home, dirs_exist_ok=True)
    return home


def test_topics_are_found_kept_shown_and_on_record(many: Path, run: Run) -> None:
    ran = run("topics")
    assert ran.code == 0
    assert "漫游" in ran.out and "本周升得多的" in ran.out and "答不上来" in ran.out
    assert f"看了 {len(names())} 通" in ran.talk
    stored = json.loads(run("topics", "--stored", "--json").out)
    assert stored["calls"] == len(names())
    assert all(one["low"] <= one["rate"] <= one["high"] for one in stored["topics"])
    assert stored["gaps"] and stored["words"]
    act = Audit(many).latest(1)[0].act
    assert (act.action, act.details["calls"]) == ("topics-found", len(names()))


def test_without_calls_it_says_so_and_ends_with_one(home: Path, run: Run) -> None:
    ran = run("topics", "--lang", "en")
    assert ran.code == 1 and "no topics yet: there are 0 calls" in ran.talk and "50" in ran.talk
    assert run("topics", "--stored", "--json").out.strip() == "null"


def test_a_training_is_entered_listed_with_its_effect_and_removed(many: Path, run: Run) -> None:
    item = "small/hello"
    refused = run("training", "add", "x", "--day", DAY, "--item", "small/no", "--agent", "8001")
    assert refused.code == 2 and "small/no" in refused.talk and item in refused.talk
    assert run("training", "add", "开头", "--day", DAY, "--item", item, "--agent", "8001").code == 0
    (told,) = json.loads(run("training", "list", "--json").out)
    (one,) = told["items"]
    assert (told["name"], told["day"], one["item"]) == ("开头", DAY, item)
    assert one["before"]["whole"] > 0 and one["after"]["whole"] > 0 and one["others"]
    assert one["effect"]["interval"][0] <= one["effect"]["value"] <= one["effect"]["interval"][1]
    assert "开头" in run("training", "list").out
    assert run("training", "remove", "1").code == 0
    assert run("training", "remove", "1").code == 1
    assert json.loads(run("training", "list", "--json").out) == []
    actions = [line.act.action for line in Audit(many).latest(2)]
    assert actions == ["training-removed", "training-added"]


@pytest.mark.parametrize(
    ("day", "item"), [("昨天", "small/hello"), ("2099-01-01", "small/hello"), (DAY, "hello")]
)
def test_a_training_that_cannot_be_must_not_be_entered(
    home: Path, run: Run, day: str, item: str
) -> None:
    ran = run("training", "add", "开头", "--day", day, "--item", item, "--agent", "8001")
    assert ran.code == 2 and ran.talk
    assert json.loads(run("training", "list", "--json").out) == []


def test_a_customer_is_known_again_and_the_number_is_nowhere(
    home: Path, run: Run, tmp_path: Path
) -> None:
    head = "会话编号,时间,角色,内容,工号,客户号码"
    said = [
        f"{chat},2026-11-0{chat} 09:0{n}:00,{who},{text},8001,{number}"
        for chat, number in ((1, "13812345678"), (2, "+86 138-1234-5678"), (3, "13912345678"))
        for n, (who, text) in enumerate((("客服", "您好"), ("客户", "宽带断网了")))
    ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join([head, *said]), "utf-8")
    assert run("import", log).code == 0
    with Store(home) as store:
        known = [call.recording.about for call in store.calls(list(store.numbers()))]
    one, again, other = (about.customer for about in known)
    assert one and one == again != other
    assert {about.customer_number for about in known} == {"*******5678", "*" * 13 + "5678"}
    files = [path.read_bytes() for path in home.glob("zhiyin.db*")]
    assert not any(b"13812345678" in held or b"1234-5678" in held for held in files)
