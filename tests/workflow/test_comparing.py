"""What a change of rules would have done: seen before it counts, and nothing stored."""

from pathlib import Path

import pytest

from pipeline.call import Medium
from pipeline.hit import Verdict
from pipeline.scoring.agreement import Share
from pipeline.scoring.rule_changes import Change, FileChange
from pipeline.storage import Store
from pipeline.workflow.comparing import compare
from pipeline.workflow.publishing import publish
from pipeline.workflow.verdict_tally import Verdicts
from tests.talk import talk
from tests.workflow.stored import (
    TEMPLATE,
    add_phrase,
    again,
    decide,
    keep,
    write,
)

TABOO = ("small", "taboo")


@pytest.fixture
def published(past: Path) -> Path:
    publish(again(past), "李", "第一版", look_at_calls=False)
    return past


def verdicts(home: Path) -> Verdicts:
    found = compare(again(home)).verdicts
    assert found is not None
    return found


def test_the_same_rules_change_nothing(published: Path) -> None:
    compared = compare(again(published))
    assert (compared.version, compared.rules) == (1, ())
    assert verdicts(published).altered == 0


def test_a_new_phrase_is_named_and_shows_who_loses_by_which_words(published: Path) -> None:
    keep(published, sulky=("坐席 1 您好", "坐席 6 那没办法"))
    add_phrase(published, "没办法")
    compared = compare(again(published))
    changed = FileChange(file="lexicons/taboo.yaml", change=Change.CHANGED, added=("没办法",))
    assert compared.rules == (changed,)
    found = verdicts(published)
    assert (found.calls, found.altered, found.worse, found.better) == (4, 1, 1, 0)
    (call,) = found.changed
    assert (call.recording, call.before, call.after) == ("/calls/sulky.wav", 8, 3)
    ((recording, example),) = found.items[TABOO].examples
    assert (recording, example.before, example.after) == (
        call.recording,
        Verdict.PASS,
        Verdict.FAIL,
    )
    assert [(hit.quote, hit.start) for hit in example.moments] == [("没办法", 6.2)]
    agent = found.agents["8001"]
    assert (agent.calls, agent.worse, agent.points) == (4, 1, -5)


def test_a_chat_is_called_by_its_name_in_the_file(published: Path) -> None:
    keep(published, K2=talk("坐席 1 您好", "坐席 6 那没办法", medium=Medium.CHAT))
    write(published, "scorecards/small.yaml", TEMPLATE.replace("voice", "chat"))
    publish(again(published), "李", "文字", look_at_calls=False)
    add_phrase(published, "没办法")
    assert [call.recording for call in verdicts(published).changed] == ["/calls/log.csv#K2"]


def test_the_customers_words_and_what_failed_before_must_not_count(published: Path) -> None:
    add_phrase(published, "没办法")  # the rude failed already, the polite customer says it
    assert verdicts(published).altered == 0


def test_a_phrase_taken_out_shows_who_gains(published: Path) -> None:
    write(published, "lexicons/taboo.yaml", "title: 禁语\nphrases: [胡说]\n")
    found = verdicts(published)
    assert (found.worse, found.better) == (0, 2)
    assert found.items[TABOO].times(Verdict.FAIL, None) == 2
    assert [hit.quote for hit in found.items[TABOO].examples[0][1].moments] == ["不清楚"]


def test_comparing_stores_nothing(published: Path) -> None:
    with Store(published) as store:
        before = [store.find(name) for name in ("rude", "polite")]
    add_phrase(published, "没办法")
    verdicts(published)
    with Store(published) as store:
        assert [store.find(name) for name in ("rude", "polite")] == before
        last = store.published()
    assert last is not None and last.version == 1


def test_a_new_item_and_a_new_template_are_told_apart_from_a_change(published: Path) -> None:
    more = "  - {id: thanks, ask: 致谢, points: 2, require: {find: phrase, lexicon: hello}}\n"
    write(published, "scorecards/small.yaml", TEMPLATE.replace("tests:", more + "tests:"))
    write(published, "scorecards/other.yaml", TEMPLATE.replace("voice", "chat"))
    compared = compare(again(published))
    assert [(c.file, c.change, c.added) for c in compared.rules] == [
        ("scorecards/other.yaml", Change.ADDED, ("taboo", "hello")),
        ("scorecards/small.yaml", Change.CHANGED, ("thanks",)),
    ]
    assert verdicts(published).altered == 0  # a new item that passes is no news


def test_a_call_that_no_template_is_for_any_more_is_told(published: Path) -> None:
    write(published, "scorecards/small.yaml", TEMPLATE.replace("voice", "chat"))
    found = verdicts(published)
    assert (found.unruled, found.altered, found.worse) == ((0, 3), 3, 0)
    assert found.changed[0].templates == ("small", "")


def test_where_people_decided_both_rules_are_held_against_them(published: Path) -> None:
    keep(published, sulky=("坐席 1 您好", "坐席 6 那没办法"))
    from pipeline.workflow.rescoring import rescore

    rescore(again(published))
    decide(published, "rude", taboo=Verdict.FAIL)
    decide(published, "rude2", taboo=Verdict.PASS)
    decide(published, "sulky", taboo=Verdict.FAIL)
    add_phrase(published, "没办法")
    found = verdicts(published)
    before, after = found.agreement(TABOO)
    assert (before.precision, before.recall) == (Share(1, 2), Share(1, 2))
    assert (after.precision, after.recall) == (Share(2, 3), Share(2, 2))
    assert found.elsewhere == 1  # sulky was decided on without any words


def test_a_last_word_of_a_person_counts_and_an_undecided_item_does_not(published: Path) -> None:
    decide(published, "rude", taboo=Verdict.FAIL)
    decide(published, "rude", taboo=Verdict.PASS)
    before, _ = verdicts(published).agreement()
    assert (before.cases, before.failures) == (1, 0)


def test_tallies_of_processes_add_up(published: Path) -> None:
    keep(published, **{f"sulky{i}": ("坐席 1 您好", "坐席 6 那没办法") for i in range(5)})
    add_phrase(published, "没办法")
    once = verdicts(published)
    twice = Verdicts()
    twice.add(once)
    twice.add(once)
    assert (twice.calls, twice.worse) == (2 * once.calls, 2 * once.worse)
    assert twice.agents["8001"].points == 2 * once.agents["8001"].points
    assert len(twice.items[TABOO].examples) == len(once.items[TABOO].examples) == 3
