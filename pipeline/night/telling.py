"""The unexpected, told to the process that started this one, which keeps the log."""

import logging
from dataclasses import dataclass

from pipeline.night.line import Line
from pipeline.unexpected import LOG


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the log."""

    text: str

    def keep(self) -> None:
        """Into the log of this process, which may tell it on."""
        logging.getLogger(LOG).error(self.text)


class Telling(logging.Handler):
    """From now on, whatever unexpected is noted here goes over the line."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        logging.getLogger(LOG).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._line.send(Noted(record.getMessage()))
