"""What is kept of topics and trainings, on both databases."""

from dataclasses import replace

import pytest

from pipeline.storage import Act, Audit
from pipeline.storage.figure_records import Stretch
from pipeline.storage.gists import Gists
from pipeline.storage.topic_records import Called, Gist, Placed, StoredTopic, Training
from pipeline.storage.topics import Topics
from pipeline.storage.trainings import Trainings
from tests.databases import Database
from tests.many import LAST, calls, entry

FIRST, UNTIL = "2000-01-01", LAST.isoformat()
TOPIC = StoredTopic(number=1, name="宽带", words=(("宽带", 0.8), ("断网", 0.6)))
MADE_BY = "rules"


@pytest.fixture
def few(database: Database) -> Database:
    """Four calls, the last of which is a test call."""
    with database.store() as store:
        for number, (name, call) in enumerate(calls()):
            if number == 3:
                call = replace(call, about=replace(call.about, test_call=True))
            if number < 4:
                store.keep(entry(name, call))
    return database


def test_calls_have_a_gist_until_their_words_or_the_rules_change(few: Database) -> None:
    with Gists(few.home, few.storage) as gists:
        looked = gists.calls(FIRST, UNTIL, 10)
        assert len(looked) == gists.count(FIRST, UNTIL) == 3
        assert [one.recording for one in gists.calls(FIRST, UNTIL, 2)] == [
            one.recording for one in looked[:2]
        ]
        words = [one.transcript for one in looked]
        assert gists.missing(words, MADE_BY) == sorted(words)
        made = Gist(
            transcript=words[0],
            revision=0,
            customer=("宽带", "断网"),
            measured={"silence": 1.5},
            unanswered=((2, ("宽带",)),),
        )
        gists.put([made, replace(made, transcript=999_999)], MADE_BY)  # that one is gone
        assert list(gists.read(words)) == [made]
        assert gists.missing(words, MADE_BY) == sorted(words[1:])
        assert words[0] in gists.missing(words, "other rules")
        assert [one.cases for one in gists.unanswered(FIRST, UNTIL)] == [((2, ("宽带",)),)]
        few.rows("UPDATE spoken SET revision = 1")
        assert words[0] in gists.missing(words, MADE_BY)
        gists.keep_only(words[1:])
        assert not list(gists.read(words))


def test_topics_keep_their_name_and_calls_their_topic(few: Database) -> None:
    with Topics(few.home, few.storage) as topics, Gists(few.home, few.storage) as gists:
        numbers = [one.recording for one in gists.calls(FIRST, UNTIL, 10)]
        told: dict[int, Placed | None] = {numbers[0]: Placed(1, 1), numbers[1]: Placed(1)}
        assert topics.put([TOPIC], {**told, 999_999: Placed(1)}, ())
        (kept,) = topics.all()
        assert (kept.number, kept.name, kept.words) == (1, TOPIC.name, TOPIC.words)
        assert topics.placed(numbers) == told
        assert topics.of(1, FIRST, UNTIL) == {numbers[0]: 1, numbers[1]: None}
        again = replace(TOPIC, name="别的名字", words=(("宽带", 1.0),))
        assert topics.put([again], {numbers[0]: None}, (kept,))
        assert (topics.all()[0].name, topics.all()[0].words) == ("宽带", again.words)
        assert topics.placed(numbers) == {numbers[1]: Placed(1)}
        topics.keep_finding("news", "1")
        topics.keep_finding("news", "2")
        found = topics.finding("news")
        assert found and found[1] == "2" and topics.finding("habits") is None


def test_who_called_is_told_by_pseudonym_and_scores_by_template(few: Database) -> None:
    with Topics(few.home, few.storage) as topics:
        called = list(topics.called(FIRST, UNTIL, 10))
        assert len(called) == 4 and all(isinstance(one, Called) for one in called)
        assert [one.day for one in called] == sorted((one.day for one in called), reverse=True)
        scored = topics.scored(FIRST, "2099-01-01")
        assert len(scored) == 3 and {one.template for one in scored.values()} == {"small"}
        assert all(0 <= one.share <= 1 for one in scored.values())


def test_failing_is_counted_of_all_calls_and_trainings_are_on_record(few: Database) -> None:
    expected = []
    for name, call in list(calls())[:3]:
        drafted = entry(name, call).cards[0][0]
        expected += [item.id for item in drafted.items if item.verdict == "fail"]
    with Trainings(few.home, few.storage) as trainings:
        found = trainings.failing(Stretch())
        assert sum(found.calls.values()) == 3
        failed = [
            item for by in found.failed.values() for (_, item), n in by.items() for _ in range(n)
        ]
        assert sorted(failed) == sorted(expected)
        training = Training(
            name="开头", day="2026-11-02", items=(("small", "hello"),), agents=("8001",), by="x"
        )
        number = trainings.add(training, Act("x", "training-added", ""))
        (kept,) = trainings.all()
        assert kept == replace(training, id=number, added=kept.added)
        assert trainings.remove(number, Act("x", "training-removed", str(number)))
        assert not trainings.remove(number, Act("x", "training-removed", str(number)))
    lines = Audit(few.home, few.storage).latest(9)
    assert [line.act.action for line in lines].count("training-removed") == 1
