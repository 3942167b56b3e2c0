"""Runs the rule tests of a template: does each dialogue get the verdicts that it should?"""

from dataclasses import dataclass

from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import ItemResult, draft
from pipeline.scoring.template import Trial
from pipeline.settings import Scoring


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule test, and the items whose verdict is not the expected one; none: it is kept."""

    trial: Trial
    wrong: tuple[ItemResult, ...]


def trials(ruleset: Ruleset) -> tuple[Trial, ...]:
    """The rule tests that the template carries under `tests:`, in order."""
    return ruleset.template.trials


def run_trials(ruleset: Ruleset, settings: Scoring) -> tuple[Tried, ...]:
    """Every rule test of a ruleset, scored."""
    return tuple(_tried(trial, ruleset, settings) for trial in trials(ruleset))


def _tried(trial: Trial, ruleset: Ruleset, settings: Scoring) -> Tried:
    card = draft(trial.call, ruleset, settings)
    wrong = [
        item for item in card.items if trial.expected.get(item.id, item.verdict) != item.verdict
    ]
    return Tried(trial, tuple(wrong))
