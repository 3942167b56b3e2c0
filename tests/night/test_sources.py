"""Which recordings the sources hold, what is known of them, and what is said of the rest."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import CallRecord
from pipeline.night.sources import listing
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Keeping, Night, Settings
from pipeline.storage import Found, Ledger

LONG_AGO = 1_700_000_000.0


class Listed:
    """What a listing of these settings gave and said."""

    def __init__(self, night: Night, **asked: Any) -> None:
        self.said: list[Refusal | Advice] = []
        self.found = list(listing(Settings(night=night), self.said.append, **asked))

    @property
    def names(self) -> list[str]:
        return [Path(found.sources[0]).name for found in self.found]

    @property
    def keys(self) -> list[str]:
        return [one.reason.key for one in self.said]

    @property
    def only(self) -> Found:
        (found,) = self.found
        return found


def lay(folder: Path, *names: str, text: str = "sound", at: float = LONG_AGO) -> Path:
    """Files of these names, last changed at that moment."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (at, at))
    return folder


def listed(*sources: Path | str, asked: dict[str, Any] | None = None, **night: Any) -> Listed:
    return Listed(Night(sources=tuple(map(str, sources)), **night), **(asked or {}))


def test_recordings_are_found_in_all_folders_below_a_source(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "2026/11/21/b.mp3", "2026/11/22/c.amr")
    assert listed(tmp_path).names == ["a.wav", "b.mp3", "c.amr"]


def test_two_sides_of_a_call_are_one_recording_the_agent_first(tmp_path: Path) -> None:
    lay(tmp_path, "7_caller.wav", "7_agent.wav", "8.wav")
    found = listed(tmp_path).found
    assert [[Path(s).name for s in one.sources] for one in found] == [
        ["7_agent.wav", "7_caller.wav"],
        ["8.wav"],
    ]


def test_chats_are_found_beside_recordings_and_call_records_are_not(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "talk.csv", "own.json", "a.xml")
    lay(tmp_path, "a.json", text='{"agent": "8001"}')
    lay(tmp_path, "b.json", "b.wav", text='{"medium": "chat", "turns": []}')
    assert listed(tmp_path).names == ["a.wav", "b.json", "b.wav", "own.json", "talk.csv"]


def test_a_recording_is_called_by_the_id_beside_it_else_by_its_path(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "b.wav")
    lay(tmp_path, "a.json", text='{"id": "C-1", "agent": 8001}')
    first, second = listed(tmp_path).found
    assert (first.name, first.about) == ("C-1", CallRecord(id="C-1", agent="8001"))
    assert (second.name, second.about) == (str(tmp_path / "b.wav"), CallRecord())


def test_of_two_recordings_with_one_id_the_second_keeps_its_path(tmp_path: Path) -> None:
    lay(tmp_path, "1/a.wav", "2/a.wav")
    lay(tmp_path, "1/a.json", "2/a.json", text='{"id": "C-1"}')
    assert [one.name for one in listed(tmp_path).found] == ["C-1", str(tmp_path / "2/a.wav")]


