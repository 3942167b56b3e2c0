"""What this machine listens with: all that decides how fast a night is."""

import os

from pipeline.night.local import devices
from pipeline.night.summary import Speed
from pipeline.settings import Settings
from pipeline.speech.model_folder import find_model
from pipeline.speech.resolving import resolved

RAY = "ray"
"""The engine's name."""


def equipment(settings: Settings) -> Speed:
    """A Speed that has heard nothing yet; of a cluster, how many workers it has is only known when
    they are at work: 0. Raises Refusal without such a model."""
    model = find_model(settings.speech.model)
    speech = resolved(settings.speech, model)
    here = settings.night.engine != RAY
    return Speed(
        engine=settings.night.engine,
        model=f"{model.name} {speech.compute_type} beam {speech.beam_size}",
        device=speech.device,
        devices=len(devices(settings)) if here else 0,
        cores=cores() if here else 0,
    )


def cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
