"""A line between two processes of the night: objects of ours, and the open files of their sound."""

import socket
import struct
import threading
from typing import Any

from pipeline.speech.handing import packed, unpacked

HEAD = struct.Struct("!I")
"""Length of the pickle."""
TIME = struct.Struct("ll")
"""Seconds and microseconds, as the system has them."""
MAX_FILES = 8


class Line:
    """One end. Several threads may send; one receives."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._sending = threading.Lock()

    def fileno(self) -> int:
        """For whoever waits for several lines at once."""
        return self._end.fileno()

    def send(self, message: object) -> None:
        """Raises OSError where nobody is at the other end."""
        text, files = packed(message)
        with self._sending:
            socket.send_fds(self._end, [HEAD.pack(len(text))], files)
            self._end.sendall(text)

    def receive(self, seconds: float | None = None) -> Any:
        """The next message. Raises EOFError where the other end is gone, TimeoutError where it
        says nothing for so long, or stops in the middle."""
        limit = TIME.pack(int(seconds or 0), int((seconds or 0) % 1 * 1e6))
        self._end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)  # sending has none
        try:
            head, files, _, _ = socket.recv_fds(self._end, HEAD.size, MAX_FILES)
            if not head:
                raise EOFError
            (length,) = HEAD.unpack(head + self._whole(HEAD.size - len(head)))
            return unpacked(self._whole(length), files)
        except BlockingIOError:
            raise TimeoutError from None
        except ConnectionError:
            raise EOFError from None

    def _whole(self, length: int) -> bytes:
        parts = []
        while length:
            part = self._end.recv(min(length, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        self._end.close()
