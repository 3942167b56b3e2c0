"""On the truth of sample calls, every planted failing is found and nothing else is charged.

As if every word had been heard right: what the recogniser then costs is measured elsewhere.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.configuration.resources import folder
from pipeline.hit import Verdict
from pipeline.scoring.ruleset import Ruleset, load_ruleset
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Scoring
from sample_audio.dialogues import dialogue
from sample_audio.failures import SPOKEN, STAGED
from sample_audio.script import ITEMS, Script
from sample_audio.truth import read_truth, truth_call
from tests.scoring.written import written

SEEDS = range(900_000, 900_080)
TRUTHS = sorted((folder("sample_audio") / "calls" / "truth").glob("*.json"))


@pytest.fixture(scope="module")
def telecom() -> Ruleset:
    return load_ruleset("telecom-inbound", folder("scorecards"), folder("lexicons"))


def errors(card: Scorecard, failing: frozenset[str], clean: frozenset[str]) -> Iterator[str]:
    for item in card.items:
        said = f"{card.call_id} {item.id}: {[hit.quote for hit in item.evidence]}"
        if item.id in failing and item.verdict != Verdict.FAIL:
            yield f"missed ({item.verdict}) {said}"
        if item.id in clean and item.verdict in (Verdict.FAIL, Verdict.UNSURE, Verdict.CRASHED):
            yield f"charged ({item.verdict}) {said}"


def of_script(script: Script, telecom: Ruleset) -> list[str]:
    card = draft(written(script), telecom, Scoring())
    return list(errors(card, script.failing, script.clean))


def test_what_costs_points_are_the_items_of_the_samples(telecom: Ruleset) -> None:
    assert sorted(item.id for item in telecom.template.items if item.points) == sorted(ITEMS)


def test_full_marks_are_a_hundred(telecom: Ruleset) -> None:
    assert sum(item.most for item in telecom.template.items) == 100


def test_dialogues_are_charged_for_what_was_planted_and_for_nothing_else(telecom: Ruleset) -> None:
    wrong = [error for seed in SEEDS for error in of_script(dialogue(seed), telecom)]
    assert wrong == []


@pytest.mark.parametrize("item", SPOKEN + STAGED)
def test_each_failing_is_found_alone(telecom: Ruleset, item: str) -> None:
    scripts = [dialogue(seed, failing={item}) for seed in range(910_000, 910_004)]
    assert [error for script in scripts for error in of_script(script, telecom)] == []


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.stem)
def test_the_truth_of_a_sample_is_charged_as_it_says(telecom: Ruleset, path: Path) -> None:
    items = read_truth(path)["items"]
    expected = {
        kind: frozenset(name for name, item in items.items() if item["expect"] == kind)
        for kind in ("fail", "clean")
    }
    card = draft(truth_call(path), telecom, Scoring())
    assert list(errors(card, expected["fail"], expected["clean"])) == []


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.stem)
def test_the_evidence_lies_where_the_failing_was_planted(telecom: Ruleset, path: Path) -> None:
    items = read_truth(path)["items"]
    card = draft(truth_call(path), telecom, Scoring())
    for item in card.items:
        known = items.get(item.id, {"where": []})
        places = [(place["start"], place["end"]) for place in known["where"]]
        if item.evidence and places and item.verdict == Verdict.FAIL:
            assert any(
                hit.start < end + 2 and start - 2 < hit.end
                for hit in item.evidence
                for start, end in places
            ), item.id
