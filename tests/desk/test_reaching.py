"""S13: the desk asks only hosts that are listed, at addresses that were looked at."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.desk import reaching
from pipeline.desk.reaching import Reach, address_of
from pipeline.refusal import Refusal
from tests.desk.provider import Provider, provider

LISTED = Reach(("login.example.com", "idp.example.com:8443", "localhost:9000"))

FORBIDDEN = (
    "http://login.example.com/",
    "https://login.example.com:8443/",
    "https://idp.example.com/",
    "https://evil.example/",
    "https://login.example.com.evil.example/",
    "https://login.example.com@evil.example/",
    "https://evil.example#@login.example.com/",
    "https://evil.example\\@login.example.com/",
    "https://user:password@login.example.com/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "http://169.254.169.254/latest/meta-data/",
    "https://100.100.100.200/latest/meta-data/",
    "http://localhost:9001/",
    "http://localhost/",
    "file:///etc/passwd",
    "gopher://login.example.com/",
    "ftp://login.example.com/",
    "//login.example.com/",
    "https:///",
    "https://login.example.com:99999/",
    "https://login。example。com/",
    "https://ⓛogin.example.com/",
    "https://login.example.com/\r\nHost: evil.example",
    "javascript:alert(1)",
    "",
)


@pytest.mark.parametrize("url", FORBIDDEN)
def test_what_is_not_listed_is_not_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", _never)
    monkeypatch.setattr(socket, "getaddrinfo", _never)
    with pytest.raises(Refusal) as refused:
        LISTED.get(url)
    assert refused.value.reason.key == "desk.not-reached"


@pytest.mark.parametrize(
    "url",
    ["https://login.example.com/x?y=1", "https://idp.example.com:8443/", "http://localhost:9000/"],
)
def test_what_is_listed_is(url: str) -> None:
    assert LISTED.check(url).hostname in ("login.example.com", "idp.example.com", "localhost")


def test_by_default_nothing_is_listed() -> None:
    from pipeline.settings import Desk

    with pytest.raises(Refusal):
        Reach(Desk().reach).check("https://login.example.com/")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "::1", "0.0.0.0", "169.254.169.254", "169.254.1.1", "100.100.100.200"),
        *("fe80::1", "fd00:ec2::254", "224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255"),
        *("::ffff:169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "::"),
    ],
)
def test_a_listed_name_that_leads_to_a_bad_place_is_not_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = _leads("203.0.113.7")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: good + _leads(address))
    monkeypatch.setattr(socket, "create_connection", _never)
    with pytest.raises(Refusal) as refused:
        LISTED.get("https://login.example.com/")
    assert refused.value.reason.key == "desk.not-reached"


@pytest.mark.parametrize(
    "address", ["203.0.113.7", "10.0.0.5", "192.168.1.1", "2600::1", "fd12::1"]
)
def test_a_companys_own_network_is_fit(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: _leads(address))
    assert address_of("login.example.com", 443) == address


def test_a_name_that_leads_elsewhere_the_next_moment_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is looked up once, and asked at the address that was looked at."""
    answers = iter([_leads("203.0.113.7"), _leads("169.254.169.254")])
    went: list[Any] = []

    def connect(address: Any, *_: Any) -> socket.socket:
        went.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: next(answers))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Refusal) as refused:
        LISTED.get("https://login.example.com/")
    assert refused.value.reason.key == "desk.no-answer"
    assert went == [("203.0.113.7", 443)]


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


def test_a_redirect_is_not_followed(there: Provider) -> None:
    there.spoils = "redirect"
    reach = Reach((f"127.0.0.1:{there.port}",))
    with pytest.raises(Refusal) as refused:
        reach.get(f"{there.issuer}/.well-known/openid-configuration")
    assert refused.value.reason.values == {"found": "127.0.0.1", "status": 302}
    assert there.asked == ["/.well-known/openid-configuration"]


def test_too_long_an_answer_is_refused(there: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "MOST_BYTES", 10)
    with pytest.raises(Refusal) as refused:
        Reach((f"127.0.0.1:{there.port}",)).get(f"{there.issuer}/keys")
    assert refused.value.reason.key == "desk.no-answer"


def _leads(address: str) -> list[Any]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return [(family, socket.SOCK_STREAM, 6, "", (address, 443))]


def _never(*_: object, **__: object) -> Any:
    raise AssertionError("somebody was asked")
