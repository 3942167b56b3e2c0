"""The page on templates names every key, and its examples load."""

import re
from pathlib import Path

import pytest

from pipeline.configuration.resources import files, folder
from pipeline.scoring import flow_reading, including, item_reading, loading, trial_reading
from pipeline.scoring.condition_reading import KINDS
from pipeline.scoring.loading import load_template, problems
from pipeline.scoring.ruleset import ruleset
from pipeline.scoring.scope_reading import COUNT, PLACES, POSITION, REACH
from pipeline.scoring.template import Fatal, Scale, Severity
from pipeline.scoring.trials import run_trials
from pipeline.settings import Scoring
from tests.scoring.rules import bundled

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
KEYS = {
    *loading.TEMPLATE_KEYS,
    *loading.SECTION_KEYS,
    *item_reading.ITEM_KEYS,
    *including.SHARED_KEYS,
    *trial_reading.TEST_KEYS,
    *loading.ROUTES,
    *POSITION,
    *PLACES,
    *REACH,
    *COUNT,
    *KINDS,
    *flow_reading.STAGES,
    *flow_reading.STEP_KEYS,
    *flow_reading.WAY_KEYS,
    *("speaker", "doubtful", "else"),
    *(member.value for kind in (Scale, Fatal, Severity) for member in kind),
}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_is_documented(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_every_example_loads(text: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    shared = files("scorecards/shared", None)
    assert load_template(path, bundled(), shared).items


@pytest.mark.parametrize("text", [text for text in EXAMPLES if "\ntests:" in text])
def test_an_example_keeps_the_tests_that_it_carries(text: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    tried = run_trials(ruleset(load_template(path, bundled())), Scoring())
    assert tried
    assert [(one.trial.name, [w.reason for w in one.wrong]) for one in tried if one.wrong] == []


@pytest.mark.parametrize("path", sorted(folder("scorecards").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_bundled_template_is_right(path: Path) -> None:
    assert problems(path, bundled()) == []


def test_a_dimension_of_the_insurance_centre_counts_what_the_standard_says() -> None:
    path = folder("scorecards") / "insurance-centre.yaml"
    template = load_template(path, bundled())
    assert [(s.title, s.max) for s in template.sections] == [
        ("服务态度", 20),
        ("服务规范", 30),
        ("服务技能", 50),
    ]
    for section in template.sections:
        own = [item for item in template.items if item.section == section.id]
        assert sum(item.points for item in own) >= (section.max or 0)
