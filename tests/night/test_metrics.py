"""The textfile of Prometheus."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.night.metrics import Readings, write_metrics
from pipeline.night.progress import Progress
from pipeline.refusal import Refusal
from pipeline.storage import State

STANDING = {"done": {"speech": 5, "silent": 1}, "failed": {"unsupported": 2}}


def told(path: Path) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(path.read_text("utf-8"))
    return {
        (sample.name, *(v for _, v in sorted(sample.labels.items(), reverse=True))): sample.value
        for family in families
        for sample in family.samples
    }


def readings(ended: float | None) -> Readings:
    progress = Progress(total=4, clock=iter([0.0, 10.0, 10.0]).__next__)
    progress.start()
    progress.finish(State.DONE, 50.0)
    return Readings(standing=STANDING, progress=progress, began=1_000.0, ended=ended)


def test_states_pace_and_times_are_told_and_nothing_else_lies_beside(tmp_path: Path) -> None:
    path = tmp_path / "new" / "zhiyin.prom"
    write_metrics(path, readings(2_000.0))
    found = told(path)
    assert found["zhiyin_recordings", "done", "speech"] == 5
    assert sum(v for k, v in found.items() if k[0] == "zhiyin_recordings") == 8
    assert found["zhiyin_run_recordings", "done"] == 1
    assert found["zhiyin_run_recordings", "failed"] == 0
    assert found[("zhiyin_run_times_real_time",)] == 5.0
    assert found[("zhiyin_run_active",)] == 0
    assert found[("zhiyin_run_ended_timestamp_seconds",)] == 2_000.0
    assert ("zhiyin_last_success_timestamp_seconds",) not in found
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["zhiyin.prom"]


def test_a_run_that_goes_on_is_told_as_active_and_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "zhiyin.prom"
    write_metrics(path, readings(None))
    assert told(path)[("zhiyin_run_active",)] == 1
    assert ("zhiyin_run_ended_timestamp_seconds",) not in told(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal) as refused:
        write_metrics(tmp_path / "file" / "zhiyin.prom", readings(None))
    assert refused.value.reason.key == "night.metrics-not-written"
