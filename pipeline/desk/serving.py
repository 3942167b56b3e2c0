"""The desk served: uvicorn with limits, until it is told to stop."""

import gc
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from pipeline.desk.listening import BACKLOG, tls
from pipeline.desk.patience import Loop, Patient
from pipeline.desk.security import ACCESS
from pipeline.settings import Desk

MOST_CONNECTIONS = 512
LONGEST_HEAD = 32 * 1024
"""Bytes of a request's head."""
IDLE_SECONDS = 30
STOP_SECONDS = 10
LOG = "desk.log"
MEGABYTE = 1 << 20
STOPS = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """Ends well when it is told to: what is being answered is answered first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in STOPS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def server(app: FastAPI, desk: Desk) -> Server:
    """The server of the app; run(sockets=[...]) blocks until it is told to stop."""
    config = uvicorn.Config(
        app,
        http=Patient,
        ws="none",
        loop=f"{Loop.__module__}:{Loop.__name__}",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # security.Proxies believes those that are listed
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        backlog=BACKLOG,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        ssl_context_factory=(lambda *_: tls(desk)) if desk.tls_cert else None,
    )
    return Server(config)


def serve(app: FastAPI, desk: Desk, door: socket.socket, logs: Path) -> None:
    """Answer at this socket until told to stop."""
    _log_to(logs)
    set_aside()
    server(app, desk).run(sockets=[door])


def set_aside() -> None:
    """What was loaded stays until the end: looking through it again and again for what may go
    makes a request wait 30 ms, now and then."""
    gc.collect()
    gc.freeze()


def _log_to(logs: Path) -> None:
    """What was asked goes to a file of the home. What uvicorn says of itself is not kept: it quotes
    what clients send."""
    logs.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(logs / LOG, maxBytes=10 * MEGABYTE, backupCount=5, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger(ACCESS)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(file)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
