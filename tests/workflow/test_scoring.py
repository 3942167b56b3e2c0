"""Recordings are scored in order, kept, and not heard twice."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.call import Speaker
from pipeline.refusal import Refusal
from pipeline.settings import Scoring, Settings
from pipeline.speech.model_folder import ModelFolder, find_model
from pipeline.storage import Outcome, State, Store
from pipeline.workflow import content
from pipeline.workflow.rules import lexicons, rulesets
from pipeline.workflow.scoring import Asked, Scored, score
from tests.workflow.conftest import Ears


@pytest.fixture
def asked(calls: Path, home: Path, settings: Settings, ears: Ears) -> Asked:
    return Asked(paths=[calls], home=home, settings=settings)


def names(results: list[Scored]) -> list[str]:
    return [result.source.paths[0].name for result in results]


def test_each_recording_gets_its_card_in_the_order_given(asked: Asked) -> None:
    results = list(score(asked))
    assert names(results) == ["a.wav", "b.wav", "c.wav"]
    for result in results:
        (card,) = result.cards
        assert card.template == "telecom-inbound"
        assert {item.id: item for item in card.items}["forbidden"].points_lost > 0


def test_each_is_kept_before_it_is_handed_out(asked: Asked) -> None:
    for result in score(asked):
        with Store(asked.home) as store:
            (kept,) = store.find(str(result.source.paths[0]))
        assert kept.cards == result.cards
        assert kept.call == result.call


def test_what_was_heard_is_not_heard_again(asked: Asked, ears: Ears) -> None:
    first = list(score(asked))
    again = list(score(asked))
    assert ears.heard == ["a.wav", "b.wav", "c.wav"]
    assert ears.opened == 1
    assert [result.reused for result in again] == [True] * 3
    assert [r.cards for r in again] == [r.cards for r in first]
    assert [r.call for r in again] == [r.call for r in first]


def stored_cards(home: Path) -> dict[str, bytes]:
    """The cards as they lie in the database, byte for byte."""
    with sqlite3.connect(home / "zhiyin.db") as database:
        rows = database.execute(
            "SELECT r.name, s.ruleset || s.body FROM scorecard s"
            " JOIN recording r ON r.id = s.recording_id ORDER BY r.name"
        )
        return {name: body.encode() for name, body in rows}


@pytest.mark.parametrize("again", [False, True])
def test_the_same_recording_rules_and_code_give_the_same_bytes(asked: Asked, again: bool) -> None:
    list(score(asked))
    first = stored_cards(asked.home)
    assert len(first) == 3
    list(score(replace(asked, again=again)))
    assert stored_cards(asked.home) == first


def test_a_card_names_all_that_made_it(asked: Asked) -> None:
    list(score(asked))
    with Store(asked.home) as store:
        (kept,) = store.find("a.wav")
    (card,) = kept.cards
    (ruleset,) = rulesets("telecom-inbound", None, lexicons(None))
    assert card.ruleset == ruleset.digest
    assert card.code == f"zhiyin {__version__}"
    assert card.settings == {"min_confidence": 0.5, "near_miss": 0.7, "misheard_below": 0.95}


def test_new_and_known_recordings_keep_their_order(asked: Asked, calls: Path, ears: Ears) -> None:
    list(score(replace(asked, paths=[calls / "b.wav"])))
    (calls / "d.wav").write_text("more")
    results = list(score(asked))
    assert names(results) == ["a.wav", "b.wav", "c.wav", "d.wav"]
    assert [r.reused for r in results] == [False, True, False, False]
    assert ears.heard == ["b.wav", "a.wav", "c.wav", "d.wav"]


def test_a_changed_file_is_heard_anew(asked: Asked, calls: Path, ears: Ears) -> None:
    list(score(asked))
    (calls / "b.wav").write_text("other bytes")
    list(score(asked))
    assert ears.heard[3:] == ["b.wav"]


def test_another_model_hears_anew(asked: Asked, model: Path, ears: Ears) -> None:
    list(score(asked))
    (model / "model.bin").write_text("trained further")
    list(score(asked))
    assert len(ears.heard) == 6


def test_again_hears_anew(asked: Asked, ears: Ears) -> None:
    list(score(asked))
    assert not any(result.reused for result in score(replace(asked, again=True)))
    assert len(ears.heard) == 6


def test_a_copy_under_another_name_is_not_heard_again(
    asked: Asked, calls: Path, ears: Ears
) -> None:
    list(score(asked))
    (calls / "copy.wav").write_bytes((calls / "a.wav").read_bytes())
    results = list(score(asked))
    assert len(ears.heard) == 3
    assert results[-1].call is not None and results[-1].call.sources == ("copy.wav",)


@pytest.mark.parametrize("again", [False, True])
def test_copies_in_one_run_each_keep_their_card(asked: Asked, calls: Path, again: bool) -> None:
    for name in ("a2.wav", "d.wav"):
        (calls / name).write_bytes((calls / "a.wav").read_bytes())
    if again:
        list(score(asked))
    results = list(score(replace(asked, again=again)))
    with Store(asked.home) as store:
        for result in results:
            (kept,) = store.find(str(result.source.paths[0]))
            assert (kept.cards, kept.call) == (result.cards, result.call)
            assert len(kept.cards) == 1


def test_hearing_one_copy_again_leaves_the_other_its_card(asked: Asked, calls: Path) -> None:
    (calls / "a2.wav").write_bytes((calls / "a.wav").read_bytes())
    list(score(asked))
    list(score(replace(asked, paths=[calls / "a.wav"], again=True)))
    with Store(asked.home) as store:
        (kept,) = store.find(str(calls / "a2.wav"))
    assert len(kept.cards) == 1


def test_one_that_fails_does_not_stop_the_others(asked: Asked, calls: Path) -> None:
    (calls / "broken.wav").write_text("noise")
    results = list(score(asked))
    assert [r.refusal.reason.key for r in results if r.refusal] == ["audio.no-audio"]
    assert sum(r.call is not None for r in results) == 3
    with Store(asked.home) as store:
        (kept,) = store.find("broken.wav")
    assert (kept.state, kept.outcome) == (State.FAILED, Outcome.NO_AUDIO)


def speakers(result: Scored) -> list[Speaker]:
    assert result.call is not None
    return [turn.speaker for turn in result.call.turns]


def test_an_exchange_of_speakers_is_remembered_until_it_is_taken_back(
    asked: Asked, calls: Path, ears: Ears
) -> None:
    one = replace(asked, paths=[calls / "a.wav"])
    (plain,) = score(one)
    (swapped,) = score(replace(one, swap=True))
    (still,) = score(one)
    (twice,) = score(replace(one, swap=True))
    (back,) = score(replace(one, swap=False))
    assert speakers(swapped)[0] == Speaker.CUSTOMER
    assert speakers(still) == speakers(twice) == speakers(swapped)
    assert speakers(back) == speakers(plain)
    assert len(ears.heard) == 1
    assert swapped.cards[0].total != plain.cards[0].total


def test_an_exchange_of_speakers_outlives_hearing_anew(
    asked: Asked, calls: Path, model: Path, ears: Ears
) -> None:
    one = replace(asked, paths=[calls / "a.wav"])
    (plain,) = score(one)
    (swapped,) = score(replace(one, swap=True))
    (again,) = score(replace(one, again=True))
    (model / "model.bin").write_text("trained further")
    (other,) = score(one)
    (back,) = score(replace(one, swap=False))
    assert len(ears.heard) == 3
    assert speakers(again) == speakers(other) == speakers(swapped) != speakers(plain)
    assert speakers(back) == speakers(plain)


def test_a_wrong_template_is_refused_before_anything_is_heard(asked: Asked, ears: Ears) -> None:
    wrong = replace(asked, settings=replace(asked.settings, scoring=Scoring(template="nope")))
    with pytest.raises(Refusal) as refused:
        list(score(wrong))
    assert refused.value.reason.key == "template.unknown-template"
    assert "telecom-inbound" in str(refused.value.reason.values["allowed"])
    assert ears.heard == []


def test_a_centres_own_template_comes_before_the_bundled(asked: Asked) -> None:
    (asked.home / "scorecards").mkdir()
    own = 'title: 自己的\nversion: "9"\nitems:\n  - {id: tone, ask: 语气, points: 5}\n'
    (asked.home / "scorecards" / "telecom-inbound.yaml").write_text(own, "utf-8")
    result = next(iter(score(asked)))
    assert (result.cards[0].title, result.cards[0].version) == ("自己的", "9")


def test_auto_takes_a_template_that_applies(asked: Asked) -> None:
    auto = replace(asked, settings=replace(asked.settings, scoring=Scoring(template="auto")))
    assert all(len(result.cards) == 1 for result in score(auto))


def test_a_call_that_no_template_is_for_is_kept_without_a_card(asked: Asked) -> None:
    (asked.home / "scorecards").mkdir()
    from pipeline.configuration import files

    for name in files("scorecards", None):
        never = (
            'title: 别的\nversion: "1"\napplies: {queue: 没有的队列}\n'
            "items:\n  - {id: tone, ask: 语气, points: 5}\n"
        )
        (asked.home / "scorecards" / f"{name}.yaml").write_text(never, "utf-8")
    auto = replace(asked, settings=replace(asked.settings, scoring=Scoring(template="auto")))
    results = list(score(auto))
    assert [result.cards for result in results] == [()] * 3
    with Store(asked.home) as store:
        assert store.find("a.wav")[0].state == State.DONE


def test_nothing_to_score_opens_no_recogniser(asked: Asked, tmp_path: Path, ears: Ears) -> None:
    (tmp_path / "empty").mkdir()
    assert list(score(replace(asked, paths=[tmp_path / "empty"]))) == []
    assert ears.opened == 0


def test_the_model_is_looked_at_once_for_all_recordings(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def counted(model: str) -> ModelFolder:
        looked.append(model)
        return find_model(model)

    monkeypatch.setattr(content, "find_model", counted)
    assert len(list(score(asked))) == 3
    assert len(looked) == 1