def test_a_wrong_call_record_is_said_and_its_recording_is_still_found(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav")
    lay(tmp_path, "a.json", text='{"answered": "soon"}')
    seen = listed(tmp_path)
    assert (seen.names, seen.only.about) == (["a.wav"], CallRecord())
    assert (seen.keys, seen.said[0].file) == (["audio.record-type"], str(tmp_path / "a.json"))


def test_a_call_record_with_broken_characters_can_be_stored(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav")
    broken = r'{"id": "a\ud800b", "team": "x\u0000", "more": "\udfff"}'
    lay(tmp_path / "in", "a.json", text=broken)
    with Ledger(tmp_path) as ledger:
        assert ledger.add(listed(tmp_path / "in").found).new == 1


def test_a_source_within_another_gives_nothing_twice(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "in/b.wav")
    assert listed(tmp_path, tmp_path / "in", tmp_path).names == ["a.wav", "b.wav"]


def test_a_source_may_be_one_file_with_its_call_record(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "b.wav")
    lay(tmp_path, "a.json", text='{"agent": "8001"}')
    seen = listed(tmp_path / "a.wav")
    assert (seen.names, seen.only.about.agent) == (["a.wav"], "8001")


def test_a_source_may_be_a_link_or_a_file_url(tmp_path: Path) -> None:
    lay(tmp_path, "there/a b.wav")
    (tmp_path / "here").symlink_to(tmp_path / "there")
    expected = (str(tmp_path / "there" / "a b.wav"),)
    assert listed(tmp_path / "here").only.sources == expected
    assert listed(f"file://{tmp_path}/there").only.sources == expected
    assert listed(f"file://{tmp_path}/there/a%20b.wav").only.sources == expected


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        ((), ["a.WAV", "b.mp3", "c.wav"]),
        (("*.wav",), ["a.WAV", "c.wav"]),
        (("*.wav", "!c*"), ["a.WAV"]),
        (("in/*",), ["b.mp3", "c.wav"]),
        (("!in/*",), ["a.WAV"]),
        (("*.wav", "*.bin"), ["a.WAV", "d.bin", "c.wav"]),
    ],
)
def test_patterns_say_which_names_are_recordings(
    tmp_path: Path, patterns: tuple[str, ...], names: list[str]
) -> None:
    lay(tmp_path, "a.WAV", "d.bin", "in/b.mp3", "in/c.wav")
    assert listed(tmp_path, patterns=patterns).names == names


def test_names_that_no_pattern_takes_are_counted_and_not_hidden(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "b.bin", "c.bin", "a.txt")
    (said,) = listed(tmp_path).said
    assert said.reason.key == "night.other-names"
    assert said.reason.values == {"count": 2, "found": "b.bin"}


@pytest.mark.parametrize(
    "name",
    [".a.wav", "a.wav.part", "a.wav.download", "a.wav~", "~$a.wav", ".in/a.wav", "a.wav.PARTIAL"],
)
def test_hidden_and_unfinished_names_are_left_alone(tmp_path: Path, name: str) -> None:
    lay(tmp_path, name)
    seen = listed(tmp_path)
    assert (seen.names, seen.keys) == ([], ["night.empty-source"])


def test_a_source_that_holds_nothing_is_said_as_it_may_not_be_mounted(tmp_path: Path) -> None:
    lay(tmp_path / "full", "a.wav")
    (tmp_path / "empty").mkdir()
    seen = listed(tmp_path / "empty", tmp_path / "full", tmp_path / "full")
    assert (seen.names, seen.keys) == (["a.wav"], ["night.empty-source"])
    assert seen.said[0].file == str(tmp_path / "empty")


