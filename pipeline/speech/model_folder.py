"""The recogniser's files: where they are, whether all are there, and what they recommend.

A folder holds a faster-whisper (CTranslate2) model and, if somebody wants to say more about it,
zhiyin.json: {"window_seconds": 11.0, "beam_size": 5, "demonstration": true}.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.configuration.resources import folder
from pipeline.refusal import Refusal

NEEDED = ("model.bin", "config.json", "tokenizer.json")
MARGIN = 1.0
"""Seconds that a window stays below what the model takes in at once."""
REAL_BEAM = 5
LARGE = 4 << 20
"""Of files larger than this, only samples are read for the digest (a real model has gigabytes)."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """name: as people call it. digest: changes when any of its files does.

    demonstration: it understands only the synthetic speech that it was made from.
    """

    name: str
    path: Path
    window_seconds: float
    beam_size: int
    demonstration: bool
    digest: str


def find_model(model: str) -> ModelFolder:
    """The model of that name (bundled, or known to faster-whisper) or folder.

    Refusal where there is none or where files are missing. A folder needs no network; a name may be
    downloaded once, into the cache of huggingface_hub.
    """
    path = _folder(model)
    if missing := _missing(path):
        raise Refusal("speech.model-incomplete", str(path), found="、".join(missing))
    says = _json(path / "zhiyin.json")
    longest = float(_json(path / "preprocessor_config.json").get("chunk_length", 30))
    name = path.name if Path(model).expanduser().is_dir() else model
    return ModelFolder(
        name=name,
        path=path,
        window_seconds=min(float(says.get("window_seconds", longest - MARGIN)), longest),
        beam_size=int(says.get("beam_size", REAL_BEAM)),
        demonstration=bool(says.get("demonstration", name.startswith("demo-"))),
        digest=_digest(path),
    )


def is_whole(model: str) -> bool:
    """False where its folder is not there or lacks files. Nothing is loaded and nothing downloaded:
    one that is known by its name alone, which huggingface_hub keeps, is not looked for."""
    place = _place(model)
    return not _missing(place) if place else not _is_path(model)


def _missing(path: Path) -> list[str]:
    missing = [name for name in NEEDED if not (path / name).is_file()]
    if not any((path / f"vocabulary.{ending}").is_file() for ending in ("json", "txt")):
        missing.append("vocabulary.json")
    return missing


def _place(model: str) -> Path | None:
    """The folder on this machine, if it is one: somebody's own, or a bundled one."""
    bundled = folder("models") / model
    given = Path(model).expanduser()
    return next((place for place in (given, bundled) if model and place.is_dir()), None)


def _is_path(model: str) -> bool:
    path = Path(model).expanduser()
    return path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1


def _folder(model: str) -> Path:
    if place := _place(model):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        return place
    if _is_path(model):
        raise Refusal("speech.no-model-folder", file=model, found=model)
    return _downloaded(model)


def _downloaded(name: str) -> Path:
    from faster_whisper.utils import available_models, download_model

    allowed = available_models()
    if "/" not in name and name not in allowed:
        raise Refusal("speech.unknown-model", found=name, allowed="、".join(["demo-zh", *allowed]))
    try:
        return Path(download_model(name, local_files_only=True))
    except Exception:  # not in the cache: every version of the hub's library says so differently
        try:
            return Path(download_model(name))
        except Exception as error:
            raise Refusal("speech.model-unreachable", found=name) from error


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Refusal("speech.model-unreadable", str(path), found=path.name) from error
    if not isinstance(found, dict):
        raise Refusal("speech.model-unreadable", str(path), found=path.name)
    return found


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(p for p in path.iterdir() if p.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.name}\0{size}\0".encode())
        with file.open("rb") as stream:
            if size <= LARGE:
                digest.update(stream.read())
            else:
                for i in range(64):
                    stream.seek(i * (size - 1024) // 63)
                    digest.update(stream.read(1024))
    return digest.hexdigest()[:12]
