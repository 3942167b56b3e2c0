"""10,000 short recordings in one night: does anything grow? And what does a finished night cost?"""

import os
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.reliability.results import Results
from tests.night import invariants
from tests.night.kills import Trial, check, end, none_left
from tests.night.recordings import record

KINDS = {
    "driver": "parent",
    "pipeline.night.preparer": "preparer",
    "decode_child": "decoder",
    "pipeline.night": "worker",
}
"""Part of a process's command -> what it is; the first that fits."""
TICKS = os.sysconf("SC_CLK_TCK")
MOST_GROWTH = 1.10
MOST_SLOWER = 1.25
MOST_AGAIN = 0.01
EVERY_SECONDS = 1.0


def soak(results: Results, folder: Path, count: int) -> None:
    """One night, watched, and the same night again."""
    suite = f"soak, {count} recordings"
    if results.of(suite):
        return
    recordings = folder / "soak"
    record(recordings, count)
    trial = Trial(home=folder / "soak-home", recordings=recordings, seconds=0.0)
    results.tried(suite, lambda: _watched(trial, count))


def _watched(trial: Trial, count: int) -> dict[str, Any]:
    trial.prepare()
    began = time.monotonic()
    process = trial.start()
    samples: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    busy: list[tuple[float, float]] = []
    try:
        while process.poll() is None:
            for kind, megabytes, files in _look(trial):
                samples[kind].append((time.monotonic() - began, megabytes, files))
            busy.append((time.time() * 1000, _processor_seconds(trial)))
            time.sleep(EVERY_SECONDS)
    finally:
        end(process)
    seconds = time.monotonic() - began
    assert process.returncode == 0, trial.log()
    again = time.monotonic()
    assert trial.run() == 0, trial.log()
    again = time.monotonic() - again
    said = invariants.results(trial.database)
    assert len(said) == count
    check(trial, said)
    none_left(trial)
    figures = {
        "recordings": count,
        "seconds": round(seconds, 1),
        "again": round(again, 2),
        "again_share": round(again / seconds, 4),
        "grown": {kind: _growth(found, 1) for kind, found in samples.items()},
        "megabytes": {kind: round(_late(found, 1)) for kind, found in samples.items()},
        "files": {kind: _growth(found, 2) for kind, found in samples.items()},
        "slower": _slower(trial),
        "dearer": _dearer(trial, busy),
    }
    return {**figures, **_judged(figures)}


def _judged(figures: dict[str, Any]) -> dict[str, Any]:
    """Which targets were met."""
    return {
        "flat": all(grown <= MOST_GROWTH for grown in figures["grown"].values()),
        "files_flat": all(grown <= MOST_GROWTH for grown in figures["files"].values()),
        "steady": figures["dearer"] <= MOST_SLOWER,
        "again_quick": figures["again_share"] <= MOST_AGAIN,
    }


JUDGED = ("flat", "files_flat", "steady", "again_quick")
"""The names of the targets."""


def _look(trial: Trial) -> list[tuple[str, float, int]]:
    """What is alive: what it is, resident megabytes, open files."""
    found = []
    for number, command in trial.alive().items():
        kind = next((kind for part, kind in KINDS.items() if part in command), None)
        folder = Path(f"/proc/{number}")
        try:
            status = (folder / "status").read_text()
            kilobytes = int(status.partition("VmRSS:")[2].split()[0])
            files = len(list((folder / "fd").iterdir()))
        except (OSError, IndexError):  # it ended just now
            continue
        if kind:
            found.append((kind, kilobytes / 1024, files))
    return found


def _growth(samples: list[tuple[float, float, int]], column: int) -> float:
    """The median of the last fifth of the night by that of its second tenth, when all is warm."""
    whole = samples[-1][0]
    warm = [one for one in samples if 0.1 * whole <= one[0] <= 0.2 * whole] or samples[:3]
    return round(_late(samples, column) / median(one[column] for one in warm), 3)


def _late(samples: list[tuple[float, float, int]], column: int) -> float:
    whole = samples[-1][0]
    late = [one for one in samples if one[0] >= 0.8 * whole] or samples[-3:]
    return median(one[column] for one in late)


def _processor_seconds(trial: Trial) -> float:
    """Of all processes of the run; of one that ended, whoever waited for it counts them."""
    ticks = 0
    for number in trial.alive():
        try:
            stat = Path(f"/proc/{number}/stat").read_text()
        except OSError:  # it ended just now
            continue
        ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return ticks / TICKS


def _dearer(trial: Trial, busy: list[tuple[float, float]]) -> float:
    """As slower, in processor seconds: what else the machine does is not counted."""
    moments = _ends(trial)
    fifth = len(moments) // 5

    def spent(first: float, last: float) -> float:
        within = [seconds for at, seconds in busy if first <= at <= last]
        return max(within) - min(within)

    early = spent(moments[fifth], moments[2 * fifth])
    return round(spent(moments[-1 - fifth], moments[-1]) / max(early, 0.01), 3)


def _ends(trial: Trial) -> list[int]:
    """When each recording came to its end, in milliseconds since 1970."""
    rows = trial.database.rows("SELECT changed FROM recording ORDER BY changed")
    return [row.changed for row in rows]


def _slower(trial: Trial) -> float:
    """Time per recording in the last fifth by that in the second fifth, by the clock."""
    moments = _ends(trial)
    fifth = len(moments) // 5
    early = moments[2 * fifth] - moments[fifth]
    return round((moments[-1] - moments[-1 - fifth]) / max(early, 1), 3)
