"""Where the desk listens, and whether it may: looked at before anything is served."""

import socket
import ssl
import stat
from ipaddress import ip_address, ip_network
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.settings import Desk

BACKLOG = 512


def check(desk: Desk) -> None:
    """Refusal where it would be served without TLS for all to read, or settings do not fit."""
    if bool(desk.tls_cert) != bool(desk.tls_key):
        raise Refusal("desk.tls-both")
    if desk.tls_cert:
        tls(desk)
    elif not is_here(desk.host) and not desk.plain_http:
        raise Refusal("desk.plain-http", found=desk.host)
    for proxy in desk.proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError as error:
            raise Refusal("desk.proxy", found=proxy) from error
    if desk.proxy_header and not desk.proxies:
        raise Refusal("desk.proxy-header", found=desk.proxy_header)


def is_here(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tls(desk: Desk) -> ssl.SSLContext:
    """What HTTPS is spoken with. Refusal where certificate and key are not what they should be."""
    key = Path(desk.tls_key)
    try:
        if key.stat().st_mode & stat.S_IROTH:
            raise Refusal("desk.tls-readable", str(key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(desk.tls_cert, desk.tls_key, password="")
    except ssl.SSLError as error:
        raise Refusal("desk.tls-wrong", desk.tls_cert) from error
    except OSError as error:
        raise Refusal(
            "desk.tls-unreadable", str(error.filename or key), found=error.strerror or ""
        ) from error
    return context


def opened(desk: Desk) -> socket.socket:
    """The socket. Refusal where the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in desk.host else socket.AF_INET
    try:
        return socket.create_server((desk.host, desk.port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        found = getattr(error, "strerror", None) or str(error)
        address = f"{desk.host}:{desk.port}"
        raise Refusal("desk.not-listening", address=address, found=found) from error


def address(desk: Desk, door: socket.socket) -> str:
    """What to type into a browser."""
    port = door.getsockname()[1]
    host = f"[{desk.host}]" if ":" in desk.host else desk.host
    return f"{'https' if desk.tls_cert else 'http'}://{host}:{port}"
