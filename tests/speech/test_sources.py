"""Which files make up which recordings, and the call records beside them."""

import json
import os
from pathlib import Path

import pytest

from pipeline.call import CallRecord
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech.call_record import masked_number, read_record
from pipeline.speech.sources import sources
from pipeline.text.names import shown

SETTINGS = Audio()


def folder_with(folder: Path, *names: str, text: str = "{}") -> Path:
    for name in names:
        (folder / name).write_text(text)
    return folder


def named(folder: Path, *names: str, settings=SETTINGS) -> list[str]:
    """Ids of the recordings among files of these names."""
    return [source.id for source in sources([folder_with(folder, *names)], settings)]


def test_a_folder_gives_its_files_in_natural_order(tmp_path):
    names = ("call-10.wav", "call-9.mp3", "Call-1.wav", "2025-01-02.amr")
    assert named(tmp_path, *names) == ["2025-01-02", "Call-1", "call-9", "call-10"]


def test_files_are_kept_in_the_order_given(tmp_path):
    folder_with(tmp_path, "b.wav", "a.wav")
    found = sources([tmp_path / "b.wav", tmp_path / "a.wav"], SETTINGS)
    assert [source.id for source in found] == ["b", "a"]


def test_a_file_named_twice_counts_once(tmp_path):
    folder_with(tmp_path, "a.wav")
    assert len(sources([tmp_path / "a.wav", tmp_path, tmp_path / "a.wav"], SETTINGS)) == 1


def test_a_missing_file_stays_in_the_list_to_be_refused_by_name(tmp_path):
    (source,) = sources([tmp_path / "none.wav"], SETTINGS)
    assert source.paths == (tmp_path / "none.wav",)


def test_two_sides_of_one_call_are_one_recording_the_agent_first(tmp_path):
    folder_with(tmp_path, "7_caller.wav", "7_agent.wav")
    (source,) = sources([tmp_path], SETTINGS)
    assert source.id == "7"
    assert [path.name for path in source.paths] == ["7_agent.wav", "7_caller.wav"]


def test_sides_pair_by_the_settings_whatever_their_case(tmp_path):
    settings = Audio(pair_suffixes=("-坐席", "-KH"))
    assert named(tmp_path, "7-坐席.wav", "7-kh.WAV", settings=settings) == ["7"]


@pytest.mark.parametrize(
    "names",
    [
        ("7_agent.wav", "8_caller.wav"),  # two calls
        ("7_agent.wav", "7_caller.mp3"),  # two formats: not one recorder's pair
        ("7_caller.wav", "7_customer.wav"),  # no agent
        ("agent.wav", "_agent.wav"),  # nothing but the suffix
    ],
)
def test_what_does_not_belong_together_is_not_paired(tmp_path, names):
    assert len(named(tmp_path, *names)) == 2


def test_a_third_side_stands_alone_and_is_not_lost(tmp_path):
    assert named(tmp_path, "7_agent.wav", "7_caller.wav", "7_customer.wav") == ["7", "7_customer"]


def test_sides_in_different_folders_are_not_paired(tmp_path):
    for side in ("agent", "caller"):
        (tmp_path / side).mkdir()
        folder_with(tmp_path / side, f"7_{side}.wav")
    assert len(sources([tmp_path / "agent", tmp_path / "caller"], SETTINGS)) == 2


def test_texts_beside_a_recording_are_no_recordings(tmp_path):
    beside = ("a.json", "a.truth.json", "a.script.txt", "a.rttm", "b.c.json")
    assert named(tmp_path, "a.wav", "b.c.wav", *beside) == ["a", "b.c"]


def test_texts_that_stand_alone_are_listed_and_not_lost(tmp_path):
    assert named(tmp_path, "a.wav", "notes.txt", "ab.json") == ["a", "ab", "notes"]


def test_the_call_record_beside_a_recording_is_read(tmp_path):
    folder_with(tmp_path, "a.wav")
    record = {"id": "C-1", "agent": 1001, "answered": 3, "complaint": True, "direction": "in"}
    folder_with(tmp_path, "a.json", text=json.dumps(record))
    (source,) = sources([tmp_path / "a.wav"], SETTINGS)
    assert source.id == "C-1"
    assert source.record == CallRecord(
        id="C-1", agent="1001", answered=3.0, complaint=True, direction="in"
    )


@pytest.mark.parametrize("beside", ["7.json", "7_agent.json", "7_caller.json"])
def test_the_call_record_of_a_pair_may_carry_either_name(tmp_path, beside):
    folder_with(tmp_path, "7_agent.wav", "7_caller.wav", beside, text='{"queue": "宽带"}')
    (source,) = sources([tmp_path], SETTINGS)
    assert source.record is not None
    assert source.record.queue == "宽带"


