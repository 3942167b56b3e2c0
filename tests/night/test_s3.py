"""Recordings in a bucket of a real S3 server, whose answers a proxy breaks in all ways (R17)."""

import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import fsspec
import pytest

from pipeline.night.asking import Transient
from pipeline.night.fetching import Deferred, fetched
from pipeline.night.run import Asked, run_night
from pipeline.refusal import Refusal
from pipeline.settings import Night
from pipeline.storage import Added, Found
from pipeline.wording import LANGUAGES, say_refusal
from tests.night.nights import QUICK
from tests.night.recordings import write
from tests.night.s3_server import (
    CREDENTIALS,
    FULL,
    KEYS,
    SECRET,
    Answer,
    Proxy,
    Request,
    error,
    proxy,
    s3_server,
)
from tests.night.stand_in import StandIn
from tests.night.test_run import Onlooking
from tests.night.test_sources import Listed

pytestmark = pytest.mark.s3
SOUND = bytes(range(256)) * 800  # 200 kB
TIMES = 10
ATTEMPTS = 3


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with s3_server() as address:
        yield address


_buckets = count(1)


class Bucket:
    """A bucket of its own for a test. night: settings that reach it through the proxy."""

    def __init__(self, server: str, between: Proxy) -> None:
        self.name = f"calls-{next(_buckets)}"
        self.files = fsspec.filesystem("s3", endpoint_url=server, use_listings_cache=False)
        self.files.mkdir(self.name)
        self.proxy = between
        self.night = Night(
            sources=(f"s3://{self.name}/in",),
            s3_endpoint=between.url,
            settle_seconds=0,
            fetch_attempts=ATTEMPTS,
            fetch_wait_seconds=0.01,
            fetch_timeout_seconds=5,
        )

    def lay(self, *names: str, data: bytes = SOUND) -> None:
        for name in names:
            self.files.pipe_file(f"{self.name}/in/{name}", data)

    def listed(self, **night: Any) -> Listed:
        return Listed(replace(self.night, **night))

    def read(self, found: Found, **night: Any) -> bytes:
        with fetched(found, replace(self.night, **night)) as (path,):
            return path.read_bytes()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with proxy(server) as between:
        yield Bucket(server, between)


def fail(bucket: Bucket, times: int, method: str, change: Any) -> None:
    """Let the proxy change so many answers to this method."""
    left = [times]

    def fault(request: Request, answer: Answer) -> None:
        wanted = request.is_listing if method == "LIST" else request.method == method
        if wanted and not (method == "GET" and request.is_listing) and left[0]:
            left[0] -= 1
            change(answer)

    bucket.proxy.fault = fault


def cut(answer: Answer) -> None:
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.cut = True


def corrupt(answer: Answer) -> None:
    answer.body = bytes(len(answer.body))


def other_etag(answer: Answer) -> None:
    answer.headers = {k: v for k, v in answer.headers.items() if k.lower() != "etag"}
    answer.headers["ETag"] = '"00000000000000000000000000000000"'


def test_a_bucket_is_listed_and_its_recordings_brought(bucket: Bucket) -> None:
    bucket.lay("7_agent.wav", "7_caller.wav", "21/a b+c%d.wav", "21/录音#1.wav", "x.wav.part")
    bucket.lay("7.json", data=b'{"id": "C-7", "agent": "8001"}')
    seen = bucket.listed()
    assert seen.said == []
    base = f"s3://{bucket.name}/in"
    assert [(one.name, one.sources) for one in seen.found] == [
        ("C-7", (f"{base}/7_agent.wav", f"{base}/7_caller.wav")),
        (f"{base}/21/a b+c%d.wav", (f"{base}/21/a b+c%d.wav",)),
        (f"{base}/21/录音#1.wav", (f"{base}/21/录音#1.wav",)),
    ]
    assert seen.found[0].about.agent == "8001"
    for found in seen.found:
        with fetched(found, bucket.night) as paths:
            assert {path.read_bytes() for path in paths} == {SOUND}


