"""Every reason and refusal of scoring has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline.scoring
from pipeline.wording import words_of

CALLS = {"note": ("template", 0), "plain": ("scoring", 1), "unsure": ("scoring", 1)}
CALLS |= {"for_a_person": ("scoring", 1), "_why": ("scoring", 0)}
CHOSEN = {"found", "missing", "found-doubtful", "missing-unheard", "forbidden", "lacking"}
CHOSEN |= {"unrecorded-ending", "unrecorded-field"}
CHOSEN |= {"forbidden-doubtful", "cannot-judge", "none-found", "partly-unheard"}
CHOSEN |= {"missing-cut-off", "cut-off", "missing-unplaced", "partly-unplaced"}


def keys() -> Iterator[str]:
    for path in Path(pipeline.scoring.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                area, at = CALLS.get(name, ("", 0))
                if area and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                    yield f"{area}.{ast.literal_eval(node.args[at])}"
    yield from (f"scoring.{key}" for key in CHOSEN)


@pytest.mark.parametrize("key", sorted(set(keys())))
def test_a_key_has_words(key: str) -> None:
    assert key in words_of(key.partition(".")[0])


@pytest.mark.parametrize("area", ["template", "scoring"])
def test_words_have_a_key(area: str) -> None:
    used = {*keys(), "template.unknown-template", "scoring.person-answers"}
    used |= {f"template.{key}" for key in ("bad-regex", "regex-matches-empty", "regex-too-large")}
    assert set(words_of(area)) <= used
