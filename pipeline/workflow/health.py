"""Whether this machine is ready: libraries, model, folders, disk, rules."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline.call import Reason
from pipeline.configuration import files
from pipeline.refusal import Refusal
from pipeline.settings import Settings, Storage
from pipeline.speech.model_folder import find_model
from pipeline.storage.condition import Condition, check_pages, condition_of, probe_wal
from pipeline.storage.places import is_doubtful
from pipeline.storage.troubles import GIGABYTE, LEAST_FREE_GIGABYTES
from pipeline.workflow.linting import lint

LIBRARIES = ("faster-whisper", "ctranslate2", "onnxruntime", "av", "soundfile", "SQLAlchemy")
NIGHTS = 2
DECODED_BYTES_PER_SECOND = 2 * 16_000 * 4
"""Of two channels of samples, as decoding leaves them in the temporary folder."""
CHECK_SECONDS = 60.0
"""So long the pages of a database are looked over."""
CLOCK_SECONDS = 60.0


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
        ("cli.doctor-database", lambda: _database(home, settings.storage)),
        ("cli.doctor-disk", lambda: _disk(home, settings.storage)),
        ("cli.doctor-temporary", lambda: _temporary(settings)),
        ("cli.doctor-wal", lambda: _wal(home, settings.storage)),
        ("cli.doctor-clock", lambda: _clock(home, settings.storage)),
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


def _disk(home: Path, settings: Storage) -> Finding:
    """Room for two of the busiest nights so far, whatever lies in the home."""
    found = None if settings.url else _known(home, settings)
    a_call = found.size / found.calls if found and found.calls else 0.0
    busiest = found.busiest if found else 0
    need = max(LEAST_FREE_GIGABYTES, NIGHTS * busiest * a_call / GIGABYTE)
    return _room("cli.doctor-disk", home, need)


def _temporary(settings: Settings) -> Finding:
    """Room for the samples of the longest recording that is taken."""
    seconds = settings.audio.max_hours * 3600
    return _room(
        "cli.doctor-temporary",
        Path(tempfile.gettempdir()),
        max(LEAST_FREE_GIGABYTES, seconds * DECODED_BYTES_PER_SECOND / GIGABYTE),
    )


def _room(about: str, place: Path, need: float) -> Finding:
    free = shutil.disk_usage(place).free / GIGABYTE
    key = "cli.doctor-free" if free >= need else "cli.doctor-little"
    return Finding(
        about, free >= need, Reason(key, {"free": free, "need": need, "place": str(place)})
    )


def _database(home: Path, settings: Storage) -> Finding:
    found = condition_of(home, settings)
    whole = bool(settings.url) or check_pages(home, CHECK_SECONDS)
    said: dict[str, str | float] = {
        "program": found.program,
        "revision": found.revision,
        "calls": found.calls,
    }
    key = "cli.doctor-schema" if whole else "cli.doctor-schema-in-part"
    return Finding("cli.doctor-database", True, Reason(key, said))


def _known(home: Path, settings: Storage) -> Condition | None:
    """None where the database cannot be opened, which is a finding of its own."""
    try:
        return condition_of(home, settings)
    except Refusal:
        return None


def _wal(home: Path, settings: Storage) -> Finding:
    if settings.url:
        return Finding("cli.doctor-wal", True, Reason("cli.doctor-no-wal"))
    kind = probe_wal(home)
    key = "cli.doctor-doubtful" if is_doubtful(kind) else "cli.doctor-shared"
    return Finding("cli.doctor-wal", True, Reason(key, {"found": kind or "?"}))


def _clock(home: Path, settings: Storage) -> Finding:
    """It must not lie before what was stored, nor far from the database's."""
    found = _known(home, settings)
    here = datetime.now().astimezone()
    behind = found.last / 1000 - here.timestamp() if found else 0.0
    apart = abs(found.ahead) if found else 0.0
    said: dict[str, str | float] = {"now": here.isoformat(" ", timespec="seconds")}
    if behind > CLOCK_SECONDS:
        return Finding("cli.doctor-clock", False, Reason("cli.doctor-clock-behind", said))
    if apart > CLOCK_SECONDS:
        said["seconds"] = apart
        return Finding("cli.doctor-clock", False, Reason("cli.doctor-clocks-differ", said))
    return Finding("cli.doctor-clock", True, str(said["now"]))


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
