"""Every detector against its hand-written calls, NAME.yaml beside this file.

A case reads: `it` (what it shows), `talk` (the lines of tests/talk.py), `settings`, `found` (lines
«坐席 3-3.6 不知道»: speaker, start-end, quote), `blind` («3-3.6»), `applicable`; of the hits also
`what`, `kind` and `confidence`; of the call also `duration`, `medium`, `about`, `untrusted`,
`remarks`, `heard` (confidence in every word), `levels` of its turns, `roles` (confidence in
them), and `without: speech | word_times | words`. A setting written as a mapping is a lexicon.
In a line, _ is a pause as long as a character.
"""

import inspect
import typing
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.call import Call, CallRecord, Interval, Medium, Reason, Turn, Word
from pipeline.detectors import detector, names
from pipeline.hit import Hit, Hits
from pipeline.scoring.dialogue import SPEAKERS
from pipeline.text.lexicon import load_lexicon
from pipeline.text.pattern import Pattern
from tests.talk import talk

HERE = Path(__file__).parent
NEITHER_HITS_NOR_POINTS = {
    # What a condition says about the hits of any detector; no setting may take such a name.
    *("find", "use", "speaker", "at_least", "at_most", "different", "before", "after", "around"),
    *("within_seconds", "within_turns", "first_seconds", "last_seconds", "first_turns"),
    *("between_seconds", "between_turns", "in_one_turn", "flow"),
    *("last_turns", "percent", "all", "any", "none"),
}
NAMES = {speaker: name for name, speaker in SPEAKERS.items()}


@cache
def examples() -> dict[str, list[dict[str, Any]]]:
    read = YAML(typ="safe").load
    return {name: read(HERE / f"{name}.yaml") for name in names()}


def cases() -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name} {case['it']}")
        for name, of_detector in examples().items()
        for case in of_detector
    ]


def the_call(case: dict[str, Any]) -> Call:
    call = talk(
        *case["talk"],
        duration=case.get("duration"),
        about=CallRecord(**{"more": MappingProxyType({}), **case.get("about", {})}),
        medium=Medium(case.get("medium", "voice")),
        untrusted=tuple(tuple(map(float, span.split("-"))) for span in case.get("untrusted", [])),
        confidence=case.get("heard", 1.0),
    )
    levels = case.get("levels", [turn.level for turn in call.turns])
    roles = case.get("roles", [turn.role_confidence for turn in call.turns])
    turns = (
        replace(turn, level=level, role_confidence=role, words=spoken(turn))
        for turn, level, role in zip(call.turns, levels, roles, strict=True)
    )
    remarks = tuple(map(Reason, case.get("remarks", [])))
    return without(replace(call, turns=tuple(turns), remarks=remarks), case.get("without", ""))


def spoken(turn: Turn) -> tuple[Word, ...]:
    return tuple(word for word in turn.words if word.text != "_")


def without(call: Call, what: str) -> Call:
    if what == "speech":
        return replace(call, speech=None)
    if what == "word_times":
        untimed = lambda word: replace(word, start=None, end=None)  # noqa: E731
    elif what == "words":
        return replace(call, turns=tuple(replace(turn, words=()) for turn in call.turns))
    else:
        assert not what
        return call
    turns = (replace(turn, words=tuple(map(untimed, turn.words))) for turn in call.turns)
    return replace(call, turns=tuple(turns))


def the_settings(name: str, case: dict[str, Any], folder: Path) -> dict[str, Any]:
    settings = dict(case.get("settings", {}))
    for key, hint in typing.get_type_hints(detector(name).find).items():
        if key in settings and (hint is Pattern or Pattern in typing.get_args(hint)):
            settings[key] = Pattern(settings[key])
    for key, value in settings.items():
        if isinstance(value, dict):
            path = folder / "words.yaml"
            YAML().dump({"title": "词库", **value}, path)
            settings[key] = load_lexicon(path)
    return settings


def line(hit: Hit) -> str:
    return f"{NAMES[hit.speaker]} {hit.start:.4g}-{hit.end:.4g} {hit.quote}".strip()


@pytest.mark.parametrize(("name", "case"), cases())
def test_finds_what_its_examples_say(name: str, case: dict[str, Any], tmp_path: Path):
    hits = detector(name).find(the_call(case), **the_settings(name, case, tmp_path))
    assert [line(hit) for hit in hits.found] == case.get("found", [])
    assert [f"{b.start:.4g}-{b.end:.4g}" for b in hits.blind] == case.get("blind", [])
    assert hits.applicable == case.get("applicable", True)
    for key in ("what", "kind", "confidence"):
        if key in case:
            shown = [getattr(hit, key) for hit in hits.found]
            assert [round(v, 2) if key == "confidence" else str(v) for v in shown] == case[key]


@pytest.mark.parametrize("name", names())
class TestEveryDetector:
    def test_has_an_example_that_finds_and_one_that_must_not(self, name: str):
        shown = examples()[name]
        assert any(case.get("found") for case in shown)
        assert any(not case.get("found") for case in shown)
        assert len(shown) >= 3

    def test_explains_itself_in_both_languages(self, name: str):
        found = detector(name)
        assert found.help_en.partition("\n")[0].isascii()
        assert not found.help_zh.isascii()
        assert found.help_en.count("\n\n") == found.help_zh.count("\n\n")
        assert all(paragraph.strip() for paragraph in found.help_zh.split("\n\n"))

    def test_explains_every_setting_in_both_languages(self, name: str):
        found = detector(name)
        assert set(found.described) == set(found.settings)
        assert all(words.en and not words.zh.isascii() for words in found.described.values())

    def test_has_typed_settings_whose_names_no_condition_uses(self, name: str):
        settings = detector(name).settings
        assert not set(settings) & NEITHER_HITS_NOR_POINTS
        assert all(p.annotation is not inspect.Parameter.empty for p in settings.values())

    @pytest.mark.parametrize("odd", ["empty", "no speech", "no words", "no times", "chat", "rough"])
    def test_must_not_raise_on_odd_calls(self, name: str, odd: str, tmp_path: Path):
        example = examples()[name][0]
        call = the_call(example)
        calls = {
            "empty": replace(call, turns=(), duration=0.0, speech={}),
            "no speech": without(call, "speech"),
            "no words": without(call, "words"),
            "no times": without(without(call, "word_times"), "speech"),
            "chat": replace(call, medium=Medium.CHAT, speech=None),
            "rough": replace(
                call, duration=1.0, untrusted=(Interval(-5, 99),), about=CallRecord(answered=500)
            ),
        }
        hits = detector(name).find(calls[odd], **the_settings(name, example, tmp_path))
        assert isinstance(hits, Hits)
        assert list(hits.found) == sorted(hits.found, key=lambda hit: hit.start)
        assert all(hit.start <= hit.end and 0 <= hit.confidence <= 1 for hit in hits.found)


def test_every_example_file_belongs_to_a_detector():
    assert {path.stem for path in HERE.glob("*.yaml")} == set(names())


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        detector("no-such-detector")
