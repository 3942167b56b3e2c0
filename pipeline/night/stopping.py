"""A run that is told to stop: once, it finishes what is in hand; twice, it stops at once."""

import signal
from types import FrameType, TracebackType
from typing import Self

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)
)


class Stopping:
    """Listens to SIGTERM, SIGINT and SIGHUP for as long as the `with` lasts; called, it says how
    often it was told. Only the main thread may enter it."""

    def __init__(self) -> None:
        self._told = 0
        self._before: dict[int, object] = {}

    def __call__(self) -> int:
        return min(self._told, 2)

    def __enter__(self) -> Self:
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup keeps what it asked for
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what was there before

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._told += 1
