"""Standard output whose reader may leave before the work is done: `zhiyin score calls | head`."""

import os
from typing import Any, TextIO


class Lasting:
    """Writes to a stream until nobody reads it; from then on to nowhere, and the work goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._leave()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._leave()

    def _leave(self) -> None:
        """What the stream still holds must have somewhere to go as well."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        """All else is the stream's own: encoding, isatty, fileno, buffer."""
        return getattr(self._stream, name)
