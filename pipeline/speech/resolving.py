"""What the recogniser's settings come to on this machine, with this model."""

from dataclasses import replace

from pipeline.settings import Speech
from pipeline.speech.model_folder import ModelFolder

AUTO = "auto"


def resolved(speech: Speech, model: ModelFolder) -> Speech:
    """The settings with nothing left to be chosen: device, type of numbers, beams and windows."""
    device = speech.device
    if device == AUTO:
        device = "cuda" if has_gpu() else "cpu"
    compute_type = speech.compute_type
    if compute_type == AUTO:
        compute_type = "float16" if device == "cuda" else "int8"
    return replace(
        speech,
        device=device,
        compute_type=compute_type,
        beam_size=speech.beam_size or model.beam_size,
        window_seconds=speech.window_seconds or model.window_seconds,
    )


def has_gpu() -> bool:
    """Whether CTranslate2 finds a GPU that it can use."""
    return gpus() > 0


def gpus() -> int:
    """How many GPUs CTranslate2 finds that it can use."""
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count())
