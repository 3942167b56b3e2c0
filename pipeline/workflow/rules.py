"""The rulesets in force: bundled ones, and before them a centre's own in its home folder."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.call import Call
from pipeline.configuration import files
from pipeline.scoring.ruleset import Ruleset, choose, find_template, load_rulesets
from pipeline.text.lexicon import Lexicon, load_lexicon

AUTO = "auto"


def lexicons(home: Path | None) -> dict[str, Lexicon]:
    """Every lexicon by name. Raises Refusal at the first problem of a file."""
    return {name: load_lexicon(path) for name, path in files("lexicons", home).items()}


def rulesets(template: str, home: Path | None, words: Mapping[str, Lexicon]) -> tuple[Ruleset, ...]:
    """The ruleset of a template's name or file; of "auto", of every template. Raises Refusal."""
    known = files("scorecards", home)
    paths = known.values() if template == AUTO else [find_template(template, known)]
    return load_rulesets(paths, words, files("scorecards/shared", home))


def ruleset_for(call: Call, candidates: tuple[Ruleset, ...], template: str) -> Ruleset | None:
    """The template that was asked for, whatever it says that it applies to; else the fitting."""
    return choose(call, candidates) if template == AUTO else candidates[0]
