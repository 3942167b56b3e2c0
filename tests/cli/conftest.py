"""Runs commands in this process, with ears that need no model."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.workflow.conftest import (  # noqa: F401 - fixtures
    Ears,
    calls,
    ears,
    home,
    lexicons_are_built_once,
    model,
)


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    talk: str


Run = Callable[..., Ran]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    home: Path,  # noqa: F811
    model: Path,  # noqa: F811
) -> Run:
    for variable in list(os.environ):
        if variable.startswith("ZHIYIN_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("ZHIYIN_HOME", str(home))
    monkeypatch.setenv("ZHIYIN_MODEL", str(model))
    monkeypatch.setenv("ZHIYIN_TEMPLATE", "telecom-inbound")

    def ran(*words: str | Path) -> Ran:
        monkeypatch.setattr("sys.argv", ["zhiyin", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return Ran(int(end.value.code or 0), said.out, said.err)

    return ran
