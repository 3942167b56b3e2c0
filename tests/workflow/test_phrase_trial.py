"""A phrase tried on stored calls: where it is said, what would change, and nothing written."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import CallRecord, Speaker
from pipeline.hit import Kind
from pipeline.refusal import Refusal
from pipeline.storage import Store
from pipeline.workflow.phrase_trial import Trial, try_phrase
from pipeline.workflow.phrasing import Phrasing
from pipeline.workflow.rescoring import rescore
from tests.talk import talk
from tests.workflow.stored import LEXICONS, again, keep, write

TABOO = "title: 禁语\nphrases:\n  - 不清楚\n"


@pytest.fixture
def home_with_calls(past: Path) -> Path:
    write(past, "lexicons/taboo.yaml", TABOO)
    return past


def tried(home: Path, text: str, lexicon: str = "taboo", **how: object) -> Trial:
    speaker = how.pop("speaker", Speaker.AGENT)
    phrasing = Phrasing(text=text, lexicon=lexicon, **how)  # type: ignore[arg-type]
    return Trial(phrasing, replace(again(home), newest=500), speaker)  # type: ignore[arg-type]


def test_it_says_where_it_is_said_and_which_verdicts_would_change(home_with_calls: Path) -> None:
    keep(home_with_calls, sulky=("坐席 1 您好", "坐席 6 那没办法话费"))
    rescore(again(home_with_calls))
    before = {path: path.read_bytes() for path in home_with_calls.rglob("*.yaml")}
    found = try_phrase(tried(home_with_calls, "没办法"))
    assert (found.calls, found.with_hits, found.hits) == (4, 3, 3)
    one = found.spotted[0]
    assert (one.before, one.words, one.after) == ("那", "没办法", "话费")
    assert (one.speaker, one.at, one.kind) == (Speaker.AGENT, pytest.approx(6, abs=1), Kind.TEXT)
    assert one.card > 0 and one.recording == "/calls/sulky.wav"
    assert found.verdicts is not None
    assert (found.verdicts.calls, found.verdicts.altered, found.verdicts.worse) == (4, 1, 1)
    assert {path: path.read_bytes() for path in home_with_calls.rglob("*.yaml")} == before


def test_what_somebody_else_says_must_not_count(home_with_calls: Path) -> None:
    found = try_phrase(tried(home_with_calls, "没办法", speaker=Speaker.CUSTOMER))
    assert [one.speaker for one in found.spotted] == [Speaker.CUSTOMER]
    anybody = try_phrase(tried(home_with_calls, "没办法", speaker=None))
    assert anybody.hits == 3


def test_without_a_lexicon_it_is_only_looked_for(home_with_calls: Path) -> None:
    found = try_phrase(tried(home_with_calls, "查话费", "", speaker=Speaker.CUSTOMER))
    assert found.hits and found.verdicts is None


def test_a_phrase_that_changes_nothing_says_so(home_with_calls: Path) -> None:
    found = try_phrase(tried(home_with_calls, "闻所未闻"))
    assert (found.hits, found.spotted) == (0, [])
    assert found.verdicts is not None and not found.verdicts.altered


def test_the_newest_calls_come_first_and_no_more_than_asked(home_with_calls: Path) -> None:
    for day in (1, 3, 2):
        about = CallRecord(agent="8001", started=f"2027-01-0{day}T10:00:00")
        keep(home_with_calls, **{f"day-{day}": talk("坐席 1 您好没办法", about=about)})
    trial = tried(home_with_calls, "没办法")
    found = try_phrase(replace(trial, again=replace(trial.again, newest=2)))
    assert (found.calls, [one.day for one in found.spotted]) == (2, ["2027-01-03", "2027-01-02"])
    since = replace(trial.again, since="2027-01-03")
    assert [one.day for one in try_phrase(replace(trial, again=since)).spotted] == ["2027-01-03"]


def test_it_tells_how_many_calls_are_done(home_with_calls: Path) -> None:
    told: list[int] = []
    try_phrase(tried(home_with_calls, "没办法"), told.append)
    assert told == [3]


def test_a_wrong_phrase_is_refused_before_any_call_is_read(
    home_with_calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "calls", lambda *_: pytest.fail("a call was read"))
    with pytest.raises(Refusal, match="duplicate-phrase"):
        try_phrase(tried(home_with_calls, "不清楚"))
    assert set(LEXICONS) == {"taboo", "hello"}
