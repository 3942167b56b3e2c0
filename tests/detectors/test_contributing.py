"""The example that CONTRIBUTING.md walks through is a detector that works."""

import re
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline import detectors
from tests.detectors.test_detectors import line, the_call

GUIDE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The guide's first block in a language."""
    match = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert match
    return match[1]


@pytest.fixture
def monologue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> detectors.Detector:
    (tmp_path / "monologue.py").write_text(block("python"), encoding="utf-8")
    monkeypatch.setattr(detectors, "__path__", [*detectors.__path__, str(tmp_path)])
    detectors.names.cache_clear()
    monkeypatch.setattr(detectors, "detector", detectors.detector.__wrapped__)
    yield detectors.detector("monologue")
    detectors.names.cache_clear()
    sys.modules.pop("pipeline.detectors.monologue")


def test_the_guides_example_finds_what_it_says(monologue: detectors.Detector):
    cases = YAML(typ="safe").load(block("yaml"))
    for case in cases:
        hits = monologue.find(the_call(case), **case["settings"])
        assert [line(hit) for hit in hits.found] == case.get("found", [])
    assert len(cases) == 3


def test_the_guides_example_explains_itself(monologue: detectors.Detector):
    assert monologue.help_zh.startswith("独白：")
    assert monologue.described["longer_than_seconds"].zh == "话轮超过多少秒才算"
