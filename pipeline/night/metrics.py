"""The state of the nights as a Prometheus textfile, for node_exporter's textfile collector.

The file is replaced in one step, so that nobody reads half of it. It holds counts and times, never
names of recordings or people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.night.progress import Progress
from pipeline.night.summary import Counts, plain_counts, read_summary
from pipeline.refusal import Refusal
from pipeline.storage import Ledger, Night, State

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


LOOKED_BACK = 100
"""So many runs are searched for the last that came to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What is told. began, ended, last_success: seconds since 1970; ended is None while the run
    goes on, last_success where no run has come to its end yet."""

    standing: Counts
    progress: Progress
    began: float
    ended: float | None = None
    last_success: float | None = None


def report(
    path: Path, ledger: Ledger, progress: Progress, began: float, ended: float | None
) -> None:
    """How a run stands, and all recordings with it. Refusal where the file cannot be written."""
    readings = Readings(
        standing=plain_counts(ledger.sums()),
        progress=progress,
        began=began,
        ended=ended,
        last_success=last_success(ledger.nights(LOOKED_BACK)),
    )
    write_metrics(path, readings)


def write_metrics(path: Path, readings: Readings) -> None:
    """Raises Refusal where the file cannot be written."""
    from prometheus_client import CollectorRegistry, write_to_textfile

    registry = CollectorRegistry()
    _fill(registry, readings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), registry)
        path.chmod(0o644)  # the collector is somebody else
    except OSError as error:
        raise Refusal("night.metrics-not-written", str(path), found=error.strerror or "") from error


def last_success(nights: Sequence[Night]) -> float | None:
    """When a run last came to its end by itself, in seconds since 1970; nights: the last first."""
    whole = (
        night.ended / 1000
        for night in nights
        if night.ended and night.summary and not read_summary(night.summary).stopped
    )
    return next(whole, None)


def _fill(registry: "CollectorRegistry", readings: Readings) -> None:
    from prometheus_client import Gauge

    def tell(name: str, value: float, said: str) -> None:
        Gauge(f"zhiyin_{name}", said, registry=registry).set(value)

    counted = Gauge(
        "zhiyin_recordings", "All recordings known", ["state", "outcome"], registry=registry
    )
    for state, outcomes in readings.standing.items():
        for outcome, count in outcomes.items():
            counted.labels(state, outcome).set(count)
    progress = readings.progress
    of_run = Gauge("zhiyin_run_recordings", "Ended by this run", ["state"], registry=registry)
    for state in (State.DONE, State.FAILED, State.SKIPPED):
        of_run.labels(state.value).set(progress.count(state))
    tell("run_total_recordings", progress.total, "Recordings that this run is to bring to an end")
    tell("run_audio_seconds", progress.audio_seconds, "Seconds of recordings heard by this run")
    tell("run_times_real_time", progress.times_real_time, "Seconds of recordings heard in a second")
    tell("run_seconds", progress.seconds, "From the first recording in hand to the last that ended")
    tell("run_active", readings.ended is None, "1 while the run goes on")
    tell("run_began_timestamp_seconds", readings.began, "When the run began")
    if readings.ended is not None:
        tell("run_ended_timestamp_seconds", readings.ended, "When the run ended")
    if readings.last_success is not None:
        tell(
            "last_success_timestamp_seconds",
            readings.last_success,
            "When a run last came to its end",
        )
