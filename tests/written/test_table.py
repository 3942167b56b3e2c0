"""Dialogue logs as tables."""

from pathlib import Path

import pytest

from pipeline.call import Speaker
from pipeline.settings import Chats, Settings
from pipeline.written import Reader, Written

LOG = "说话人,时间,内容\n客户,2026-03-05 09:00:00,在吗\n客服,2026-03-05 09:00:20,在的\n"


def written(folder: Path, text: str | bytes, chats: Chats | None = None) -> list[Written]:
    path = folder / "log.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(Reader(Settings(chats=chats or Chats()), {}).read(path))


def turns(folder: Path, text: str | bytes, chats: Chats | None = None) -> list[tuple[str, float]]:
    (one,) = written(folder, text, chats)
    assert one.call is not None, one.refusal
    return [(turn.speaker.value, turn.start) for turn in one.call.turns]


BOTH = [("customer", 0.0), ("agent", 20.0)]


@pytest.mark.parametrize(
    "text",
    [
        LOG,
        "\ufeff" + LOG,
        LOG.encode("gbk"),
        LOG.encode("utf-16"),
        LOG.replace(",", "\t"),
        LOG.replace(",", ";"),
        LOG.replace("\n", "\r\n"),
        "\n\n" + LOG + "\n,,\n",
        LOG.replace("2026-03-05", "2026/3/5"),
        LOG.replace("2026-03-05 09:00", "2026年3月5日 09:00"),
        LOG.replace("2026-03-05 ", ""),
        LOG.replace("说话人", "Sender").replace("时间", "Sent_At").replace("内容", "MESSAGE"),
        'time,text,speaker\n0,"好,""在""\n吗",买家\n20,在的,客服01\n',
        "speaker,time,text\n客户,1772701200,在吗\n客服,1772701220000,在的\n",
        "speaker,time,text\n客户,20260305090000,在吗\n客服,20260305090020,在的\n",
    ],
)
def test_every_usual_manner_is_read(tmp_path: Path, text: str | bytes) -> None:
    assert turns(tmp_path, text) == BOTH


def test_newest_first_is_turned_round(tmp_path: Path) -> None:
    head, first, last, _ = LOG.split("\n")
    assert turns(tmp_path, f"{head}\n{last}\n{first}\n") == BOTH


def test_a_chat_may_go_on_past_midnight(tmp_path: Path) -> None:
    log = "说话人,时间,内容\n客户,23:59:50,在吗\n客服,00:00:10,在的\n"
    assert turns(tmp_path, log) == BOTH


def test_times_without_seconds_are_remarked_on(tmp_path: Path) -> None:
    (one,) = written(tmp_path, LOG.replace(":00,", ",").replace(":20,", ","))
    assert one.call is not None
    assert [remark.key for remark in one.call.remarks] == ["written.to-the-minute"]
    (one,) = written(tmp_path, LOG)
    assert one.call is not None and one.call.remarks == ()


def test_several_chats_are_told_apart_by_their_column(tmp_path: Path) -> None:
    log = (
        "会话ID,角色,发送人,时间,内容,工号,技能组\n"
        "A,客户,李四,09:00:00,在吗,,\n"
        "B,客户,王五,09:00:05,您好,8002,售后\n"
        "A,客服,小美,09:00:20,在的,8001,售前\n"
        "B,客服,小丽,09:00:25,您好,8002,售后\n"
    )
    found = written(tmp_path, log)
    assert [one.part for one in found] == ["A", "B"]
    calls = [one.call for one in found if one.call]
    assert [call.about.id for call in calls] == ["A", "B"]
    assert [(call.about.agent, call.about.queue) for call in calls] == [
        ("8001", "售前"),
        ("8002", "售后"),
    ]
    assert [[turn.start for turn in call.turns] for call in calls] == [[0.0, 20.0], [0.0, 20.0]]


def test_columns_may_be_named_in_the_settings(tmp_path: Path) -> None:
    chats = Chats(
        speaker_column="甲", time_column="乙", text_column="丙", chat_column="丁", agents=("小美",)
    )
    log = "丁,甲,乙,丙\n1,李四,09:00:00,在吗\n1,小美,09:00:20,在的\n"
    assert turns(tmp_path, log, chats) == BOTH


