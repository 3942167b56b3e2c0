"""What people listen to: a small MP3 of each recording and its peaks, made once and kept a while.

They lie in the folder `sounds` of the home under the digest of the recording's bytes: nothing that
a browser says ever becomes a path. They are made beside the page, in threads of their own, and the
one not listened to for longest goes where they take too much room.
"""

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech.clip import Clip, clip
from pipeline.storage import Act, Person, Recording
from pipeline.storage.reviews import Reviews
from pipeline.workflow.content import content_of

FOLDER = "sounds"
FORM = "1"
"""Counted up where the sound or the peaks of the same recording become others."""
BINS = 480
AT_ONCE = 2
DIGEST = re.compile(r"[0-9a-f]{64}")
SITTING_SECONDS = 1800.0
"""Who hears the same card again after so long has sat down to it anew."""
REMEMBERED = 10_000
GIGABYTE = 1_000_000_000

Fetch = Callable[[Recording], AbstractContextManager[Sequence[Path]]]
"""Brings the files of a recording here, for as long as the `with`; Refusal where it cannot."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording to listen to. audio: an MP3 file; peaks: per channel, 0..1; duration: s."""

    audio: Path
    peaks: tuple[tuple[float, ...], ...]
    duration: float


class Sounds:
    """The sounds of a home. close() ends its threads."""

    def __init__(self, home: Path, audio: Audio, gigabytes: float, fetch: Fetch | None = None):
        self._folder = home / FOLDER
        self._audio = audio
        self._most = gigabytes * GIGABYTE
        self.fetch = fetch
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sound")
        self._making: dict[str, Future[Sound]] = {}
        self._heard: dict[tuple[str, str, bool], float] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Wait for what is being made."""
        self._threads.shutdown(cancel_futures=True)

    def sound(self, recording: Recording, wait_seconds: float = 0.0) -> Sound | None:
        """The recording's sound; None while it is being made, which begins now if it has not.

        Refusal where the recording is gone, is another by now, or cannot be decoded."""
        _check_digest(recording)
        if found := self._kept(recording.content):
            return found
        with self._lock:
            making = self._making.get(recording.content)
            if making is None:
                making = self._threads.submit(self._make, recording)
                self._making[recording.content] = making
        with suppress(TimeoutError):
            making.exception(wait_seconds)
        if not making.done():
            return None
        with self._lock:
            self._making.pop(recording.content, None)
        return making.result()

    def sits_down(self, login: str, what: str, ahead: bool = False) -> bool:
        """Whether somebody begins to listen to a card or a case, rather than going on; ahead:
        whether they begin to fetch its sound."""
        now, key = time.monotonic(), (login, what, ahead)
        with self._lock:
            before = self._heard.pop(key, None)
            self._heard[key] = now  # the dict keeps who listened last at its end
            while len(self._heard) > REMEMBERED:
                del self._heard[next(iter(self._heard))]
        return before is None or now - before > SITTING_SECONDS

    def _kept(self, content: str) -> Sound | None:
        audio = self._folder / f"{content}.{FORM}.mp3"
        try:
            told = json.loads(audio.with_suffix(".json").read_text("utf-8"))
            os.utime(audio)  # the one not listened to for longest goes first
        except (OSError, ValueError):
            return None
        return Sound(audio, tuple(map(tuple, told["peaks"])), told["duration"])

    def _make(self, recording: Recording) -> Sound:
        with at_hand(recording, self.fetch) as files:
            made = clip(files, self._audio, BINS)
        self._keep(recording.content, made)
        found = self._kept(recording.content)
        if found is None:
            raise Refusal("desk-call.gone")
        return found

    def _keep(self, content: str, made: Clip) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        audio = self._folder / f"{content}.{FORM}.mp3"
        told = asdict(made)
        del told["audio"]
        write_whole(audio, made.audio)
        write_whole(audio.with_suffix(".json"), json.dumps(told).encode())
        bound(self._folder, self._most, {audio, audio.with_suffix(".json")})


@contextmanager
def at_hand(recording: Recording, fetch: Fetch | None = None) -> Iterator[Sequence[Path]]:
    """The files of a recording, for as long as the `with`. Refusal where they are gone, or are not
    those any more that were heard."""
    _check_digest(recording)
    with (fetch or _here)(recording) as files:
        if not all(map(Path.is_file, files)):
            raise Refusal("desk-call.gone")
        if content_of(files) != recording.content:
            raise Refusal("desk-call.other")
        yield files


def _check_digest(recording: Recording) -> None:
    """What a purge left in its place is none."""
    if not DIGEST.fullmatch(recording.content):
        raise Refusal("desk-call.gone")


def listens(reviews: Reviews, asker: Person, card: int, ahead: bool = False) -> None:
    """Put on record that somebody begins to listen to a card; ahead: to fetch its sound, which they
    may never play."""
    act = Act(asker.login, "fetched", str(card), {"sound": 1})
    reviews.note(act if ahead else Act(asker.login, "listened", str(card)))


def bound(folder: Path, most_bytes: float, but: Iterable[Path] = ()) -> None:
    """Delete the oldest files of a folder until the rest takes no more room than that."""
    files = []
    for path in folder.iterdir():
        with suppress(OSError):
            told = path.stat()
            files.append((told.st_mtime, told.st_size, path))
    room = sum(size for _, size, _ in files)
    spared = set(but)
    for _, size, path in sorted(files):
        if room <= most_bytes:
            return
        if path not in spared:
            path.unlink(missing_ok=True)
            room -= size


def forget_sounds(home: Path, recordings: Iterable[Recording]) -> None:
    """Delete what was made to listen to of these recordings."""
    for recording in recordings:
        if DIGEST.fullmatch(recording.content):
            for path in (home / FOLDER).glob(f"{recording.content}.*"):
                path.unlink(missing_ok=True)


def _here(recording: Recording) -> AbstractContextManager[Sequence[Path]]:
    if any("://" in source for source in recording.sources):
        raise Refusal("desk-call.gone")
    return nullcontext([Path(source) for source in recording.sources])


def write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all, for its owner alone."""
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)
