"""The desk served as it is, for browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.desk.app import create_app
from pipeline.desk.listening import address, opened
from pipeline.desk.serving import server
from pipeline.settings import Desk, Settings


@contextmanager
def served(home: Path, settings: Settings | None = None) -> Iterator[str]:
    """The address of a home's desk, on a port of its own; ended with the `with`."""
    desk = Desk(port=0)
    with opened(desk) as door:
        running = server(create_app(home, settings or Settings()), desk)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            yield address(desk, door)
        finally:
            running.should_exit = True
            thread.join(10)
