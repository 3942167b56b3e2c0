"""The unexpected, told to the process that started this one, which keeps the log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.unexpected import LOG


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the log."""

    text: str

    def keep(self) -> None:
        """Into the log of this process, which may tell it on."""
        logging.getLogger(LOG).error(self.text)


class Telling(logging.Handler):
    """From now on, whatever unexpected is noted here is sent."""

    def __init__(self, send: Callable[[Noted], object]) -> None:
        super().__init__()
        self._send = send
        logging.getLogger(LOG).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._send(Noted(record.getMessage()))