def test_an_object_that_was_changed_is_put_off_and_one_that_is_gone_is_refused(
    bucket: Bucket,
) -> None:
    bucket.lay("a.wav")
    found = bucket.listed().only
    bucket.lay("a.wav", data=SOUND[::-1])
    with pytest.raises(Deferred) as caught:
        bucket.read(found)
    assert bucket.read(caught.value.found) == SOUND[::-1]
    bucket.files.rm(f"{bucket.name}/in/a.wav")
    with pytest.raises(Refusal, match=r"night\.not-there"):
        bucket.read(found)


def test_an_object_in_many_parts_is_brought_whole(bucket: Bucket) -> None:
    data = SOUND * 60  # 12 MB, in parts of 5
    with bucket.files.open(f"{bucket.name}/in/a.wav", "wb", block_size=5 << 20) as file:
        file.write(data)
    found = bucket.listed().only
    assert "-" in found.stamp  # an ETag of parts, which is no checksum of the whole
    assert bucket.read(found) == data
    assert bucket.proxy.count("GET", "in/a.wav") == 2  # blocks of 8 MB


def test_an_object_in_many_parts_that_changes_between_two_of_them_is_not_mixed(
    bucket: Bucket,
) -> None:
    bucket.lay("a.wav", data=SOUND * 60)
    found = bucket.listed().only
    seen: list[str] = []

    def fault(request: Request, answer: Answer) -> None:
        if request.method == "GET" and "a.wav" in request.path and not seen:
            seen.append(request.path)
            bucket.lay("a.wav", data=bytes(len(SOUND) * 60))

    bucket.proxy.fault = fault
    with pytest.raises((Transient, Deferred)):
        bucket.read(found)
    assert seen


