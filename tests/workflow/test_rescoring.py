"""Stored calls are checked again: drafts make room, what people decided on stays."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import CallRecord, Medium
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.storage import Placed, Store
from pipeline.workflow.publishing import publish
from pipeline.workflow.rescoring import rescore
from tests.talk import talk
from tests.workflow.stored import (
    POLITE,
    RUDE,
    TEMPLATE,
    add_phrase,
    again,
    decide,
    keep,
    write,
)


def totals(home: Path, name: str) -> list[float]:
    with Store(home) as store:
        (result,) = store.find(name)
        return [kept.card.total for kept in result.kept]


def test_nothing_published_means_the_working_copy(past: Path) -> None:
    write(past, "scorecards/small.yaml", TEMPLATE.replace("points: 5", "points: 6"))
    rescored = rescore(again(past))
    assert (rescored.version, rescored.tally.calls) == (None, 3)
    assert rescored.tally.placed == {Placed.NEW: 3}
    assert totals(past, "rude") == [3]


def test_rules_that_are_published_as_they_were_change_no_draft(past: Path) -> None:
    before = totals(past, "rude")
    publish(again(past), "李", "")
    assert rescore(again(past)).tally.placed == {Placed.UNCHANGED: 3}
    assert totals(past, "rude") == before


def test_the_published_rules_count_and_not_what_is_being_worked_on(past: Path) -> None:
    publish(again(past), "李", "")
    write(past, "scorecards/small.yaml", TEMPLATE.replace("points: 5", "points: 6"))
    assert rescore(again(past)).version == 1
    assert totals(past, "rude") == [3]
    publish(again(past), "李", "")
    rescore(again(past))
    assert totals(past, "rude") == [3]  # of 9 now
    assert totals(past, "polite") == [9]


def test_a_decided_card_stays_and_its_decisions_hold_where_the_words_are_the_same(
    past: Path,
) -> None:
    decide(past, "rude", taboo=Verdict.FAIL, hello=Verdict.PASS)
    write(past, "scorecards/small.yaml", TEMPLATE.replace("points: 5", "points: 4"))
    tally = rescore(again(past)).tally
    assert tally.placed == {Placed.NEW: 2, Placed.BESIDE: 1}
    assert (tally.hold, tally.asked_again) == (2, 0)
    assert totals(past, "rude") == [3, 3]
    assert totals(past, "rude2") == [3]


def test_a_decision_on_words_that_are_no_evidence_any_more_is_asked_again(past: Path) -> None:
    decide(past, "rude", taboo=Verdict.FAIL)
    write(past, "lexicons/taboo.yaml", "title: 禁语\nphrases: [没办法]\n")
    tally = rescore(again(past)).tally
    assert (tally.hold, tally.asked_again) == (0, 1)


def test_the_same_rules_leave_a_decided_card_alone(past: Path) -> None:
    decide(past, "rude", taboo=Verdict.FAIL)
    assert rescore(again(past)).tally.placed == {Placed.UNCHANGED: 2, Placed.SAME: 1}
    assert totals(past, "rude") == [3]


def test_only_the_named_and_only_since_a_day(own: Path) -> None:
    dated = talk(*RUDE, about=CallRecord(started="2020-02-29T10:00:00"))
    keep(own, old=dated, polite=POLITE)
    assert rescore(again(own, "old")).tally.calls == 1
    assert rescore(again(own, since="2020-03-01")).tally.calls == 1
    assert rescore(again(own, "old", since="2020-03-01")).tally.calls == 0
    with pytest.raises(Refusal, match="not-found"):
        rescore(again(own, "nobody"))


def test_calls_that_no_template_is_for_are_said_and_keep_their_card(own: Path) -> None:
    chat = talk(*POLITE, medium=Medium.CHAT)
    keep(own, rude=RUDE, chat=chat)
    first = rescore(again(own)).tally
    assert (first.calls, first.untended, first.abandoned) == (2, 1, 0)
    assert first.names == ["/calls/log.csv#chat"]
    write(own, "scorecards/small.yaml", TEMPLATE.replace("voice", "chat"))
    second = rescore(again(own)).tally
    assert (second.untended, second.abandoned, second.names) == (1, 1, ["/calls/rude.wav"])
    assert totals(own, "rude") == [3]


def test_a_call_that_another_template_is_for_now_has_only_that_ones_draft(past: Path) -> None:
    write(past, "scorecards/small.yaml", TEMPLATE.replace("voice", "chat"))
    write(past, "scorecards/other.yaml", TEMPLATE)
    tally = rescore(again(past)).tally
    assert tally.moved == {("small", "other"): 3}
    assert len(totals(past, "rude")) == 1


def test_a_template_asked_for_by_name_leaves_the_drafts_of_others(past: Path) -> None:
    write(past, "scorecards/other.yaml", TEMPLATE)
    rescore(again(past, template="other"))
    assert len(totals(past, "rude")) == 2
    with pytest.raises(Refusal, match="unknown-template"):
        rescore(again(past, template="nobody"))


def test_many_processes_do_what_one_does(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_phrase(past, "没办法")
    publish(again(past), "李", "")  # the others know the rules from the database alone
    for name in ("ALONE", "BATCH"):
        monkeypatch.setattr(f"pipeline.workflow.crew.{name}", 1)
    tally = rescore(replace(again(past), processes=2)).tally
    assert tally.placed == {Placed.NEW: 3}
    assert [totals(past, name) for name in ("rude", "polite")] == [[3], [8]]
