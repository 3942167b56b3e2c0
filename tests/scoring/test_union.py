"""What commercial engines can say can be said here: docs/rules.md shows it row by row.

Every row of the page's table has an example that loads, and calls (union.yaml) that it judges both
ways. ROWS is the vocabulary to contain, told apart from the page, so that a row cannot get lost.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.detectors import names
from pipeline.scoring.loading import load_template
from pipeline.scoring.ruleset import Ruleset, ruleset
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Scoring
from tests.detectors.test_detectors import the_call
from tests.scoring.rules import bundled

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
SECTION = PAGE.split("## 词汇对照")[1].split("### 没有收的")[0]
LEFT_OUT = PAGE.split("### 没有收的")[1].split("\n## ")[0]
EXAMPLES = dict(re.findall(r"```yaml\n# (\S+) [^\n]*\n(.*?)```", SECTION, re.DOTALL))
CALLS: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(
    Path(__file__).with_name("union.yaml")
)
ROWS = {
    "any, all, N or none of phrases": ("any-phrase", "all-phrases", "n-phrases", "no-phrase"),
    "hit counts, in one sentence or across": ("hit-count", "one-turn"),
    "regular expression and exclusion": ("regex",),
    "NOTIN": ("not-in",),
    "proximity in characters": ("proximity",),
    "similarity": ("similarity",),
    "repetition": ("repetition", "repetition-of-other", "customer-repeats"),
    "role": ("role",),
    "position by turns, seconds, percent, from start or end": (
        *("by-turns", "by-seconds", "by-percent"),
    ),
    "anchor before, after, around the nth hit": ("anchor-before", "anchor-after", "anchor-around"),
    "silence with excuses": ("silence", "silence-between"),
    "response latency, first and each": ("first-reply", "each-reply"),
    "overlap: seconds, times, characters, delay": ("overlap",),
    "rate of turn and average, least and most": ("rate", "rate-of-turn"),
    "hang-up gap": ("hang-up-gap", "who-hung-up"),
    "answer gap": ("answer-gap",),
    "energy in three modes": ("level", "level-change", "level-span"),
    "number of turns": ("turn-count", "never-spoke"),
    "length of call": ("call-length",),
    "call record": ("call-record",),
    "negate on every clause": ("negate",),
    "and, or, not": ("and-or-not",),
    "flow": ("flow",),
    "add or deduct, once or per hit, cap": ("deduct", "add"),
    "fatal to item, section, card": ("fatal-item", "fatal-section", "fatal-card"),
    "not applicable": ("not-applicable",),
    "effective dates": ("dates",),
    "review required or automatic": ("review",),
    "dependence on another item": ("depends",),
}


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def loaded(name: str) -> Ruleset:
        path = tmp_path / "example.yaml"
        path.write_text(EXAMPLES[name], encoding="utf-8")
        return ruleset(load_template(path, bundled()))

    return loaded


def test_every_row_has_an_example_and_calls_and_stands_in_the_table() -> None:
    wanted = {name for row in ROWS.values() for name in row}
    in_table = set(re.findall(r"^\| `([a-z-]+)` \|", SECTION, re.MULTILINE))
    assert wanted == in_table == set(EXAMPLES) == set(CALLS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_judges_calls_as_it_says_and_not_all_alike(name: str, load: Any) -> None:
    example = load(name)
    seen = []
    for case in CALLS[name]:
        card = draft(the_call(case), example, Scoring())
        verdicts = {item.id: item.verdict.value for item in card.items}
        expected = case["expect"]
        if isinstance(expected, str):
            expected = dict.fromkeys(verdicts, expected)
        assert verdicts == expected, case["talk"]
        assert all(figure(card, key) == case[key] for key in ("total", "max") if key in case)
        seen.append((verdicts, card.total))
    assert any(one != seen[0] for one in seen)


def figure(card: Scorecard, key: str) -> float:
    return card.total if key == "total" else card.max


def test_every_detector_is_in_an_example_or_belongs_to_a_centre_of_its_own() -> None:
    ours_alone = {"name_given", "name_used", "share"}
    shown = set(re.findall(r"find: (\w+)", SECTION))
    assert shown == set(names()) - ours_alone


@pytest.mark.parametrize(
    "word", ["emotion", "sentiment", "LLM", "semantic", "knowledge", "synonyms"]
)
def test_what_is_left_out_is_named_with_its_reason(word: str) -> None:
    rows = [line for line in LEFT_OUT.splitlines() if line.startswith("|") and word in line]
    assert len(rows) == 1
    assert all(len(cell.strip()) > 10 for cell in rows[0].split("|")[2:4])