@pytest.mark.parametrize(
    ("name", "chats", "speaker"),
    [
        ("客服", Chats(), Speaker.AGENT),
        ("客服-小王", Chats(), Speaker.AGENT),
        ("客服01", Chats(), Speaker.AGENT),
        ("ＡＧＥＮＴ", Chats(), Speaker.AGENT),
        ("店铺:小二", Chats(agents=("店铺:*",)), Speaker.AGENT),
        ("VIP", Chats(customers=("vip",)), Speaker.CUSTOMER),
        ("小助手", Chats(others=("*助手",)), Speaker.OTHER),
        ("系统", Chats(), Speaker.OTHER),
        ("未知", Chats(), Speaker.UNKNOWN),
        ("客服", Chats(others=("客服",)), Speaker.OTHER),
    ],
)
def test_names_have_roles(tmp_path: Path, name: str, chats: Chats, speaker: Speaker) -> None:
    log = f"speaker,time,text\n{name},0,在\n坐席,1,在\n客户,2,在\n"
    (one,) = written(tmp_path, log, chats)
    assert one.call is not None and one.call.turns[0].speaker == speaker


def test_the_one_name_that_nobody_knows_takes_the_side_that_is_left(tmp_path: Path) -> None:
    log = "speaker,time,text\n{},0,在吗\n{},20,在的\n"
    assert turns(tmp_path, log.format("李四", "客服")) == BOTH
    assert turns(tmp_path, log.format("客户", "小王")) == BOTH


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("李四", "小王", "李四"),  # two strangers
        ("客户", "小王", "小李"),  # handed on, or somebody else altogether
        ("客户", "客服", "小李"),  # both sides are there
        ("客户经理小李", "小王", "小王"),  # 客户经理 is no 客户
    ],
)
def test_a_name_that_may_be_anybody_is_refused_with_its_line(
    tmp_path: Path, first: str, second: str, third: str
) -> None:
    log = f"speaker,time,text\n{first},0,在吗\n{second},1,在的\n{third},2,好\n"
    (one,) = written(tmp_path, log)
    assert one.refusal is not None
    assert one.refusal.reason.key == "written.unknown-speaker"
    assert one.refusal.line in (2, 3, 4)


@pytest.mark.parametrize(
    ("text", "key", "line", "named"),
    [
        ("甲,时间,内容\n客户,0,在\n", "no-speaker-column", 1, "甲"),
        ("说话人,内容\n客户,在\n", "no-time-column", 1, "说话人"),
        ("说话人,时间\n客户,0\n", "no-text-column", 1, "时间"),
        ("说话人,时间,内容\n客户,0\n", "short-row", 2, "3"),
        (LOG + "客服,昨天,好\n", "not-a-time", 4, "昨天"),
        (LOG + "客服,2026-03-05 08:00:00,好\n", "backwards", 4, "08:00:00"),
        (LOG + '客服,2026-03-05 09:00:30,"没有引号\n', "file.no-table", None, ""),
        ("会话ID,说话人,时间,内容\n,客户,0,在\n", "no-chat", 2, "会话ID"),
        ("说话人,时间,内容\n", "no-messages", None, ""),
        (LOG.replace("在吗", "在\0吗"), "file.no-text", 2, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, text: str, key: str, line: int | None, named: str
) -> None:
    (one,) = written(tmp_path, text)
    assert one.refusal is not None
    assert one.refusal.reason.key in (key, f"written.{key}")
    assert line is None or one.refusal.line == line
    assert named in str(dict(one.refusal.reason.values))


def test_a_chat_that_is_wrong_does_not_take_others_with_it(tmp_path: Path) -> None:
    log = "会话ID,说话人,时间,内容\nA,客户,昨天,在\nB,客户,0,在\nB,客服,1,在\n"
    bad, good = written(tmp_path, log)
    assert (bad.part, bad.call) == ("A", None)
    assert bad.refusal is not None and bad.refusal.line == 2
    assert good.call is not None


def test_a_setting_that_names_no_column_is_refused(tmp_path: Path) -> None:
    (one,) = written(tmp_path, LOG, Chats(chat_column="会话"))
    assert one.refusal is not None
    assert one.refusal.reason.key == "written.no-chat-column"


def test_messages_as_json_are_rows_too(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text(
        '{"ticket": 17, "messages": [{"sender": "客户", "sent_at": 1772701200, "content": "在吗"},'
        '{"sender": "客服", "sent_at": 1772701220, "content": "在的"}]}'
    )
    (one,) = Reader(Settings(), {}).read(path)
    assert one.call is not None, one.refusal
    assert [(turn.speaker.value, turn.start) for turn in one.call.turns] == BOTH
