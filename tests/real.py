"""Others' recordings, where they are at hand: never part of the repository."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "real_inputs"


def real_inputs() -> Path:
    """The folder with others' audio: ZHIYIN_REAL_INPUTS, else ../shared/real_inputs."""
    return Path(os.environ.get("ZHIYIN_REAL_INPUTS") or BESIDE)


def real_input(name: str) -> Path:
    """One file of them, such as calls/two_channel_16k.wav; the test is skipped without it."""
    path = real_inputs() / name
    if not path.is_file():
        pytest.skip(f"no {path}")
    return path
