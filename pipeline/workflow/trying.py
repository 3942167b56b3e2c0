"""Rule tests: the examples of lexicons and the dialogues of templates, held against the rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import Ruleset, load_rulesets
from pipeline.scoring.trials import run_trials
from pipeline.settings import Scoring
from pipeline.text.lexicon import Lexicon, load_lexicon
from pipeline.workflow.linting import untrue
from pipeline.workflow.rules import rule_files


@dataclass(frozen=True, slots=True)
class Tested:
    """A lexicon or template in force, how many tests it carries, and what is not as they say."""

    path: Path
    tests: int
    failures: tuple[Refusal, ...]


def test_rules(home: Path, settings: Scoring) -> Iterator[Tested]:
    """Every test of the working copy. Raises Refusal where a file cannot be read: lint says all."""
    files = rule_files(home)
    words = {name: load_lexicon(path) for name, path in files["lexicons"].items()}
    templates = load_rulesets(files["scorecards"].values(), words, files["scorecards/shared"])
    for lexicon in words.values():
        yield _lexicon(lexicon)
    for ruleset in templates:
        yield _template(ruleset, settings)
    for shared in files["scorecards/shared"].values():  # tried by the templates that include them
        yield Tested(shared, 0, ())


def _lexicon(lexicon: Lexicon) -> Tested:
    examples = len(lexicon.must_match) + len(lexicon.must_not_match)
    return Tested(lexicon.path, examples, untrue(lexicon))


def _template(ruleset: Ruleset, settings: Scoring) -> Tested:
    path = ruleset.template.path
    tried = run_trials(ruleset, settings)
    failures = tuple(
        Refusal(
            "rules.test-failed",
            str(path),
            one.trial.line,
            name=one.trial.name,
            item=item.id,
            found=item.verdict.value,
            allowed=one.trial.expected[item.id].value,
        )
        for one in tried
        for item in one.wrong
    )
    return Tested(path, len(tried), failures)
