"""What every page stands on: the home, its settings, and what is held open for as long as the desk
is served."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from starlette.requests import HTTPConnection

from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.storage.opened import Opened
from pipeline.workflow.listening import Sounds

Held = TypeVar("Held", bound=Opened)


@dataclass(frozen=True, slots=True)
class Place:
    """One desk. key: what its sessions' tokens against forgery are made with; sounds: what people
    listen to."""

    home: Path
    settings: Settings
    key: bytes
    sounds: Sounds
    _held: dict[type[Opened], Opened] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taking: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        most = self.settings.desk.exports_at_once
        object.__setattr__(self, "_taking", threading.Semaphore(most))

    def open(self, kind: type[Held]) -> Held:
        """People, Store and the like: each is opened once, and closed with the desk."""
        with self._lock:
            if kind not in self._held:
                self._held[kind] = kind(self.home, self.settings.storage)
            return cast(Held, self._held[kind])

    @contextmanager
    def taking(self) -> Iterator[None]:
        """While something large is put together to take away. Refusal desk.many-exports where as
        many are at that already as may be."""
        if not self._taking.acquire(blocking=False):
            raise Refusal("desk.many-exports", allowed=self.settings.desk.exports_at_once)
        try:
            yield
        finally:
            self._taking.release()

    def close(self) -> None:
        """Give the database back, and end what makes sounds."""
        self.sounds.close()
        with self._lock:
            for held in self._held.values():
                held.close()
            self._held.clear()


def place(request: HTTPConnection) -> Place:
    """The desk that is asked."""
    return cast(Place, request.app.state.place)
