"""What every answer says to browsers, and what every request has to be before it is looked at."""

import asyncio
import logging
import socket
import time
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.desk.errors import answer, route_of, unexpected
from pipeline.settings import Desk
from pipeline.unexpected import note_unexpected

ACCESS = "zhiyin.access"
"""The logger of what was asked: method, route, status and time; no query, no words, nobody."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, browsers send forms with Origin: null
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
HSTS = "max-age=31536000"
OURS = frozenset({"localhost", "127.0.0.1", "::1"})
STATIC = "/static/"
MOST_HEADERS = 100
SEND_SECONDS = 60.0
"""Who reads nothing of an answer for so long is cut off."""


class Guard:
    """Outermost: headers on every answer, an answer to every error, a line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0
        request = Request(scope)

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(MutableHeaders(scope=message), request)
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            if status:  # half of it is sent: all that is left is to hang up
                note_unexpected(error, f"{scope['method']} {route_of(request)}")
                raise ConnectionError from None
            await unexpected(request, error)(scope, receive, guarded)
        finally:
            took = round((time.monotonic() - began) * 1000)
            told = (scope["method"], route_of(request), status, took)
            logging.getLogger(ACCESS).info("%s %s %d %d ms", *told)


def _dress(headers: MutableHeaders, request: Request) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    if not request.url.path.startswith(STATIC):
        headers["cache-control"] = "no-store"
    elif "cache-control" not in headers:
        lasts = "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
        headers["cache-control"] = lasts
    if request.url.scheme == "https" and request.url.hostname not in OURS:
        headers["strict-transport-security"] = HSTS


class Hosts:
    """Refuses requests for names that are not ours: a page elsewhere may have its name lead here,
    and would then count as ours to a browser."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        named = (desk.host, *desk.hosts, socket.gethostname(), *OURS)
        self._ours = {name.strip().strip("[]").lower() for name in named}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (wrong := self._wrong(scope)):
            await answer(Request(scope), 400, wrong)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _wrong(self, scope: Scope) -> str:
        """The key of what is wrong with a request's head, if anything."""
        if len(scope["headers"]) > MOST_HEADERS:
            return "desk.many-headers"
        return "" if self._is_ours(scope) else "desk.wrong-host"

    def _is_ours(self, scope: Scope) -> bool:
        said = Headers(scope=scope).getlist("host")
        name = _without_port(said[0]) if len(said) == 1 else ""
        return name in self._ours or (
            _is_address(name) and name == (scope.get("server") or ("",))[0]
        )


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    if not colon or not port.isdigit():
        name = host
    return name.strip("[]").lower()


class Proxies:
    """Believes what listed proxies say of their clients, and nobody else. What is said twice is not
    believed: one of the two may be the client's own."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._listed = [ip_network(one, strict=False) for one in desk.proxies]
        self._header = desk.proxy_header.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            listed = self._is_listed((scope.get("client") or ("",))[0])
            who = _once(headers, self._header) if listed and self._header else ""
            scope["state"] = {**scope.get("state", {}), "entered_by_proxy": who}
            if listed:
                self._believe(scope, headers)
            name = self._header.encode("latin-1")
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != name]
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope, headers: Headers) -> None:
        scheme = _once(headers, "x-forwarded-proto")
        if scheme in ("http", "https"):
            scope["scheme"] = scheme
        passed = [one.strip() for one in ",".join(headers.getlist("x-forwarded-for")).split(",")]
        # From the right: each proxy appends whom it heard; the first that is none of ours asked.
        asked = next((one for one in reversed(passed) if not self._is_listed(one)), "")
        if _is_address(asked):
            scope["client"] = (asked, 0)

    def _is_listed(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in one for one in self._listed)


def _once(headers: Headers, name: str) -> str:
    said = headers.getlist(name)
    return said[0].strip() if len(said) == 1 else ""


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False
