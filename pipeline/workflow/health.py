"""Whether this machine is ready: libraries, model, folders, disk, rules."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline.call import Reason
from pipeline.configuration import files
from pipeline.refusal import Refusal
from pipeline.settings import Settings, Storage
from pipeline.speech.model_folder import find_model
from pipeline.storage import Store
from pipeline.workflow.linting import lint

LIBRARIES = ("faster-whisper", "ctranslate2", "onnxruntime", "av", "soundfile", "SQLAlchemy")
LEAST_FREE_GIGABYTES = 1.0
GIGABYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. said is plain text or a Reason; refusal says what is wrong."""

    about: str
    good: bool
    said: str | Reason = ""
    refusal: Refusal | None = None


def examine(home: Path, settings: Settings) -> Iterator[Finding]:
    """All findings; each takes care of its own failure."""
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("cli.doctor-python", _python),
        ("cli.doctor-libraries", _libraries),
        ("cli.doctor-home", lambda: _home(home)),
        ("cli.doctor-disk", lambda: _disk(home)),
        ("cli.doctor-database", lambda: _database(home, settings.storage)),
        ("cli.doctor-rules", lambda: _rules(home)),
        ("cli.doctor-threads", lambda: _threads(settings)),
        ("cli.doctor-model", lambda: _model(settings)),
        ("cli.doctor-voice", lambda: _voice(settings)),
    )
    for about, check in checks:
        try:
            yield check()
        except Refusal as refusal:
            yield Finding(about, False, refusal=refusal)


def _python() -> Finding:
    return Finding("cli.doctor-python", sys.version_info >= (3, 11), sys.version.split()[0])


def _libraries() -> Finding:
    missing, found = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    said = Reason("cli.doctor-missing", {"names": "、".join(missing)}) if missing else None
    return Finding("cli.doctor-libraries", not missing, said or "、".join(found))


def _home(home: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=home):
            return Finding("cli.doctor-home", True, str(home))
    except OSError as error:
        raise Refusal("settings.home-not-made", str(home), found=error.strerror or "") from error


def _disk(home: Path) -> Finding:
    free = min(shutil.disk_usage(place).free for place in (home, tempfile.gettempdir())) / GIGABYTE
    good = free >= LEAST_FREE_GIGABYTES
    key = "cli.doctor-free" if good else "cli.doctor-little"
    return Finding("cli.doctor-disk", good, Reason(key, {"free": free}))


def _database(home: Path, settings: Storage) -> Finding:
    with Store(home, settings):
        said = "PostgreSQL" if settings.url else "SQLite, WAL"
        return Finding("cli.doctor-database", True, said)


def _rules(home: Path) -> Finding:
    bad = [problem for linted in lint((), home) for problem in linted.problems]
    if bad:
        raise bad[0]
    counts = {
        "lexicons": len(files("lexicons", home)),
        "templates": len(files("scorecards", home)),
    }
    return Finding("cli.doctor-rules", True, Reason("cli.doctor-counts", counts))


def _threads(settings: Settings) -> Finding:
    cores = os.cpu_count() or 1
    threads = settings.speech.threads or cores
    said = Reason("cli.doctor-cores", {"threads": threads, "cores": cores})
    return Finding("cli.doctor-threads", threads <= cores, said)


def _model(settings: Settings) -> Finding:
    from pipeline.speech.recognizer import open_recognizer

    began = time.monotonic()
    recognizer = open_recognizer(settings.speech)
    seconds = time.monotonic() - began
    said = Reason("cli.doctor-loaded", {"name": recognizer.engine, "seconds": seconds})
    return Finding("cli.doctor-model", True, said)


def _voice(settings: Settings) -> Finding:
    """What it understands: the demonstration must never be taken for a recogniser of people."""
    if find_model(settings.speech.model).demonstration:
        return Finding("cli.doctor-voice", True, Reason("cli.doctor-voice-demo"))
    language = settings.speech.language
    return Finding(
        "cli.doctor-voice", True, Reason("cli.doctor-voice-real", {"language": language})
    )
