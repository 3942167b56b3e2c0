"""The log of the unexpected. It holds where the code was, never what a call or a file said."""

import logging
import sys
import tempfile
import traceback
from itertools import pairwise
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipeline.configuration import find_home

MEGABYTE = 1 << 20


def note_unexpected(error: BaseException) -> Path:
    """Write the traceback to the home's log and say where that is.

    The error's own message is left out: it may quote what was said."""
    path = _log_file()
    handler = RotatingFileHandler(path, maxBytes=MEGABYTE, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("zhiyin.unexpected")
    log.propagate = False
    log.addHandler(handler)
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    log.error("%s in %s\n%s", type(error).__name__, _command(), frames)
    log.removeHandler(handler)
    handler.close()
    return path


def _command() -> str:
    """The command without its arguments: file names may hold a customer's number."""
    words = [word for word in sys.argv[1:2] if word.isascii() and word.isalpha()]
    return " ".join(["zhiyin", *words])


def _log_file() -> Path:
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
