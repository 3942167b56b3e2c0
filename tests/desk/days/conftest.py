"""Days at the desk: `zhiyin serve` over the sample calls, and people in Chromium."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.desk.chromium import Sitter, chromium, sitting
from tests.desk.days.centre import Centre, filled
from tests.desk.served import command
from tests.once import made_once

__all__ = ["chromium"]  # a fixture
Sit = Callable[..., AbstractContextManager[Sitter]]


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    """Scored once; every day has a copy."""
    return Centre.read(made_once(tmp_path_factory, "centre", filled))


@pytest.fixture
def centre(scored: Centre, tmp_path: Path) -> Centre:
    return scored.copy(tmp_path / "home")


@pytest.fixture
def sit(centre: Centre, chromium: Any) -> Iterator[Sit]:
    """sit() is somebody at the desk of the centre, served as people start it."""
    with command(centre.home) as (found, _):
        yield partial(sitting, chromium, found.url)
