"""The night on this machine: a worker for every GPU, or one for its processor."""

import os
from collections.abc import Callable
from dataclasses import replace

from pipeline.night.job import Event, Job
from pipeline.night.supervising import Device, Supervisor
from pipeline.night.temporary import sweep
from pipeline.settings import Settings
from pipeline.speech.model_folder import find_model
from pipeline.speech.resolving import gpus, resolved
from pipeline.storage import Ledger

VISIBLE = "CUDA_VISIBLE_DEVICES"


def run_local(job: Job, says: Callable[[Event], None], stop: Callable[[], int]) -> None:
    """Work until nothing is left. stop: how urgently to end: 0 not at all, 1 after what is in hand
    (night.stop_seconds at most), 2 at once.

    Raises Refusal where the night cannot go on: no model, wrong rules, full disk, and where
    workers die whatever they do."""
    several = devices(job.settings)
    with Ledger(job.home, job.settings.storage) as ledger:
        try:
            Supervisor(shared(job, len(several)), ledger, says).run(several, stop)
        finally:
            sweep()


def shared(job: Job, workers: int) -> Job:
    """The job of each of so many workers: they share the memory, and the cores that prepare."""
    job = replace(job, sharers=workers)
    night = job.settings.night
    if night.preparers or workers == 1:
        return job
    each = max(1, ((os.cpu_count() or 1) - 2) // workers)
    return replace(job, settings=replace(job.settings, night=replace(night, preparers=each)))


def devices(settings: Settings) -> list[Device]:
    """All GPUs that CTranslate2 sees, where the settings have them used; else the processor."""
    speech = resolved(settings.speech, find_model(settings.speech.model))
    if speech.device != "cuda":
        return [Device(speech.device)]
    seen = [one for one in os.environ.get(VISIBLE, "").split(",") if one]
    numbers = seen or [str(number) for number in range(gpus())]
    return [Device("cuda", {VISIBLE: number}) for number in numbers] or [Device("cuda")]