def test_a_path_too_long_to_be_kept_is_said(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(11):
        deep /= "d" * 240
    lay(deep, "a.wav")
    seen = listed(tmp_path)
    assert (seen.names, seen.keys) == ([], ["night.long-name"])


def test_a_source_may_be_below_the_home_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    lay(tmp_path / "calls", "a.wav")
    assert listed("~/calls").names == ["a.wav"]


def test_a_file_that_changed_just_now_waits_until_it_has_settled(tmp_path: Path) -> None:
    now = time.time()
    lay(tmp_path, "old.wav")
    lay(tmp_path, "new.wav", at=now - 10)
    new, old = listed(tmp_path, settle_seconds=60).found
    assert old.not_before == 0
    assert new.not_before == pytest.approx((now + 50) * 1000, abs=2000)


def test_a_pair_waits_for_its_younger_side(tmp_path: Path) -> None:
    lay(tmp_path, "7_agent.wav")
    lay(tmp_path, "7_caller.wav", at=time.time())
    assert listed(tmp_path).only.not_before > time.time() * 1000


@pytest.mark.parametrize("at", [0.0, 4_070_908_800.0])
def test_a_clock_that_was_wrong_keeps_nothing_back(tmp_path: Path, at: float) -> None:
    lay(tmp_path, "a.wav", at=at)  # 1970 and 2099
    found = listed(tmp_path, settle_seconds=60).only
    assert found.not_before <= (time.time() + 60) * 1000


def test_the_stamp_changes_with_size_and_time_and_not_by_itself(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav")
    first = listed(tmp_path).only.stamp
    assert listed(tmp_path).only.stamp == first
    lay(tmp_path, "a.wav", text="other")
    assert listed(tmp_path).only.stamp == first  # same size, same time
    lay(tmp_path, "a.wav", text="longer sound")
    longer = listed(tmp_path).only.stamp
    lay(tmp_path, "a.wav", text="longer sound", at=LONG_AGO + 1)
    assert len({first, longer, listed(tmp_path).only.stamp}) == 3


def test_complaints_come_before_test_calls_and_those_before_the_rest(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "b.wav", "c.wav")
    lay(tmp_path, "a.json", text='{"test_call": true}')
    lay(tmp_path, "b.json", text='{"complaint": true}')
    for newest_first in (False, True):
        test, complaint, rest = listed(tmp_path, asked={"newest_first": newest_first}).found
        assert complaint.urgency > test.urgency > rest.urgency


def test_newest_first_makes_the_later_call_more_urgent_and_nothing_else_does(
    tmp_path: Path,
) -> None:
    lay(tmp_path, "a.wav", "b.wav")
    lay(tmp_path, "b.json", text='{"started": "2025-01-01T00:00:00+08:00"}')
    early, late = listed(tmp_path, asked={"newest_first": True}).found
    assert late.urgency > early.urgency
    assert {one.urgency for one in listed(tmp_path).found} == {0}


def test_since_goes_by_the_record_then_by_the_name_then_by_the_file(tmp_path: Path) -> None:
    lay(tmp_path, "20261120_a.wav", "20261121_b.wav", "other.wav")
    lay(tmp_path, "20261120_a.json", text='{"started": "2026-11-22T09:00:00+08:00"}')
    patterns = ("{started:%Y%m%d}_{more.rest}",)
    for since, names in {
        "2026-11-22": ["20261120_a.wav"],
        "2026-11-21": ["20261120_a.wav", "20261121_b.wav"],
        "2023-11-01": ["20261120_a.wav", "20261121_b.wav", "other.wav"],
    }.items():
        assert listed(tmp_path, asked={"since": since}, name_patterns=patterns).names == names


def test_what_a_purge_would_delete_is_not_taken_in_again(tmp_path: Path) -> None:
    lay(tmp_path, "old.wav", at=time.time() - 9 * 86_400)
    lay(tmp_path, "kept.wav", at=time.time() - 7 * 86_400)
    settings = Settings(night=Night(sources=(str(tmp_path),)), keeping=Keeping(days=8))

    def names(since: str) -> list[str]:
        return [Path(one.sources[0]).name for one in listing(settings, print, since)]

    assert names("") == names("2020-01-01") == ["kept.wav"]
    assert names("2999-01-01") == []


@contextmanager
def a_socket(path: Path) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        yield


def test_what_is_no_regular_file_is_said_and_not_opened(tmp_path: Path) -> None:
    lay(tmp_path / "in", "a.wav", "folder.wav/b.wav")
    lay(tmp_path, "outside.wav")
    inside = tmp_path / "in"
    os.mkfifo(inside / "pipe.wav")
    os.mkfifo(inside / "pipe")
    (inside / "loop.wav").symlink_to(inside / "loop.wav")
    (inside / "out.wav").symlink_to(tmp_path / "outside.wav")
    (inside / "passwd.wav").symlink_to("/etc/passwd")
    (inside / "again.wav").symlink_to(inside / "a.wav")
    (inside / "up").symlink_to(tmp_path)
    with a_socket(inside / "s.wav"):
        seen = listed(inside)
    assert seen.names == ["a.wav", "b.wav"]
    said = {Path(one.file).name: one.reason.key for one in seen.said}
    assert said == {
        "loop.wav": "night.dead-link",
        "out.wav": "night.link-outside",
        "passwd.wav": "night.link-outside",
        "up": "night.link-outside",
        "pipe.wav": "audio.not-a-file",
        "s.wav": "audio.not-a-file",
    }


def test_a_source_that_is_no_file_or_folder_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    for source, key in {
        tmp_path / "none": "file.not-found",
        tmp_path / "pipe.wav": "audio.not-a-file",
        Path("/dev/null"): "audio.not-a-file",
        tmp_path / ("n" * 300): "file.unreadable",
    }.items():
        seen = listed(source)
        assert (seen.names, seen.keys[0]) == ([], key)


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("http://host/a.wav", "night.protocol"),
        ("simplecache::s3://b/a.wav", "night.protocol"),
        ("github://o:r@main/", "night.protocol"),
        ("s3://key:secret@bucket/in", "night.password-in-source"),
    ],
)
def test_other_addresses_are_refused_before_anything_is_listed(source: str, key: str) -> None:
    for asked in ({"sources": (source,)}, {"records": (source,)}):
        with pytest.raises(Refusal) as caught:
            Listed(Night(**asked))
        assert caught.value.reason.key == key
        assert "secret" not in f"{caught.value.file} {caught.value.reason.values}"


