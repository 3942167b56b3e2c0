"""The sounds of cases: cut out of their recording when a case is made, and kept in the home.

They lie in the folder `cases`, for their owner alone, under names that tell nothing; which is
whose, the database knows. What is masked in the text is beeped.
"""

import secrets
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.call import Interval
from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech.clip import excerpt
from pipeline.workflow.listening import write_whole

FOLDER = "cases"
NAME_BYTES = 16
STRAY_SECONDS = 3600.0
"""A sound that no case has after so long was left by a process that died."""


def cut_clip(
    home: Path,
    files: Sequence[Path],
    settings: Audio,
    span: Interval,
    beeps: Sequence[Interval],
) -> str:
    """Cut a stretch out of the recording of these files, with a tone during beeps; its name in the
    home. Refusal where it cannot be decoded."""
    made = excerpt(files, settings, span, beeps)
    (home / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(NAME_BYTES)
    write_whole(clip_path(home, name), made)
    return name


def clip_path(home: Path, name: str) -> Path:
    """Where a sound lies, if it is there."""
    return home / FOLDER / f"{name}.mp3"


def present_clip(home: Path, name: str) -> Path:
    """Where a sound lies. Refusal cases.no-clip where it is not there."""
    path = clip_path(home, name)
    if not name or not path.is_file():
        raise Refusal("cases.no-clip")
    return path


def forget_clips(home: Path, names: Iterable[str]) -> None:
    """Delete sounds."""
    for name in names:
        if name:
            clip_path(home, name).unlink(missing_ok=True)


def sweep_clips(home: Path, known: frozenset[str]) -> None:
    """Delete the sounds that no case has."""
    folder = home / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            stray = path.stem not in known and time.time() - path.stat().st_mtime > STRAY_SECONDS
        except OSError:
            continue  # somebody else has just deleted it
        if stray:
            path.unlink(missing_ok=True)
