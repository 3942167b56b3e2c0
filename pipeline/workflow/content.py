"""What a recording and its transcript are known by: hashes of bytes and of all that made words."""

import hashlib
import json
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pipeline
from pipeline.call import Call, CallRecord
from pipeline.settings import Settings
from pipeline.speech.model_folder import find_model
from pipeline.speech.resolving import resolved
from pipeline.speech.speakers import LEXICONS
from pipeline.storage.plain import plain, to_json
from pipeline.text.lexicon import Lexicon

ENGINES = ("faster-whisper", "ctranslate2", "onnxruntime")
HEARD = ("audio", "activity", "speech", "gate", "roles")
"""Sections of the settings that decide what is heard..."""
NOT_HEARD = {
    "audio": ("max_hours", "memory_megabytes", "seconds"),
    "speech": ("model", "threads", "batch_windows", "agent_channel"),
}
"""...but for these: limits, speed, and what is known by its digest or per recording."""


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


def said_in(call: Call) -> str:
    """SHA-256 over what is said in a call that was read, and when; not over who says it, nor over
    what the call is called."""
    turns = [(turn.start, turn.end, turn.text) for turn in call.turns]
    said = {"medium": call.medium.value, "duration": call.duration, "turns": turns}
    return hashlib.sha256(to_json(said).encode()).hexdigest()


def read_as(call: Call) -> str:
    """What the transcript of a call that was read is stored under: a SHA-256 over how it was read,
    which the file, the settings of chats and what tells the roles decide."""
    bare = replace(call, id="", sources=(), about=CallRecord())
    return hashlib.sha256(to_json(bare).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ear:
    """All that decides what is heard in any recording, as a SHA-256, and whose channel is whose."""

    digest: str
    agent_channel: int

    def fingerprint(self, record: CallRecord | None) -> str:
        """What a transcript of a recording with this call record is stored under."""
        told = record.agent_channel if record else None
        channel = self.agent_channel if told is None else told
        return hashlib.sha256(f"{self.digest} {channel}".encode()).hexdigest()


def ear_of(settings: Settings, lexicons: Mapping[str, Lexicon]) -> Ear:
    """The ear of a run: model, settings as they come to, engines, code, the lexicons it looks in.

    Not what only changes the speed or what is refused. Refusal without such a model."""
    model = find_model(settings.speech.model)
    heard = plain(replace(settings, speech=resolved(settings.speech, model)))
    for section, names in NOT_HEARD.items():
        for name in names:
            del heard[section][name]
    words = {
        name: hashlib.sha256(lexicons[name].source.encode()).hexdigest()
        for name in (*LEXICONS, settings.gate.phantoms)
        if name in lexicons
    }
    parts = {
        "settings": {section: heard[section] for section in HEARD},
        "model": model.digest,
        "lexicons": words,
        "engines": {name: _version(name) for name in ENGINES},
        "code": pipeline.__version__,
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return Ear(hashlib.sha256(text.encode()).hexdigest(), settings.speech.agent_channel)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
