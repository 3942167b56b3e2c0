"""What a recording and its transcript are known by."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import CallRecord
from pipeline.settings import Activity, Scoring, Settings
from pipeline.workflow.content import content_of, fingerprint_of


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


CHANGES = {
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
    assert (fingerprint_of(apply(settings), None) != fingerprint_of(settings, None)) is changes


def test_a_record_that_names_the_agents_channel_makes_another_transcript(
    settings: Settings,
) -> None:
    plain, named = CallRecord(agent="8001"), CallRecord(agent="8001", agent_channel=1)
    assert fingerprint_of(settings, plain) == fingerprint_of(settings, None)
    assert fingerprint_of(settings, named) != fingerprint_of(settings, None)
