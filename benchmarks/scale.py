"""What a call costs beside the recogniser: processor seconds and bytes, for docs/scale.md.

    python -m benchmarks.scale          # a minute on two cores

prepare: decode, voice activity, tones, leaks, windows, and log-mel spectrograms, on sample calls;
draft: a scorecard by the bundled rules, and its commit, on calls of 1,200 characters; store: bytes
and rows that such a call takes in SQLite; list: laying what the sources hold beside what is known.
Processor seconds of one core, those of children included; numbers are rounded for people.
"""

import argparse
import os
import resource
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

from benchmarks.match import machine
from benchmarks.stored_calls import CHARACTERS, dialogues, keep
from pipeline.call import CallRecord
from pipeline.configuration.resources import folder
from pipeline.settings import Settings
from pipeline.speech.features import LogMel
from pipeline.speech.preparing import prepare
from pipeline.speech.sources import sources
from pipeline.storage import Found, Ledger
from pipeline.written import is_written

WINDOW_SECONDS = 29.0
"""Of a real Whisper."""
MELS = 128
CALLS = 300
RECORDINGS = 50_000


def processor() -> float:
    """Seconds that this process and its children have computed."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def preparing() -> tuple[float, float, float]:
    """Processor seconds of preparing, and of spectrograms, for an hour of recordings; the hours."""
    extractor = FeatureExtractor(feature_size=MELS)
    spectrograms = LogMel(extractor.mel_filters.astype(np.float32), 3000)
    ready = features = seconds = 0.0
    found = sources([folder("sample_audio") / "calls"], Settings().audio)
    sounds = [source for source in found if not is_written(source.paths[0])]

    warm = False
    for source in [sounds[0], *sounds]:  # once for the models to be loaded
        before = processor()
        prepared = prepare(source, Settings(), WINDOW_SECONDS)
        middle = processor()
        for load in prepared.loads:
            spectrograms([load.audio()])
        if warm:
            ready, features = ready + middle - before, features + processor() - middle
            seconds += prepared.sound.duration
        warm = True
        prepared.sound.close()
    hours = seconds / 3600
    return ready / hours, features / hours, hours


def keeping(home: Path) -> tuple[float, float, float]:
    """Processor seconds to draft and keep a call, its bytes and its rows."""
    calls = list(dialogues(CALLS + 1))
    keep(calls[:1], home)  # rules and tables
    bytes_before, rows_before = size_of(home)
    before = processor()
    keep(calls[1:], home)
    took = processor() - before
    once = processor()
    keep([], home)
    took -= processor() - once  # rules are read once a night
    bytes_after, rows_after = size_of(home)
    return took / CALLS, (bytes_after - bytes_before) / CALLS, (rows_after - rows_before) / CALLS


def size_of(home: Path) -> tuple[int, int]:
    """Bytes and rows of the database, with all that was written in the one file."""
    with closing(sqlite3.connect(home / "zhiyin.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = sum(
            database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables
        )
    return (home / "zhiyin.db").stat().st_size, rows


def listing(home: Path) -> list[float]:
    """Processor seconds to lay a recording beside the ledger: a new one, one that is known, one
    whose call record came late, one that is known with its record."""
    found = [
        Found(name=f"/calls/{n:09}.wav", sources=(f"/calls/{n:09}.wav",), stamp=str(n))
        for n in range(RECORDINGS)
    ]
    told = [replace(one, about=CallRecord(agent="8001", team="二组")) for one in found]
    with Ledger(home) as ledger:
        times = []
        for several in (found, found, told, told):
            before = processor()
            ledger.add(several)
            times.append((processor() - before) / RECORDINGS)
    return times


def main() -> None:
    argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0]).parse_args()
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}\n")
    ready, features, hours = preparing()
    print(f"prepare: {ready:.1f} processor seconds for an hour of recordings ({hours:.2f} h heard)")
    print(f"spectrograms: {features:.1f} processor seconds for an hour of recordings")
    with TemporaryDirectory(prefix="zhiyin-scale-") as place:
        seconds, size, rows = keeping(Path(place) / "calls")
        print(f"draft and keep: {1000 * seconds:.1f} ms a call of {CHARACTERS} characters")
        print(f"store: {size / 1000:.1f} kB and {rows:.1f} rows a call")
        new, known, late, told = (1000 * one for one in listing(Path(place) / "calls"))
        print(f"list: {new:.3f} ms a new recording, {known:.3f} ms a known one")
        print(f"with call records: {late:.3f} ms a late one joined, {told:.3f} ms a known one")


if __name__ == "__main__":
    main()
