"""PostgreSQL by URL, where one machine's file is not enough: several machines, one database."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from pipeline.configuration.secret import masked
from pipeline.refusal import Refusal
from pipeline.settings import Storage

DRIVER = "postgresql+psycopg"
CALLED = ("postgresql", "postgres", DRIVER)
CONNECT_SECONDS = 10


def open_server(settings: Storage) -> Engine:
    """The engine; nothing is connected yet. Refusal of a URL that is none, or without a driver."""
    url = server_url(settings.url)
    waits = {"connect_timeout": CONNECT_SECONDS, "application_name": "zhiyin"}
    given = {name: value for name, value in waits.items() if name not in url.query}
    try:
        # Asked before it is used: a server that was restarted in the meantime is no trouble.
        engine = create_engine(url, connect_args=given, pool_pre_ping=True)
    except ImportError as error:
        raise Refusal("storage.no-driver", masked(settings.url)) from error
    milliseconds = round(settings.busy_seconds * 1000)

    @event.listens_for(engine, "connect")
    def patience(connection: Any, _: object) -> None:
        """Nobody waits for a lock for ever; and a process that froze inside a transaction loses
        it, and with it the locks that others wait for."""
        for name in ("lock_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(f"SET {name} = {milliseconds}")
        connection.commit()

    return engine


def server_url(text: str) -> URL:
    """The URL with the driver that is used. Refusal where it is of no PostgreSQL."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise Refusal("storage.not-a-url") from None  # what is wrong may be the password
    if url.drivername not in CALLED:
        raise Refusal("storage.other-database", found=url.drivername, allowed="postgresql")
    return url.set(drivername=DRIVER)
