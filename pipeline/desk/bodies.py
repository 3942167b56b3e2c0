"""What is sent here: so much, in so little time, and it is all here before anybody works on it."""

import asyncio

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.desk.errors import answer

MOST_BYTES = 2 << 20
"""A lexicon has at most one megabyte; nothing else is larger."""
MOST_AT_ONCE = 32 << 20
"""Of all clients together."""
SECONDS = 4.0
"""A slow client holds a socket and a few kilobytes for so long, never a worker."""


class Bodies:
    """Reads what is sent, refuses what is too large or too slow."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._waiting = 0
        """Bytes that have come of bodies that are not whole yet."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_coming(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if _announced(request.headers) > MOST_BYTES:
            await _ended(answer(request, 413, "desk.too-large"))(scope, receive, send)
            return
        try:
            async with asyncio.timeout(SECONDS):
                body = await self._read(receive)
        except TimeoutError:
            await _ended(answer(request, 408, "desk.too-slow"))(scope, receive, send)
        except OverflowError:
            await _ended(answer(request, 413, "desk.too-large"))(scope, receive, send)
        except MemoryError:
            await _ended(answer(request, 503, "desk.too-busy"))(scope, receive, send)
        except ConnectionError:
            return  # who sent it is gone
        else:
            await self._app(scope, replaying(body, receive), send)

    async def _read(self, receive: Receive) -> bytes:
        """OverflowError where it is too large, MemoryError where too much comes at once,
        ConnectionError where it will never be whole."""
        body = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionError
                part = message.get("body", b"")
                body += part
                self._waiting += len(part)
                if len(body) > MOST_BYTES:
                    raise OverflowError
                if self._waiting > MOST_AT_ONCE:
                    raise MemoryError
                if not message.get("more_body", False):
                    return bytes(body)
        finally:
            self._waiting -= len(body)


def replaying(body: bytes, receive: Receive) -> Receive:
    """A body that was read already, for whoever reads it next."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


def _is_coming(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _announced(headers: Headers) -> int:
    said = headers.get("content-length", "0")
    return int(said) if said.isascii() and said.isdigit() else 0


def _ended(refused: Response) -> Response:
    """After it nothing more is read from this client."""
    refused.headers["connection"] = "close"
    return refused
