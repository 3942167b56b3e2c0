"""Keys become sentences in two languages; every key that code uses has words."""

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.call import Reason
from pipeline.refusal import Refusal
from pipeline.wording import FOLDER, LANGUAGES, clock, say, say_refusal, word, words_of

PACKAGE = FOLDER.parent
AREAS = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@dataclass(frozen=True)
class Use:
    key: str
    names: frozenset[str] | None
    """Names of the values given; None where code does not spell them out."""
    where: str


def uses() -> Iterator[Use]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (use := as_use(node, path)):
                yield use


def as_use(node: ast.Call, path: Path) -> Use | None:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name not in {"Reason", "Refusal", "word"} or not node.args:
        return None
    key = node.args[0]
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return None
    where = f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"
    return Use(key.value, given(name, node), where)


def given(name: str, node: ast.Call) -> frozenset[str] | None:
    if name == "Reason":
        values = node.args[1] if len(node.args) > 1 else None
        if values is None and not node.keywords:
            return frozenset()
        if not isinstance(values, ast.Dict):
            return None
        keys = [key.value for key in values.keys if isinstance(key, ast.Constant)]
        return frozenset(map(str, keys)) if len(keys) == len(values.keys) else None
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    names = {str(keyword.arg) for keyword in node.keywords}
    return frozenset(names | {"file", "line"} if name == "Refusal" else names)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


USES = list(uses())


def test_the_code_uses_keys() -> None:
    assert len(USES) > 10


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.key} at {use.where}")
def test_every_key_used_in_code_has_words_that_fit_its_values(use: Use) -> None:
    words = words_of(use.key.partition(".")[0]).get(use.key)
    assert words, f"{use.where}: no words for {use.key}"
    for language in LANGUAGES:
        assert words.get(language), f"{use.where}: no {language} words for {use.key}"
        if use.names is not None:
            extra = placeholders(words[language]) - use.names
            assert not extra, f"{use.where}: {use.key} says {extra}, which is not given"


@pytest.mark.parametrize("area", AREAS)
def test_a_file_of_words_holds_its_own_area_in_both_languages(area: str) -> None:
    for key, words in words_of(area).items():
        assert key.startswith(f"{area}."), key
        assert set(words) == set(LANGUAGES), key
        zh, en = (placeholders(words[language]) for language in LANGUAGES)
        shorter = area == "foreign" and zh < en  # ours may leave out what theirs says
        assert zh == en or shorter, f"{key}: {zh} in Chinese, {en} in English"


def test_a_reason_is_said_in_either_language() -> None:
    reason = Reason("settings.not-whole", {"name": "speech.threads", "found": "many"})
    assert say(reason, "zh") == "speech.threads 应为整数，写的是“many”"
    assert say(reason, "en") == "speech.threads takes a whole number, not “many”"


def test_a_refusal_is_said_with_its_place() -> None:
    refusal = Refusal("settings.not-utf8", "zhiyin.toml", 3)
    assert say_refusal(refusal, "en").startswith("zhiyin.toml:3: ")
    assert not say_refusal(Refusal("settings.not-utf8"), "en").startswith(":")


def test_a_key_without_words_is_shown_not_raised() -> None:
    assert word("nowhere.nothing", "zh") == "nowhere.nothing"
    assert word("nowhere.nothing", "zh", at=1.0) == "nowhere.nothing (at=1.0)"


def test_a_value_that_is_missing_or_hostile_does_no_harm() -> None:
    assert "…" in say(Reason("settings.not-whole"), "en")
    hostile = Reason("settings.not-whole", {"name": "{found.__class__}", "found": "{0}"})
    assert "{found.__class__}" in say(hostile, "en")


def test_seconds_are_written_as_people_write_them() -> None:
    assert [clock(s) for s in (0, 9.99, 65, 3729)] == ["0:00", "0:09", "1:05", "1:02:09"]


def test_a_number_stands_with_the_word_that_fits_it() -> None:
    assert word("report.calls-count", "en", count=1) == "1 call"
    assert word("report.calls-count", "en", count=2) == "2 calls"
    assert word("report.calls-count", "zh", count=1) == "1 通"
