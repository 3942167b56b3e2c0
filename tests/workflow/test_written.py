"""Dialogue logs are scored beside recordings: same rules, nothing is heard, order is kept."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import Medium
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.settings import Chats, Settings
from pipeline.storage import Store
from pipeline.workflow.explaining import explain_item
from pipeline.workflow.scoring import Asked, score
from tests.workflow.conftest import Ears

TURNS = [
    {"speaker": "customer", "start": 0, "text": "我的手机13812345678没有信号"},
    {"speaker": "agent", "start": 45, "text": "这个我不清楚"},
    {"speaker": "agent", "start": 50, "text": "再见"},
]
LOG = "会话ID,说话人,时间,内容\nA,客户,0,在吗\nA,客服,9,这个我不清楚\nB,客户,0,在吗\nB,客服,1,在\n"


def chat(path: Path, **more: object) -> Path:
    path.write_text(json.dumps({"medium": "chat", "turns": TURNS, **more}), "utf-8")
    return path


@pytest.fixture
def asked(calls: Path, home: Path, settings: Settings, ears: Ears) -> Asked:
    return Asked(paths=[calls], home=home, settings=settings)


def test_a_chat_gets_its_card_and_nothing_is_heard(asked: Asked, calls: Path, ears: Ears) -> None:
    unheard = replace(asked.settings, speech=replace(asked.settings.speech, model="no-such-model"))
    path = chat(calls / "chat.json")
    (result,) = score(replace(asked, paths=[path], settings=unheard))
    assert result.call is not None and result.call.medium == Medium.CHAT
    verdicts = {item.id: item.verdict for item in result.cards[0].items}
    assert verdicts["forbidden"] == verdicts["first-reply"] == Verdict.FAIL
    for item in ("long-silence", "talk-over", "speech-rate", "who-ended"):
        assert verdicts[item] == Verdict.NOT_APPLICABLE
    assert ears.opened == 0


def test_chats_and_recordings_keep_their_order_and_share_a_recogniser(
    asked: Asked, calls: Path, ears: Ears
) -> None:
    chat(calls / "bb.json")
    (calls / "bad.csv").write_text("what,is,this\n1,2,3\n", "utf-8")
    names = [result.source.name for result in score(asked)]
    assert names == ["a.wav", "b.wav", "bad.csv", "bb.json", "c.wav"]
    assert ears.opened == 1


def test_a_file_that_cannot_be_read_is_kept_as_failed_and_the_others_go_on(
    asked: Asked, calls: Path
) -> None:
    (calls / "bad.csv").write_text("what,is,this\n1,2,3\n", "utf-8")
    results = {result.source.name: result for result in score(asked)}
    assert results["bad.csv"].refusal is not None and results["c.wav"].cards
    with Store(asked.home) as store:
        (kept,) = store.find(str(calls / "bad.csv"))
    assert kept.reason is not None and kept.reason.key == "written.no-speaker-column"


def test_several_chats_of_one_file_are_kept_apart(asked: Asked, calls: Path) -> None:
    (calls / "log.csv").write_text(LOG, "utf-8")
    results = list(score(replace(asked, paths=[calls / "log.csv"])))
    assert [result.source.name for result in results] == ["log.csv#A", "log.csv#B"]
    assert [result.call.id for result in results if result.call] == ["A", "B"]
    with Store(asked.home) as store:
        assert {found.recording.name for found in store.find("log.csv")} == {"A", "B"}


def test_ids_are_unique_where_two_files_hold_the_same_chat(asked: Asked, calls: Path) -> None:
    for name in ("log.csv", "again.csv"):
        (calls / name).write_text(LOG, "utf-8")
    results = list(score(replace(asked, paths=[calls / "log.csv", calls / "again.csv"])))
    ids = [result.call.id for result in results if result.call]
    assert len(ids) == len(set(ids)) == 4


def test_a_log_that_grows_keeps_its_chats(asked: Asked, calls: Path) -> None:
    path = calls / "log.csv"
    path.write_text(LOG, "utf-8")
    list(score(replace(asked, paths=[path])))
    path.write_text(LOG + "C,客户,0,在吗\n", "utf-8")
    results = list(score(replace(asked, paths=[path])))
    assert [result.reused for result in results] == [True, True, False]


def test_other_roles_are_another_transcript_of_the_same_recording(
    asked: Asked, calls: Path
) -> None:
    path = calls / "log.csv"
    path.write_text("说话人,时间,内容\n小美,0,在吗\n客服,9,这个我不清楚\n", "utf-8")
    (one,) = score(replace(asked, paths=[path]))
    chats = Chats(agents=("小美",), customers=("客服",))
    settings = replace(asked.settings, chats=chats)
    (other,) = score(replace(asked, paths=[path], settings=settings))
    verdicts = [{i.id: i.verdict for i in r.cards[0].items}["forbidden"] for r in (one, other)]
    assert verdicts == [Verdict.FAIL, Verdict.PASS]
    with Store(asked.home) as store:
        (kept,) = store.find("log.csv")
    assert kept.call == other.call


def test_what_is_stored_is_masked_and_can_be_explained(asked: Asked, calls: Path) -> None:
    path = chat(calls / "chat.json", id="S1")
    list(score(replace(asked, paths=[path])))
    explained = explain_item("S1", "forbidden", asked.home, asked.settings)
    assert explained.item.verdict == Verdict.FAIL
    assert b"13812345678" not in b"".join(f.read_bytes() for f in asked.home.glob("zhiyin.db*"))


def test_a_file_with_several_chats_is_no_answer_to_which_one(asked: Asked, calls: Path) -> None:
    (calls / "log.csv").write_text(LOG, "utf-8")
    list(score(replace(asked, paths=[calls / "log.csv"])))
    with pytest.raises(Refusal) as refused:
        explain_item("log.csv", "forbidden", asked.home, asked.settings)
    assert dict(refused.value.reason.values)["allowed"] in ("A、B", "B、A")
    assert explain_item("A", "forbidden", asked.home, asked.settings).item.verdict == Verdict.FAIL


def test_who_is_who_can_be_exchanged(asked: Asked, calls: Path) -> None:
    path = chat(calls / "chat.json")
    (result,) = score(replace(asked, paths=[path], swap=True))
    verdicts = {item.id: item.verdict for item in result.cards[0].items}
    assert verdicts["forbidden"] == Verdict.PASS


def test_a_chat_beside_a_recording_of_the_same_name_is_no_call_record(
    asked: Asked, calls: Path
) -> None:
    chat(calls / "a.json")
    (calls / "b.json").write_text('{"id": "7", "agent": "8001"}')
    results = {result.source.name: result for result in score(asked)}
    assert set(results) == {"a.json", "a.wav", "b.wav", "c.wav"}
    assert results["b.wav"].call is not None and results["b.wav"].call.about.agent == "8001"


def test_absence_where_a_message_is_nobodys_is_left_to_a_person(asked: Asked, calls: Path) -> None:
    path = calls / "chat.json"
    first = {"speaker": "未知", "start": 0, "text": "嗯"}
    agent = {"speaker": "客服", "start": 3, "text": "在的"}
    path.write_text(json.dumps({"turns": [first, agent]}), "utf-8")
    (result,) = score(replace(asked, paths=[path]))
    items = {item.id: item for item in result.cards[0].items}
    assert items["greeting"].verdict == Verdict.UNSURE
    assert items["greeting"].reason.key == "scoring.missing-unplaced"
    assert [remark.key for remark in items["forbidden"].remarks] == ["scoring.partly-unplaced"]


def test_waits_that_the_minute_leaves_open_are_left_to_a_person(asked: Asked, calls: Path) -> None:
    path = calls / "log.csv"
    rows = "客户,2026/3/5 9:00,在吗", "客服,2026/3/5 9:01,在的", "客户,2026/3/5 9:02,好"
    path.write_text("说话人,时间,内容\n" + "\n".join(rows), "utf-8")
    settings = replace(asked.settings, scoring=replace(asked.settings.scoring, template="auto"))
    (result,) = score(replace(asked, paths=[path], settings=settings))
    verdicts = {item.id: item.verdict for item in result.cards[0].items}
    assert result.cards[0].template == "online-chat"
    assert verdicts["first-reply"] == verdicts["mean-reply"] == Verdict.UNSURE
