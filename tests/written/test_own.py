"""Our own format: {"medium": "chat", "turns": [...]}."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Medium, Speaker
from pipeline.settings import Chats, Settings
from pipeline.written import Reader, Written

TURNS = [
    {"speaker": "customer", "start": 0, "text": "在吗"},
    {"speaker": "agent", "start": 12.5, "text": "在的，您请讲"},
]


def written(folder: Path, content: Any, chats: Chats | None = None) -> list[Written]:
    path = folder / "chat.json"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return list(Reader(Settings(chats=chats or Chats()), {}).read(path))


def refused(folder: Path, content: Any) -> tuple[str, dict[str, Any]]:
    (one,) = written(folder, content)
    assert one.call is None and one.refusal is not None
    assert one.refusal.file.endswith("chat.json")
    return one.refusal.reason.key, dict(one.refusal.reason.values)


def test_a_chat_becomes_a_call_without_voice(tmp_path: Path) -> None:
    (one,) = written(tmp_path, {"medium": "chat", "turns": TURNS})
    assert one.call is not None
    assert (one.call.medium, one.call.speech, one.call.duration) == (Medium.CHAT, None, 12.5)
    assert [(t.speaker, t.start, t.end, t.text) for t in one.call.turns] == [
        (Speaker.CUSTOMER, 0.0, 0.0, "在吗"),
        (Speaker.AGENT, 12.5, 12.5, "在的，您请讲"),
    ]
    assert all(word.start is None for turn in one.call.turns for word in turn.words)


def test_a_call_record_and_an_id_travel_with_it(tmp_path: Path) -> None:
    about = {"agent": 8001, "queue": "售后", "customer_number": "13812345678", "shop": "一店"}
    (one,) = written(tmp_path, {"id": 77, "about": about, "turns": TURNS})
    assert one.call is not None
    record = one.call.about
    assert (record.id, record.agent, record.queue) == ("77", "8001", "售后")
    assert record.customer_number == "*******5678"
    assert record.more == {"shop": "一店"}


def test_moments_may_be_dates_and_then_tell_when_it_began(tmp_path: Path) -> None:
    turns = [
        {"speaker": "客户", "start": "2026-03-05T09:00:58+08:00", "text": "在吗"},
        {"speaker": "客服", "start": "2026-03-05T09:01:10+08:00", "text": "在的"},
    ]
    (one,) = written(tmp_path, {"medium": "chat", "turns": turns})
    assert one.call is not None
    assert [turn.start for turn in one.call.turns] == [0.0, 12.0]
    assert one.call.about.started == "2026-03-05T09:00:58+08:00"


def test_a_list_holds_several_and_one_that_is_wrong_stands_alone(tmp_path: Path) -> None:
    wrong = {"turns": [{"speaker": "客户", "start": "昨天", "text": "在吗"}]}
    found = written(tmp_path, [{"id": "a", "turns": TURNS}, wrong, {"id": "b", "turns": TURNS}])
    assert [one.call is not None for one in found] == [True, False, True]
    assert [one.part for one in found] == ["a", "2", "b"]


def test_private_numbers_are_masked_also_in_ids(tmp_path: Path) -> None:
    turns = [{"speaker": "客户", "start": 0, "text": "我的手机13812345678"}]
    (one,) = written(tmp_path, {"id": "13812345678", "turns": turns})
    assert one.call is not None
    assert "138" not in one.call.turns[0].text + str(one.call.about.id) + one.part


@pytest.mark.parametrize(
    ("content", "key", "named"),
    [
        (b"3", "unknown-json", ""),
        ({"turns": TURNS, "colour": 1}, "unknown-key", "colour"),
        ({"turns": [{**TURNS[0], "ende": 3}]}, "unknown-key", "ende"),
        ({"turns": {}}, "wrong-value", "turns"),
        ({"turns": []}, "no-messages", ""),
        ({"turns": ["在吗"]}, "not-a-turn", "在吗"),
        ({"turns": [{"speaker": "客户", "text": "在吗"}]}, "lacks-key", "start"),
        ({"turns": [{**TURNS[0], "text": 7}]}, "wrong-value", "turns[1].text"),
        ({"turns": TURNS, "medium": "fax"}, "wrong-value", "voice"),
        ({"turns": TURNS, "id": ["x"]}, "wrong-value", "id"),
        ({"turns": [{**TURNS[0], "start": -1}]}, "not-a-time", "-1"),
        ({"turns": [{**TURNS[0], "start": "9:30"}]}, "not-a-time", "17:43:53"),
        ({"turns": [{**TURNS[0], "start": None}]}, "not-a-time", ""),
        ({"turns": [{**TURNS[0], "start": 1e308}]}, "not-a-time", ""),
        ({"turns": [TURNS[0], {**TURNS[1], "start": "17:43:53"}]}, "mixed-times", "17:43:53"),
        ({"turns": [{**TURNS[0], "start": 9, "end": 8}]}, "ends-before", "8"),
        ({"turns": [*TURNS, {**TURNS[0], "start": 3}]}, "backwards", "12.5"),
        ({"turns": [TURNS[0], {**TURNS[1], "start": 9e6}]}, "too-long", "20"),
        ({"turns": [{**TURNS[0], "speaker": "李四"}]}, "unknown-speaker", "李四"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_allowed(
    tmp_path: Path, content: Any, key: str, named: str
) -> None:
    found, values = refused(tmp_path, content)
    assert found == f"written.{key}"
    assert named in " ".join(map(str, values.values()))


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"{", "not-json"),
        (b"[" * 100_000, "too-deep"),
        (b'{"turns": [{"speaker": "a", "start": NaN}]}', "not-json"),
        (b"{\x00}", "no-text"),
        (b"\xff\xfe\x00", "no-text"),
        (b"  ", "empty"),
    ],
)
def test_what_is_no_text_or_no_json_is_refused(tmp_path: Path, content: bytes, key: str) -> None:
    assert refused(tmp_path, content)[0] == f"file.{key}"


def test_a_wrong_value_is_shown_without_private_numbers(tmp_path: Path) -> None:
    turns = [{**TURNS[0], "start": "打13812345678找我"}]
    _, values = refused(tmp_path, {"turns": turns})
    assert "138" not in str(values)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "chat.json"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    (one,) = Reader(Settings(), {}).read(path)
    assert one.refusal is not None and one.refusal.reason.key == "file.too-large"


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    (one,) = Reader(Settings(), {}).read(tmp_path / "none.json")
    assert one.refusal is not None and one.refusal.reason.key == "file.not-found"


def test_more_than_anybody_says_in_one_conversation_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, {"turns": TURNS * 2501})[0] == "written.too-many"
    long = {"turns": [{**TURNS[0], "text": "好" * 300_001}]}
    assert refused(tmp_path, long)[0] == "written.too-much"


def test_thousands_of_numbers_are_masked_in_seconds(tmp_path: Path) -> None:
    import time

    start = time.process_time()
    said = [{**TURNS[0], "text": f"13{n:09}回拨{n:04} x"} for n in range(5000)]
    (one,) = written(tmp_path, {"turns": said})
    assert one.call is not None and "*" * 11 in one.call.turns[-1].text
    assert time.process_time() - start < 30


def test_gbk_is_read(tmp_path: Path) -> None:
    content = json.dumps({"turns": TURNS}, ensure_ascii=False).encode("gbk")
    (one,) = written(tmp_path, content)
    assert one.call is not None and one.call.turns[1].text == "在的，您请讲"


def test_a_very_long_message_is_kept_whole(tmp_path: Path) -> None:
    (one,) = written(tmp_path, {"turns": [{**TURNS[0], "text": "好" * 200_000}]})
    assert one.call is not None and one.call.turns[0].text == "好" * 200_000
