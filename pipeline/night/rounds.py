"""Something that is done again and again beside the work."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Rounds:
    """Does it every so many seconds, in a thread of its own, for as long as the `with` lasts; the
    first time after the first wait. It ends early where the function says True."""

    def __init__(self, seconds: float, do: Callable[[], bool | None]) -> None:
        self._seconds = seconds
        self._do = do
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_round, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _go_round(self) -> None:
        while not self._over.wait(self._seconds):
            if self._do():
                return
