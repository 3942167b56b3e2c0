"""S15 and the command: where the desk listens, and that it may."""

import signal
import socket
import ssl
import stat
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.desk import patience
from pipeline.desk.app import create_app
from pipeline.desk.listening import check, opened
from pipeline.refusal import Refusal
from pipeline.settings import Desk, Settings
from pipeline.storage import People, Role
from tests.desk.served import command, serving


def refused(desk: Desk) -> str:
    with pytest.raises(Refusal) as caught:
        check(desk)
    return caught.value.reason.key


def test_by_default_only_this_machine_is_answered() -> None:
    assert Desk().host == "127.0.0.1"
    check(Desk())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.example.com", ""])
def test_other_addresses_want_tls(host: str, pair: tuple[str, str]) -> None:
    assert refused(Desk(host=host)) == "desk.plain-http"
    check(Desk(host=host, tls_cert=pair[0], tls_key=pair[1]))
    check(Desk(host=host, plain_http=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_itself_does_not(host: str) -> None:
    check(Desk(host=host))


def test_certificate_and_key_have_to_fit(pair: tuple[str, str], tmp_path: Path) -> None:
    cert, key = pair
    assert refused(Desk(tls_cert=cert)) == refused(Desk(tls_key=key)) == "desk.tls-both"
    assert refused(Desk(tls_cert="/none", tls_key=key)) == "desk.tls-unreadable"
    assert refused(Desk(tls_cert=cert, tls_key="/none")) == "desk.tls-unreadable"
    assert refused(Desk(tls_cert=key, tls_key=key)) == "desk.tls-wrong"
    open_key = tmp_path / "key.pem"
    open_key.write_bytes(Path(key).read_bytes())
    open_key.chmod(0o644)
    assert refused(Desk(tls_cert=cert, tls_key=str(open_key))) == "desk.tls-readable"


@pytest.mark.parametrize(
    ("desk", "key"),
    [
        (Desk(proxies=("proxy.example.com",)), "desk.proxy"),
        (Desk(proxies=("10.0.0.0/40",)), "desk.proxy"),
        (Desk(proxy_header="X-User"), "desk.proxy-header"),
    ],
)
def test_proxies_have_to_be_addresses(desk: Desk, key: str) -> None:
    assert refused(desk) == key


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Refusal) as caught:
        opened(Desk(port=taken.getsockname()[1]))
    assert caught.value.reason.key == "desk.not-listening"


def test_https_is_really_spoken_and_not_below_1_2(home: Path, pair: tuple[str, str]) -> None:
    desk = Desk(tls_cert=pair[0], tls_key=pair[1])
    trusting = ssl.create_default_context(cafile=pair[0])
    with serving(create_app(home, replace(Settings(), desk=desk)), desk) as served:
        assert served.url.startswith("https://")
        page = urllib.request.urlopen(f"{served.url}/login", context=trusting, timeout=10)
        assert page.status == 200 and "Secure" in page.headers["set-cookie"]
        with served.connect() as plain:
            plain.sendall(b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            assert b"200" not in plain.recv(1000)[:20]
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with served.connect() as door, pytest.raises((ssl.SSLError, OSError)):
            old.wrap_socket(door)


def test_who_says_nothing_where_tls_is_spoken_is_hung_up_on(
    home: Path, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    desk = Desk(tls_cert=pair[0], tls_key=pair[1])
    with (
        serving(create_app(home, replace(Settings(), desk=desk)), desk) as served,
        served.connect() as door,
    ):
        door.settimeout(5)
        assert door.recv(1000) == b"", "it hung up"


def test_the_first_start_lets_an_administrator_in_and_the_second_nobody(tmp_path: Path) -> None:
    with command(tmp_path) as (served, process):
        assert urllib.request.urlopen(f"{served.url}/healthz", timeout=10).status == 200
        assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
        process.send_signal(signal.SIGINT)
        out, talk = process.communicate(timeout=20)
    assert process.returncode == 0 and "stopped" in talk
    login, password = out.strip().split("\t")
    with People(tmp_path) as people:
        (admin,) = people.everybody()
        assert (admin.login, admin.role, admin.temporary) == (login, Role.ADMIN, True)
        assert admin.password and password not in admin.password
    log = (tmp_path / "logs" / "desk.log").read_text("utf-8")
    assert "GET /healthz 200" in log
    assert not stat.S_IMODE((tmp_path / "zhiyin.db").stat().st_mode) & 0o077
    with command(tmp_path) as (served, process):
        secret = f"{served.url}/login?wanted=/secret-13800138000"
        assert urllib.request.urlopen(secret, timeout=10).status == 200
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert "13800138000" not in (tmp_path / "logs" / "desk.log").read_text("utf-8")
