"""A connection that does not wait for ever to be told what is wanted."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 4.0
"""The head of a request has to be here in this time."""
ANSWER = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain\r\nconnection: close\r\n"
    b"content-length: 0\r\n\r\n"
)


class Loop(asyncio.SelectorEventLoop):
    """Waits no longer for the greetings of TLS, where asyncio by itself would for a minute."""

    async def create_server(self, *args: Any, **more: Any) -> Any:
        if more.get("ssl"):
            more["ssl_handshake_timeout"] = SECONDS
        return await super().create_server(*args, **more)


class Patient(H11Protocol):
    """Hangs up on who says it too slowly. Between requests uvicorn's own timer runs."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The clock runs from the first byte of a head to its last."""
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._stop()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self._hang_up)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing() and self.conn.their_state is h11.IDLE:
            self.transport.write(ANSWER)
            self.transport.close()