def test_names_that_are_no_text_can_be_stored_and_found_again(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in (b"\xff.wav", b"a\nb.wav", "录音 1.wav".encode(), b"%41.wav"):
        (source / os.fsdecode(name)).write_bytes(b"sound")
    found = listed(source, settle_seconds=0).found
    assert json.dumps([one.sources for one in found], ensure_ascii=False).encode()
    with Ledger(tmp_path) as ledger:
        assert ledger.add(found).new == 4
        assert ledger.add(found).known == 4


def test_a_tree_of_a_thousand_folders_is_walked_to_its_end(tmp_path: Path) -> None:
    deep = str(tmp_path / "in")
    for _ in range(1000):
        Path(deep).mkdir()
        deep += "/d"
    Path(f"{deep.removesuffix('/d')}/a.wav").write_text("sound")
    seen = listed(tmp_path)
    subprocess.run(["rm", "-r", tmp_path / "in"], check=True)  # deeper than Python's own can remove
    assert (seen.names, seen.keys) == (["a.wav"], [])


def test_a_path_too_long_to_be_opened_is_said(tmp_path: Path) -> None:
    where = os.open(tmp_path, os.O_RDONLY)
    for _ in range(40):  # 40 × 120 characters, more than the 4,096 that a path may have
        os.mkdir("d" * 120, dir_fd=where)
        where = os.open("d" * 120, os.O_RDONLY, dir_fd=where)
    os.close(os.open("a.wav", os.O_CREAT | os.O_WRONLY, dir_fd=where))
    seen = listed(tmp_path)
    subprocess.run(["rm", "-r", tmp_path / ("d" * 120)], check=True)
    assert (seen.names, seen.keys) == ([], ["file.unreadable", "night.empty-source"])


def test_many_files_in_one_folder_are_listed_quickly(tmp_path: Path) -> None:
    for number in range(5_000):
        (tmp_path / f"{number}.wav").touch()
    start = time.process_time()
    assert len(listed(tmp_path).found) == 5_000
    assert time.process_time() - start < 3  # 100,000 within 60 s


def test_what_reaches_buckets_is_not_loaded_for_folders(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav")
    script = (
        "import sys\n"
        "from pipeline.night.fetching import fetched\n"
        "from pipeline.night.sources import listing\n"
        "from pipeline.settings import Night, Settings\n"
        "night = Night(sources=(sys.argv[1],))\n"
        "(found,) = listing(Settings(night=night), print)\n"
        "with fetched(found, night): pass\n"
        "print([m for m in ('fsspec', 's3fs', 'aiobotocore', 'openpyxl') if m in sys.modules])\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
