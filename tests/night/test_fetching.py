"""The files of a recording are brought here as they were found, or it is said why not."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest

from pipeline.night import temporary
from pipeline.night.asking import Transient
from pipeline.night.fetching import Deferred, brought, fetched
from pipeline.refusal import Refusal
from pipeline.settings import Night
from pipeline.storage import Found
from tests.night.test_sources import LONG_AGO, lay, listed

NIGHT = Night(settle_seconds=60, fetch_wait_seconds=0.01, fetch_attempts=2)


def found_in(*sources: Path | str) -> Found:
    return listed(*sources).only


def read(found: Found, night: Night = NIGHT) -> list[bytes]:
    with fetched(found, night) as paths:
        return [path.read_bytes() for path in paths]


def refused(found: Found, night: Night = NIGHT) -> str:
    with pytest.raises(Refusal) as caught:
        read(found, night)
    return caught.value.reason.key


def test_files_on_disk_are_read_where_they_are(tmp_path: Path) -> None:
    lay(tmp_path, "7_agent.wav", "7_caller.wav")
    with fetched(found_in(tmp_path), NIGHT) as paths:
        assert paths == (tmp_path / "7_agent.wav", tmp_path / "7_caller.wav")


def test_what_is_only_listened_to_is_had_or_refused_never_put_off(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with brought((str(tmp_path / "a.wav"),), NIGHT) as (path,):
        assert path.read_bytes() == b"RIFF"
    for gone in (tmp_path / "b.wav", tmp_path / "no" / "b.wav", tmp_path):
        with pytest.raises(Refusal), brought((str(gone),), NIGHT):
            raise AssertionError("there was nothing to be had")


def test_a_name_that_is_no_text_is_found_and_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.wav")).write_bytes(b"sound")
    assert read(found_in(tmp_path)) == [b"sound"]


def test_a_file_that_grew_since_is_put_off_and_taken_as_it_is_then(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path, "a.wav"))
    lay(tmp_path, "a.wav", text="more sound")
    with pytest.raises(Deferred) as caught:
        read(found)
    later = caught.value.found
    assert later.not_before > time.time() * 1000
    assert later == replace(found, stamp=later.stamp, not_before=later.not_before)
    assert read(later) == [b"more sound"]


def test_a_file_that_grows_while_it_is_read_is_put_off(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path, "a.wav"))
    with pytest.raises(Deferred), fetched(found, NIGHT) as (path,):
        path.write_text("more sound")


def test_a_file_that_broke_only_because_it_changed_is_put_off_not_failed(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path, "a.wav"))
    with pytest.raises(Deferred), fetched(found, NIGHT) as (path,):
        path.write_text("so")
        raise Refusal("audio.damaged", str(path))


def test_a_file_that_is_broken_and_unchanged_is_not_put_off(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path, "a.wav"))
    with pytest.raises(Refusal, match=r"audio\.damaged"), fetched(found, NIGHT) as (path,):
        raise Refusal("audio.damaged", str(path))


def test_a_file_replaced_under_its_name_is_put_off_even_at_the_same_size(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path, "a.wav", text="sound"))
    lay(tmp_path, "b.wav", text="other", at=LONG_AGO + 5)
    (tmp_path / "b.wav").replace(tmp_path / "a.wav")
    with pytest.raises(Deferred):
        read(found)


def test_a_file_that_was_deleted_or_renamed_is_not_there(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path, "a.wav"))
    (tmp_path / "a.wav").rename(tmp_path / "b.wav")
    assert refused(found) == "night.not-there"


def test_a_file_that_went_with_its_folder_is_tried_again(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path / "disk" / "day", "a.wav"))
    (tmp_path / "disk").rename(tmp_path / "unmounted")
    with pytest.raises(Transient) as caught:
        read(found)
    assert caught.value.refusal.reason.key == "night.folder-gone"


def test_what_became_a_pipe_or_a_link_is_not_opened(tmp_path: Path) -> None:
    found = found_in(lay(tmp_path, "a.wav"))
    (tmp_path / "a.wav").unlink()
    os.mkfifo(tmp_path / "a.wav")
    assert refused(found) == "audio.not-a-file"
    (tmp_path / "a.wav").unlink()
    (tmp_path / "a.wav").symlink_to("/etc/passwd")
    assert refused(found) == "audio.not-a-file"


WITHOUT_PERMISSION = """
import os, sys
from pipeline.night.fetching import fetched
from pipeline.refusal import Refusal
from pipeline.settings import Night
from pipeline.storage import Found
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    with fetched(Found(name="a", sources=(sys.argv[1],)), Night()):
        print("read")
