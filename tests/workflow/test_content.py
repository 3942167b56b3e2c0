"""What a recording and its transcript are known by."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import pytest

from pipeline.call import CallRecord, Interval, Word
from pipeline.hit import Kind
from pipeline.settings import Activity, Audio, Roles, Scoring, Settings
from pipeline.speech.model_folder import find_model
from pipeline.speech.resolving import resolved
from pipeline.speech.speakers import LEXICONS, mono_roles, stereo_roles
from pipeline.speech.turns import Utterance
from pipeline.text.lexicon import Lexicon
from pipeline.text.phrase import Phrase
from pipeline.workflow.content import content_of, ear_of


def test_equal_bytes_have_equal_content_and_others_not(tmp_path: Path) -> None:
    for name, text in (("a", "x"), ("b", "x"), ("c", "y")):
        (tmp_path / name).write_text(text)
    a, b, c = (content_of([tmp_path / name]) for name in "abc")
    assert a == b != c
    assert len(a) == 64


def test_a_pair_is_neither_of_its_sides_nor_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("y")
    pair = content_of([tmp_path / "a", tmp_path / "b"])
    assert pair not in (content_of([tmp_path / "a"]), content_of([tmp_path / "b"]))
    assert pair != content_of([tmp_path / "b", tmp_path / "a"])


def test_what_cannot_be_read_has_no_content(tmp_path: Path) -> None:
    assert content_of([tmp_path / "nowhere"]) == ""
    assert content_of([tmp_path]) == ""


def fingerprint(
    settings: Settings,
    record: CallRecord | None = None,
    words: Mapping[str, Lexicon] = MappingProxyType({}),
) -> str:
    return ear_of(settings, words).fingerprint(record)


CHANGES = {
    "the limits of decoding": (
        lambda s: replace(s, audio=Audio(max_hours=9, memory_megabytes=99, seconds=9)),
        False,
    ),
    "raw files": (lambda s: replace(s, audio=Audio(raw=(".v=alaw/8000",))), True),
    "the roles": (lambda s: replace(s, roles=Roles(min_confidence=0.9)), True),
    "the voice detector": (lambda s: replace(s, activity=Activity(threshold=0.6)), True),
    "the beam": (lambda s: replace(s, speech=replace(s.speech, beam_size=7)), True),
    "the agent's channel": (lambda s: replace(s, speech=replace(s.speech, agent_channel=1)), True),
    "the threads": (lambda s: replace(s, speech=replace(s.speech, threads=3)), False),
    "the batch": (lambda s: replace(s, speech=replace(s.speech, batch_windows=3)), False),
    "the language of tables": (lambda s: replace(s, language="en"), False),
    "the template": (lambda s: replace(s, scoring=Scoring(template="x")), False),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_fingerprint_changes_with_what_is_heard_and_not_with_the_rest(
    change: str, settings: Settings
) -> None:
    apply, changes = CHANGES[change]
    assert (fingerprint(apply(settings)) != fingerprint(settings)) is changes


def test_a_record_that_names_the_agents_channel_makes_another_transcript(
    settings: Settings,
) -> None:
    plain, named = CallRecord(agent="8001"), CallRecord(agent="8001", agent_channel=1)
    assert fingerprint(settings, plain) == fingerprint(settings)
    assert fingerprint(settings, named) != fingerprint(settings)


def test_what_is_set_to_what_it_comes_to_anyway_changes_nothing(settings: Settings) -> None:
    model = find_model(settings.speech.model)
    said = resolved(settings.speech, model)
    assert (said.device, said.compute_type) != ("auto", "auto")
    assert (said.beam_size, said.window_seconds) == (model.beam_size, model.window_seconds)
    assert fingerprint(replace(settings, speech=said)) == fingerprint(settings)
    assert fingerprint(settings, CallRecord(agent_channel=0)) == fingerprint(settings)


def lexicon(name: str, phrase: str) -> Lexicon:
    source = f"name: {name}\nphrases: [{phrase}]\n"
    return Lexicon(name, name, (Phrase(phrase, Kind.TEXT),), source=source)


@pytest.mark.parametrize(
    ("name", "changes"), [("phantoms", True), ("agent-talk", True), ("forbidden", False)]
)
def test_a_lexicon_that_hearing_looks_in_makes_another_transcript(
    name: str, changes: bool, settings: Settings
) -> None:
    before, after = ({name: lexicon(name, phrase)} for phrase in ("谢谢观看", "请订阅"))
    same = fingerprint(settings, words=before) == fingerprint(settings, words=after)
    assert same is not changes


def test_every_lexicon_that_tells_speakers_is_among_those_that_count() -> None:
    class Asked(dict[str, Lexicon]):
        names: ClassVar[set[str]] = set()

        def __contains__(self, name: object) -> bool:
            self.names.add(str(name))
            return False

    said = [Utterance(0, 0, (Interval(0, 1),), (Word("您好"),))]
    stereo_roles(said, 0, Asked())
    mono_roles(said, Roles(), Asked())
    assert Asked.names == set(LEXICONS)