def test_a_wrong_call_record_refuses_its_recording_alone(tmp_path):
    folder_with(tmp_path, "a.wav", "b.wav")
    folder_with(tmp_path, "a.json", text='{"answered": "soon"}')
    wrong, right = sources([tmp_path], SETTINGS)
    assert wrong.refusal is not None
    assert wrong.refusal.file == str(tmp_path / "a.json")
    assert (wrong.id, right.refusal) == ("a", None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("answered", "3"),
        ("answered", True),
        ("ring_seconds", float("inf")),
        ("agent", 3.5),
        ("agent_channel", -1),
        ("agent_channel", 0.0),
        ("complaint", "no"),
        ("test_call", 1),
        ("direction", "inbound"),
        ("hung_up_by", "system"),
        ("started", "yesterday"),
        ("queue", ["a"]),
    ],
)
def test_a_wrong_value_is_refused_with_its_key_and_what_is_allowed(tmp_path, key, value):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({key: value}))
    with pytest.raises(Refusal) as caught:
        read_record(path)
    assert caught.value.reason.key == "audio.record-type"
    assert caught.value.reason.values["what"] == key
    assert caught.value.reason.values["allowed"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{", "audio.record-not-json"),
        ("[1]", "audio.record-not-object"),
        ("[" * 100_000, "audio.record-not-json"),
        ('{"id": "' + "a" * 1_100_000 + '"}', "file.too-large"),
    ],
)
def test_what_is_no_call_record_is_refused(tmp_path, text, key):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(Refusal) as caught:
        read_record(path)
    assert caught.value.reason.key == key


def test_a_call_record_in_gbk_or_with_a_byte_order_mark_is_read(tmp_path):
    for name, encoding in (("a.json", "gb18030"), ("b.json", "utf-8-sig")):
        (tmp_path / name).write_bytes('{"team": "宽带二组"}'.encode(encoding))
        assert read_record(tmp_path / name).team == "宽带二组"


def test_further_fields_are_kept_and_nulls_are_not(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"extension": 8001, "skill": "宽带", "ivr": ["1", "2"], "team": null}')
    record = read_record(path)
    assert record.more == {"extension": 8001.0, "skill": "宽带", "ivr": '["1", "2"]'}
    assert record.team is None


def test_the_customers_number_is_masked_when_it_is_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"customer_number": "13800001234"}')
    assert read_record(path).customer_number == "*******1234"
    assert [masked_number(n) for n in ("10086", "110", "")] == ["****6", "***", ""]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"customer_number": ["13812345678"]}', "audio.record-type"),
        ('{"customer_number": 13812345678.5}', "audio.record-type"),
        ('{"answered": "13812345678"}', "audio.record-type"),
        ('{"customer_number": 13812345678,}', "audio.record-not-json"),
        ("13812345678 is no JSON", "audio.record-not-json"),
    ],
)
def test_a_refused_call_record_tells_no_number(tmp_path, text, key):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(Refusal) as caught:
        read_record(path)
    assert caught.value.reason.key == key
    assert "12345" not in "".join(map(str, caught.value.reason.values.values()))
    assert caught.value.line == (1 if key == "audio.record-not-json" else None)


def test_the_customers_number_may_be_written_without_quotes(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"customer_number": 13812345678}')
    assert read_record(path).customer_number == "*******5678"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("13812345678", "***********"),
        ("回访 13812345678 即可", "回访 *********** 即可"),
        ("010-62345678", "********5678"),
        (13812345678, "*******5678"),
        (8613812345678, "*********5678"),
        (1062345678, "******5678"),
        ({"tel": 13812345678}, '{"tel": ***********}'),
        ("2025-06-01 09:30:00", "2025-06-01 09:30:00"),
        ("SIP/8001-0001", "SIP/8001-0001"),
        (1750000000, 1750000000.0),
        (62.5, 62.5),
        (-3, -3.0),
    ],
)
def test_further_fields_keep_all_but_private_numbers(tmp_path, value, kept):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"extra": value}))
    assert read_record(path).more == {"extra": kept}


def test_ids_are_unique(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    folder_with(tmp_path / "1", "a.wav", "b.wav", "b.mp3")
    folder_with(tmp_path / "2", "a.wav")
    ids = [source.id for source in sources([tmp_path / "1", tmp_path / "2"], SETTINGS)]
    assert len(set(ids)) == 4
    assert {"b.wav", "b.mp3"} < set(ids)


def test_links_pipes_folders_and_hidden_files_in_a_folder_are_left_alone(tmp_path):
    folder_with(tmp_path, "a.wav", ".hidden.wav")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "link.wav").symlink_to("/etc/passwd")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    (tmp_path / "out.wav").symlink_to(tmp_path.parent)
    os.mkfifo(tmp_path / "pipe.wav")
    assert named(tmp_path) == ["a"]


def test_a_folder_of_many_files_is_listed_quickly(tmp_path):
    import time

    for number in range(5_000):
        (tmp_path / f"{number}.wav").touch()
    start = time.process_time()
    assert len(sources([tmp_path], SETTINGS)) == 5_000
    assert time.process_time() - start < 3  # 100,000 within 60 s


def test_names_are_shown_without_their_tricks():
    assert shown("正常 名字.wav") == "正常 名字.wav"
    assert shown("a\nb\x1b[2J.wav") == "a\\nb\\x1b[2J.wav"
    assert shown("fdp\u202evaw") == "fdp\\u202evaw"
    assert shown(os.fsdecode(b"\xff.wav")) == "\\xff.wav"
