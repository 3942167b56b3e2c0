"""The pages of the made calls, written once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.report.pages import write_pages
from pipeline.settings import Settings
from pipeline.workflow.scoring import Scored
from tests.report.made import results


@dataclass(frozen=True)
class Report:
    """What was scored, and the folder of its pages."""

    results: list[Scored]
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    scored = results(tmp_path_factory.mktemp("audio"))
    folder = tmp_path_factory.mktemp("report")
    write_pages(scored, folder, Settings())
    return Report(scored, folder)
