"""What a recording and its transcript are known by: hashes of bytes and of all that made words."""

import hashlib
import json
import stat
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pipeline
from pipeline.call import CallRecord
from pipeline.settings import Settings
from pipeline.speech.model_folder import find_model
from pipeline.storage.plain import plain

ENGINES = ("faster-whisper", "ctranslate2", "onnxruntime")


def content_of(paths: Sequence[Path]) -> str:
    """SHA-256 over the bytes of the files, in hexadecimal; "" where one cannot be read."""
    digests = []
    for path in paths:
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                return ""
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError:
            return ""
    joined = "\n".join(digests)
    return digests[0] if len(digests) == 1 else hashlib.sha256(joined.encode()).hexdigest()


def fingerprint_of(settings: Settings, record: CallRecord | None) -> str:
    """SHA-256 over all that decides what is heard: model, settings, engines, code.

    Not over what only changes the speed (threads, batch size). Refusal without such a model."""
    heard = plain(settings)
    for section in ("language", "scoring"):
        del heard[section]
    for speed in ("model", "threads", "batch_windows"):
        del heard["speech"][speed]
    parts = {
        "settings": heard,
        "model": find_model(settings.speech.model).digest,
        "engines": {name: _version(name) for name in ENGINES},
        "code": pipeline.__version__,
        "agent_channel": record.agent_channel if record else None,
        "answered": record.answered if record else None,
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
