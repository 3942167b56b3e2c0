"""A desk that really listens, in a thread of the tests or as the command."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import FastAPI

from pipeline.desk.app import create_app
from pipeline.desk.listening import address, opened
from pipeline.desk.serving import server
from pipeline.settings import Desk, Settings

STARTS = 60.0
"""Seconds that a start may take on a crowded machine."""


@dataclass(frozen=True)
class Served:
    """Where it listens."""

    url: str
    port: int
    pid: int = 0

    def connect(self) -> socket.socket:
        """A plain connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


@contextmanager
def serving(app: FastAPI, desk: Desk | None = None) -> Iterator[Served]:
    """The app, served by a thread."""
    wish = replace(desk or Desk(), port=0)
    with opened(wish) as door:
        one = server(app, wish)
        thread = threading.Thread(target=lambda: one.run(sockets=[door]), daemon=True)
        thread.start()
        until = time.monotonic() + STARTS
        while not one.started and time.monotonic() < until:
            time.sleep(0.01)
        assert one.started
        try:
            yield Served(address(wish, door), door.getsockname()[1])
        finally:
            one.should_exit = True
            thread.join(20)


@contextmanager
def served(home: Path, settings: Settings | None = None) -> Iterator[str]:
    """The address of a home's desk, on a port of its own; ended with the `with`."""
    wish = settings or Settings()
    with serving(create_app(home, wish), wish.desk) as found:
        yield found.url


@contextmanager
def command(home: Path, *words: str) -> Iterator[tuple[Served, subprocess.Popen[str]]]:
    """`zhiyin serve`, as people start it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIYIN_")}
    program = "from pipeline.cli import main; main()"
    typed = ("serve", "--home", str(home), "--port", "0", "--lang", "en", *words)
    process = subprocess.Popen(
        [sys.executable, "-c", program, *typed],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=kept,
    )
    assert process.stderr
    try:
        for line in process.stderr:
            if found := re.search(r"(https?://\S+:(\d+))", line):
                yield Served(found[1], int(found[2]), process.pid), process
                break
        else:
            raise AssertionError(f"it did not start: {process.wait()}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
