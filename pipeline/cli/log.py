"""The log of the unexpected. It holds where the code was, never what a call or a file said."""

import logging
import sys
import tempfile
from itertools import pairwise
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipeline.configuration import find_home
from pipeline.unexpected import LOG, note_unexpected

MEGABYTE = 1 << 20


class _HomeLog(logging.Handler):
    """Opens the home's log only when there is something to write."""

    def emit(self, record: logging.LogRecord) -> None:
        file = RotatingFileHandler(log_file(), maxBytes=MEGABYTE, backupCount=3, encoding="utf-8")
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        file.emit(record)
        file.close()


def keep_the_unexpected() -> None:
    """From now on, whatever unexpected is noted anywhere goes to the home's log."""
    log = logging.getLogger(LOG)
    log.propagate = False
    if not any(isinstance(handler, _HomeLog) for handler in log.handlers):
        log.addHandler(_HomeLog())


def note_and_place(error: BaseException) -> Path:
    """Note what ended a command, and say where."""
    note_unexpected(error, _command())
    return log_file()


def _command() -> str:
    """The command without its arguments: file names may hold a customer's number."""
    words = [word for word in sys.argv[1:2] if word.isascii() and word.isalpha()]
    return " ".join(["zhiyin", *words])


def log_file() -> Path:
    """In the home; in the temporary folder where the home cannot be written."""
    for folder in (_home_logs(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "zhiyin.log"
            with path.open("a"):
                return path
        except OSError:
            continue
    raise SystemExit(1)


def _home_logs() -> Path:
    words = sys.argv[1:]
    named = [after for word, after in pairwise(words) if word == "--home"]
    return find_home(Path(named[-1]) if named else None) / "logs"
