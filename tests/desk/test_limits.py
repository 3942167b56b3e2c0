"""S9: too much, too many, too slow. It is refused within seconds, and others are answered."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.desk import bodies, patience
from pipeline.desk.app import create_app
from pipeline.settings import Settings
from tests.desk.conftest import Browser
from tests.desk.people import let_everybody_in
from tests.desk.served import Served, serving

HEAD = b"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\n"
SOON = 5.0
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("limits")
    let_everybody_in(home)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bodies, "SECONDS", 0.5)
        patched.setattr(patience, "SECONDS", 0.5)
        with serving(create_app(home, Settings())) as served:
            yield served


def test_the_times_that_are_shortened_here_are_short_enough() -> None:
    source = Path(bodies.__file__).read_text("utf-8") + Path(patience.__file__).read_text("utf-8")
    assert source.count("\nSECONDS = 4.0\n") == 2


def answer(door: socket.socket) -> bytes:
    """All that comes back until it hangs up, or stops for a while."""
    door.settimeout(SOON)
    told = b""
    try:
        while part := door.recv(65536):
            told += part
    except (TimeoutError, ConnectionError):
        pass
    return told


def status(door: socket.socket) -> int:
    """0 where it hung up without a word."""
    door.settimeout(SOON)
    told = door.recv(65536)
    return int(told.split(b" ", 2)[1]) if told else 0


def test_a_body_of_a_gigabyte_is_refused_unread(desk: Served) -> None:
    before, began = _memory(), time.monotonic()
    with desk.connect() as door:
        door.sendall(HEAD + b"content-length: 1073741824\r\n\r\n")
        assert status(door) == 413
    assert time.monotonic() - began < SOON and _memory() - before < 50 * MEGABYTE
    _still_answers(desk)


def test_chunks_without_end_are_refused(desk: Served) -> None:
    before, began = _memory(), time.monotonic()
    with desk.connect() as door:
        door.sendall(HEAD + b"transfer-encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < 64 * MEGABYTE:
                door.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            pass  # it hung up on us, as it should
        assert sent < 64 * MEGABYTE
    assert time.monotonic() - began < SOON and _memory() - before < 50 * MEGABYTE
    _still_answers(desk)


def test_a_field_of_a_hundred_megabytes_is_refused(browser: Callable[..., Browser]) -> None:
    one = browser()
    token = one.token()
    field = b"csrf=" + token.encode() + b"&login=" + b"x" * (100 * MEGABYTE)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert one.post("/login", content=field, headers=kind).status_code == 413
    just = field[: bodies.MOST_BYTES - 10]
    assert one.post("/login", content=just, headers=kind).status_code == 400


def test_ten_thousand_parts_are_refused(browser: Callable[..., Browser]) -> None:
    one = browser()
    one.token()
    part = b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n'
    kind = {"content-type": "multipart/form-data; boundary=x"}
    began = time.monotonic()
    answer = one.post("/login", content=part * 10_000 + b"--x--\r\n", headers=kind)
    assert answer.status_code == 400 and time.monotonic() - began < SOON
    fields = "&".join(f"a{n}=1" for n in range(10_000))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert one.post("/login", content=fields, headers=kind).status_code in (400, 403)


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"\x00" * 500, b"--x\r\n\r\n--x--", b"--x\r\ncontent-disposition: x"]
)
def test_what_is_no_form_is_refused(browser: Callable[..., Browser], body: bytes) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    one = browser()
    one.get("/login")
    assert one.post("/login", content=body, headers=kind).status_code in (400, 403)


def test_ten_thousand_headers_are_refused(desk: Served) -> None:
    with desk.connect() as door:
        try:
            door.sendall(b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\n")
            for number in range(10_000):
                door.sendall(b"x-%d: 1\r\n" % number)
            door.sendall(b"\r\n")
            assert status(door) in (0, 400)
        except OSError:
            pass  # it hung up before all were sent
    _still_answers(desk)


def test_a_hundred_and_one_headers_are_too_many(browser: Callable[..., Browser]) -> None:
    many = {f"x-{n}": "1" for n in range(101)}
    assert browser().get("/login", headers=many).status_code == 400


@pytest.mark.parametrize("sent", [b"", b"GET / HT", HEAD, HEAD + b"content-length: 10\r\n\r\nabc"])
def test_who_never_ends_is_hung_up_on(desk: Served, sent: bytes) -> None:
    began = time.monotonic()
    with desk.connect() as door:
        door.sendall(sent)
        assert status(door) == 408
    assert time.monotonic() - began < SOON


def test_a_head_that_drips_is_cut_off(desk: Served) -> None:
    began = time.monotonic()
    with desk.connect() as door, pytest.raises(OSError):
        while time.monotonic() - began < SOON:
            door.sendall(b"G")
            time.sleep(0.05)
    assert time.monotonic() - began < SOON


def test_many_slow_clients_keep_nobody_out(desk: Served) -> None:
    doors = [desk.connect() for _ in range(100)]
    try:
        for door in doors:
            door.sendall(HEAD)
        _still_answers(desk)
    finally:
        for door in doors:
            door.close()


def test_a_page_asked_for_twice_over_one_connection_is_answered_twice(desk: Served) -> None:
    with desk.connect() as door:
        for _ in range(2):
            door.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            told = b""
            while b'{"status":"ok"}' not in told:
                told += door.recv(65536)
            time.sleep(0.7)  # longer than a head may take: between requests another timer runs


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        HEAD + b"content-length: -1\r\n\r\n",
        HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n",
        HEAD + b"content-length: 99999999999999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_makes_no_sense_is_refused(desk: Served, sent: bytes) -> None:
    with desk.connect() as door:
        door.sendall(sent)
        assert status(door) in (400, 413)
    _still_answers(desk)


def _still_answers(desk: Served) -> None:
    with desk.connect() as door:
        door.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        assert b'{"status":"ok"}' in answer(door)


def _memory() -> int:
    pages = int(Path(f"/proc/{os.getpid()}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")
