"""The only way in which the desk asks anybody else: hosts that settings list, by HTTPS.

A name is looked up once, and what it leads to is looked at before anything is sent, so that a name
that leads elsewhere the next moment changes nothing. Redirects are not followed. Plain HTTP is for
this machine alone (tests, a sidecar), and only where its name and port are listed.
"""

import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pipeline.refusal import Refusal

SECONDS = 10.0
MOST_BYTES = 1 << 20
PORTS = {"https": 443, "http": 80}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NEVER = tuple(
    ipaddress.ip_network(one)
    for one in (
        "100.100.100.200/32",  # where Alibaba Cloud's machines are told their keys
        "fd00:ec2::254/128",  # and Amazon's, by IPv6; by IPv4 it is link-local
        "64:ff9b::/96",  # the rest hold an IPv4 address that would go unseen
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
    )
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may be asked: names, or names with a port, as settings list them."""

    listed: tuple[str, ...]

    def get(self, url: str) -> Any:
        """The JSON at this address."""
        return self._asked("GET", url, {}, b"")

    def post(self, url: str, form: bytes, headers: Mapping[str, str]) -> Any:
        """The JSON that a form is answered with."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._asked("POST", url, {**headers, **kind}, form)

    def check(self, url: str) -> SplitResult:
        """Refusal where the desk may not go there, or it is no address."""
        try:
            found = urlsplit(url)
            port = found.port or PORTS.get(found.scheme, 0)
        except ValueError:
            raise Refusal("desk.not-reached", found=url[:100]) from None
        host = (found.hostname or "").lower()
        named = f"{host}:{port}"
        listed = named in self.listed or (host in self.listed and port == PORTS["https"])
        plain = found.scheme == "http" and host in HERE and named in self.listed
        clean = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
        alone = found.username is None and found.password is None and not found.fragment
        if not (clean and alone and listed and (found.scheme == "https" or plain)):
            raise Refusal("desk.not-reached", found=host[:100] or url[:100])
        return found

    def _asked(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Any:
        found = self.check(url)
        host = (found.hostname or "").lower()
        connection = _Looked(found.scheme, host, found.port or PORTS[found.scheme])
        target = (found.path or "/") + (f"?{found.query}" if found.query else "")
        sent = {"Accept": "application/json", "Connection": "close", **headers}
        try:
            connection.request(method, target, body or None, sent)
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES + 1)
            if answer.status != http.client.OK or len(text) > MOST_BYTES:
                raise Refusal("desk.no-answer", found=host, status=answer.status)
            return json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Refusal("desk.no-answer", found=host, status=0) from error
        finally:
            connection.close()


class _Looked(http.client.HTTPConnection):
    """A connection to an address that was looked at."""

    def __init__(self, scheme: str, host: str, port: int) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._tls = ssl.create_default_context() if scheme == "https" else None

    def connect(self) -> None:
        address = address_of(self.host, self.port)
        self.sock = socket.create_connection((address, self.port), self.timeout)
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def address_of(host: str, port: int) -> str:
    """What the name leads to. Refusal where any of it is no place for a server to be asked at."""
    found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for one in found:
        if not _is_fit(ipaddress.ip_address(one), host):
            raise Refusal("desk.not-reached", found=host)
    return min(found)


def _is_fit(address: Address, host: str) -> bool:
    """A company's own networks are fit: its provider is there. This machine is only where it is
    meant by name; addresses that machines give out their keys at never are."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped:
        return _is_fit(mapped, host)
    if address.is_loopback:
        return host in HERE
    odd = address.is_link_local or address.is_multicast or address.is_unspecified
    return not (odd or address.is_reserved or any(address in network for network in NEVER))