WAYS = {
    "an error of the server": ("GET", error(500, "InternalError")),
    "a server that is too busy": ("GET", error(503, "SlowDown")),
    "a body cut short": ("GET", cut),
    "a body with other bytes": ("GET", corrupt),
    "no answer to what it is": ("HEAD", error(503, "ServiceUnavailable")),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_fails_at_first_is_asked_again_and_is_whole_then(bucket: Bucket, way: str) -> None:
    bucket.lay(*(f"{number}.wav" for number in range(TIMES)))
    method, change = WAYS[way]
    for found in bucket.listed().found:
        fail(bucket, ATTEMPTS - 1, method, change)
        assert bucket.read(found) == SOUND


@pytest.mark.parametrize("way", WAYS)
def test_what_fails_on_and_on_is_given_back_after_so_many_tries(bucket: Bucket, way: str) -> None:
    bucket.lay("a.wav")
    found = bucket.listed().only
    method, change = WAYS[way]
    for _ in range(TIMES):
        fail(bucket, 10**6, method, change)
        bucket.proxy.asked.clear()
        with pytest.raises(Transient) as caught:
            bucket.read(found)
        assert caught.value.refusal.reason.key == "night.bucket-away"
        assert caught.value.refusal.reason.values["attempts"] == ATTEMPTS
        asked = bucket.proxy.count(method, "a.wav")
        assert asked == ATTEMPTS
    bucket.proxy.fault = None
    assert bucket.read(found) == SOUND


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_what_is_forbidden_is_refused_at_once(bucket: Bucket, method: str) -> None:
    bucket.lay("a.wav")
    found = bucket.listed().only
    for _ in range(TIMES):
        fail(bucket, 10**6, method, error(403, "AccessDenied"))
        bucket.proxy.asked.clear()
        with pytest.raises(Refusal) as caught:
            bucket.read(found)
        assert caught.value.reason.key == "night.forbidden"
        assert bucket.proxy.count(method, "a.wav") == 1


def test_a_wrong_etag_is_never_heard_as_what_was_found(bucket: Bucket) -> None:
    bucket.lay("a.wav")
    found = bucket.listed().only
    for _ in range(TIMES):
        fail(bucket, 1, "HEAD", other_etag)
        with pytest.raises(Deferred):
            bucket.read(found)
    fail(bucket, 10**6, "HEAD", other_etag)
    with pytest.raises(Deferred) as caught:
        bucket.read(found)
    with pytest.raises(Transient):  # the bytes have another checksum than the ETag says
        bucket.read(caught.value.found)


def test_a_bucket_with_keys_of_its_own_has_etags_that_are_no_checksums(bucket: Bucket) -> None:
    bucket.lay("a.wav")
    found = bucket.listed().only
    bucket.proxy.forgotten = ("If-Match",)  # or the server would know its own ETag better
    fail(bucket, 10**6, "HEAD", other_etag)
    with pytest.raises(Deferred) as caught:
        bucket.read(found)
    with pytest.raises(Transient):
        bucket.read(caught.value.found)
    assert bucket.read(caught.value.found, etag_is_md5=False) == SOUND


def test_a_list_that_fails_at_first_is_asked_for_again(bucket: Bucket) -> None:
    bucket.lay("a.wav", "21/b.wav")
    for change in (error(500, "InternalError"), error(503, "SlowDown"), cut):
        for _ in range(TIMES // 2):
            fail(bucket, ATTEMPTS - 1, "LIST", change)
            seen = bucket.listed()
            assert (len(seen.found), seen.said) == (2, [])


def test_a_list_that_fails_on_and_on_is_said_and_other_sources_are_listed(
    bucket: Bucket, tmp_path: Any
) -> None:
    (tmp_path / "a.wav").write_bytes(SOUND)
    bucket.lay("a.wav")
    for status, code, key in (
        (500, "InternalError", "night.bucket-away"),
        (403, "AccessDenied", "night.forbidden"),
        (404, "NoSuchBucket", "night.not-there"),
    ):
        fail(bucket, 10**6, "LIST", error(status, code))
        seen = bucket.listed(sources=(f"s3://{bucket.name}/in", str(tmp_path)))
        assert (seen.names, seen.keys) == (["a.wav"], [key])


def test_a_folder_that_cannot_be_listed_does_not_hide_the_others(bucket: Bucket) -> None:
    bucket.lay("1/a.wav", "2/b.wav", "3/c.wav")

    def fault(request: Request, answer: Answer) -> None:
        if request.is_listing and re.search(r"in(/|%2F)2(/|%2F)", request.path):
            error(500, "InternalError")(answer)

    bucket.proxy.fault = fault
    seen = bucket.listed()
    assert (seen.names, seen.keys) == (["a.wav", "c.wav"], ["night.bucket-away"])


def test_ten_thousand_keys_come_page_by_page_and_none_is_missing(bucket: Bucket) -> None:
    fail(bucket, ATTEMPTS - 1, "LIST", error(503, "SlowDown"))
    began = time.monotonic()
    seen = bucket.listed(sources=(f"s3://{FULL}/in",))
    print(f"{KEYS} keys listed in {time.monotonic() - began:.1f} s")
    expected = [f"s3://{FULL}/in/{number:05}.wav" for number in range(KEYS)]
    assert [one.sources[0] for one in seen.found] == expected
    assert seen.said == []
    pages = KEYS // 1000
    assert pages < bucket.proxy.count("GET", "list-type=2") <= pages + ATTEMPTS


def test_call_records_of_a_bucket_are_brought_side_by_side_and_again_if_need_be(
    bucket: Bucket,
) -> None:
    for number in range(30):
        bucket.lay(f"{number:02}.wav")
        bucket.lay(f"{number:02}.json", data=f'{{"agent": "{number}"}}'.encode())
    fail(bucket, 5, "GET", error(503, "SlowDown"))
    assert [one.about.agent for one in bucket.listed().found] == [str(n) for n in range(30)]


def test_a_recording_whose_call_record_cannot_be_had_now_waits_for_the_next_listing(
    bucket: Bucket,
) -> None:
    bucket.lay("a.wav", "b.wav")
    bucket.lay("a.json", data=b'{"agent": "8001"}')
    fail(bucket, 10**6, "GET", error(500, "InternalError"))
    seen = bucket.listed()
    assert (seen.names, seen.keys) == (["b.wav"], ["night.bucket-away"])
    bucket.proxy.fault = None
    assert bucket.listed().names == ["a.wav", "b.wav"]


def test_a_server_that_is_silent_or_away_is_not_waited_for_for_ever(bucket: Bucket) -> None:
    bucket.lay("a.wav")
    found = bucket.listed().only

    def fault(request: Request, answer: Answer) -> None:
        time.sleep(0.8)

    bucket.proxy.fault = fault
    began = time.monotonic()
    with pytest.raises(Transient):
        bucket.read(found, fetch_timeout_seconds=0.2)
    with pytest.raises(Transient):
        bucket.read(found, s3_endpoint="http://127.0.0.1:9")
    assert time.monotonic() - began < 8


def test_without_keys_it_is_said_what_to_set(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    seen = bucket.listed(fetch_timeout_seconds=3)  # another client than that with keys
    assert seen.keys == ["night.no-credentials"]


def test_keys_are_in_no_message(bucket: Bucket) -> None:
    bucket.lay("a.wav")
    found = bucket.listed().only
    for status, code in ((403, "SignatureDoesNotMatch"), (500, "InternalError")):
        fail(bucket, 10**6, "HEAD", error(status, code))
        with pytest.raises((Refusal, Transient)) as caught:
            bucket.read(found)
        told = caught.value if isinstance(caught.value, Refusal) else caught.value.refusal
        for language in LANGUAGES:
            said = say_refusal(told, language)
            assert SECRET not in said
            assert CREDENTIALS["AWS_ACCESS_KEY_ID"] not in said


def test_a_night_goes_on_whatever_a_bucket_answers(bucket: Bucket, tmp_path: Path) -> None:
    ways = {
        "good": None,
        "busy": error(503, "SlowDown"),
        "cut": cut,
        "forbidden": error(403, "AccessDenied"),
        "away": error(500, "InternalError"),
    }
    for number, name in enumerate((*ways, "gone")):
        bucket.lay(f"{name}.wav", data=write(tmp_path / "a.wav", number).read_bytes())
    failing = {"busy": ATTEMPTS - 1, "cut": ATTEMPTS - 1, "forbidden": 10**6, "away": 10**6}

    def fault(request: Request, answer: Answer) -> None:
        name = request.path.rpartition("/")[2].partition(".")[0]
        if request.method == "GET" and failing.get(name):
            failing[name] -= 1
            ways[name](answer)  # type: ignore[misc]

    class Meanwhile(Onlooking):
        def listed(self, seen: int, added: Added) -> None:
            bucket.files.rm(f"{bucket.name}/in/gone.wav")

    bucket.proxy.fault = fault
    night = replace(
        QUICK.night,
        **{name: getattr(bucket.night, name) for name in ("sources", "s3_endpoint")},
        settle_seconds=0,
        fetch_attempts=ATTEMPTS,
        fetch_wait_seconds=0.01,
    )
    home = tmp_path / "home"
    home.mkdir()
    asked = Asked(home=home, settings=replace(QUICK, night=night), equip=StandIn())
    summary = run_night(asked, Meanwhile(), lambda: 0).summary
    assert summary.standing["done"] == {"speech": 3}
    assert summary.reasons == {
        "night.forbidden": 1,
        "night.bucket-away": 1,
        "night.not-there": 1,
    }
    assert not list(Path(tempfile.gettempdir()).glob("zhiyin-fetched-*/*.wav"))