except Refusal as refusal:
    print(refusal.reason.key)
"""


def test_a_file_whose_permission_is_lost_is_refused() -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)  # the reader is somebody else where the tests run as root
        path = lay(Path(place), "a.wav") / "a.wav"
        path.chmod(0)
        command = [sys.executable, "-c", WITHOUT_PERMISSION, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "audio.no-permission\n"


@pytest.fixture
def bucket() -> Iterator[fsspec.AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


def test_a_bucket_is_listed_like_a_folder(bucket: fsspec.AbstractFileSystem) -> None:
    names = ("in/7_agent.wav", "in/7_caller.wav", "in/8/a.mp3", "in/.b.wav", "other/c.wav")
    for name in names:
        bucket.pipe_file(f"/bucket/{name}", b"sound")
    bucket.pipe_file("/bucket/in/7.json", b'{"id": "C-7"}')
    bucket.pipe_file("/bucket/in/8/talk.json", b'{"turns": []}')
    bucket.pipe_file("/bucket/in/8/talk.wav", b"sound")
    seen = listed("memory://bucket/in", settle_seconds=0)
    assert seen.said == []
    assert [(one.name, one.sources) for one in seen.found] == [
        ("C-7", ("memory://bucket/in/7_agent.wav", "memory://bucket/in/7_caller.wav")),
        ("memory://bucket/in/8/a.mp3", ("memory://bucket/in/8/a.mp3",)),
        ("memory://bucket/in/8/talk.json", ("memory://bucket/in/8/talk.json",)),
        ("memory://bucket/in/8/talk.wav", ("memory://bucket/in/8/talk.wav",)),
    ]


def test_one_object_may_be_a_source(bucket: fsspec.AbstractFileSystem) -> None:
    for name, data in {"a.wav": b"sound", "b.wav": b"", "a.json": b'{"agent": "8001"}'}.items():
        bucket.pipe_file(f"/bucket/in/{name}", data)
    found = found_in("memory://bucket/in/a.wav")
    assert (found.sources, found.about.agent) == (("memory://bucket/in/a.wav",), "8001")


def test_a_bucket_that_is_not_there_is_said(bucket: fsspec.AbstractFileSystem) -> None:
    assert listed("memory://none/in").keys == ["night.not-there"]


def test_an_object_is_brought_and_its_copy_is_gone_afterwards(
    bucket: fsspec.AbstractFileSystem,
) -> None:
    bucket.pipe_file("/bucket/a.wav", b"sound" * 1000)
    with fetched(found_in("memory://bucket"), NIGHT) as (path,):
        assert path.read_bytes() == b"sound" * 1000
        assert path.suffix == ".wav"
    assert not path.exists()


def test_an_object_that_is_too_large_is_refused_and_not_brought(
    bucket: fsspec.AbstractFileSystem,
) -> None:
    bucket.pipe_file("/bucket/a.wav", b"12" * 600_000)
    assert refused(found_in("memory://bucket"), replace(NIGHT, max_megabytes=1)) == (
        "night.too-large"
    )


def test_an_object_that_changed_is_put_off_and_one_that_is_gone_is_said(
    bucket: fsspec.AbstractFileSystem,
) -> None:
    bucket.pipe_file("/bucket/a.wav", b"sound")
    found = found_in("memory://bucket")
    bucket.pipe_file("/bucket/a.wav", b"more sound")
    with pytest.raises(Deferred):
        read(found)
    bucket.rm("/bucket/a.wav")
    assert refused(found) == "night.not-there"


def test_a_temporary_folder_that_was_tidied_away_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path))
    temporary._folder.cache_clear()
    with temporary.temporary_file(".wav") as path:
        path.write_text("sound")
    shutil.rmtree(path.parent)
    with temporary.temporary_file(".wav") as path:
        path.write_text("sound")
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path / "none"))
    temporary._folder.cache_clear()
    with pytest.raises(Transient) as caught, temporary.temporary_file(".wav"):
        pass
    assert caught.value.refusal.reason.key == "night.no-temporary"
    temporary._folder.cache_clear()


LEFT_BEHIND = """
import os, signal, sys
from pipeline.night.temporary import temporary_file
with temporary_file(".wav") as path:
    path.write_text("sound")
    print(path.parent, flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(temporary.tempfile, "tempdir", None)
    command = [sys.executable, "-c", LEFT_BEHIND]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    killed, living = started
    folders = [Path((one.stdout or sys.stdin).readline().strip()) for one in started]
    killed.kill()
    killed.wait()
    temporary.sweep()
    assert [folder.is_dir() for folder in folders] == [False, True]
    living.communicate("")
    assert list(tmp_path.iterdir()) == []
