"""Topics over nights: found, kept, and gone with their calls."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.call import Reason
from pipeline.configuration.resources import folder
from pipeline.night.topics_process import find_topics
from pipeline.refusal import Refusal
from pipeline.scoring.agreement import Share
from pipeline.settings import Settings
from pipeline.settings import Topics as Bounds
from pipeline.storage import Person, Role, Store
from pipeline.storage.gists import Gists
from pipeline.storage.purging import Term
from pipeline.storage.topic_records import StoredTopic
from pipeline.storage.topics import Topics
from pipeline.workflow import gathering
from pipeline.workflow.gathering import Gathered, enough, gather
from pipeline.workflow.topic_findings import last_habits
from pipeline.workflow.topics import Told, stored, topics_of
from tests.many import DAYS, EACH, LAST, TODAY, entry, names
from tests.talk import talk

SETTINGS = Settings()
FIRST = (LAST - timedelta(days=DAYS - 1)).isoformat()


@pytest.fixture
def many(topics_home: Path, tmp_path: Path) -> Path:
    """A copy of the home with calls about three matters."""
    return Path(shutil.copytree(topics_home, tmp_path / "many"))


def found(home: Path, settings: Settings = SETTINGS) -> Gathered:
    return gather(home, settings, TODAY, lambda done, of: None)


def told(home: Path) -> Told:
    with Topics(home) as topics, Gists(home) as gists:
        seen = stored(topics, gists)
    assert seen is not None
    return seen


def test_the_first_night_looks_at_all_calls(topics_home: Path) -> None:
    with Topics(topics_home) as topics:
        assert len(topics.placed(range(1, 1_000))) == len(names())


def test_topics_are_found_counted_week_by_week_and_named_by_their_words(topics_home: Path) -> None:
    seen = told(topics_home)
    assert sum(row.calls.part for row in seen.rows) + seen.unplaced == len(names())
    assert all(sum(row.weeks) == row.calls.part for row in seen.rows)
    assert any("宽带" in row.words for row in seen.rows)
    window = seen.news.window
    assert (window.since, window.until) == (FIRST, LAST.isoformat())
    assert seen.news.whole == len(names())


def test_what_was_planted_rose_and_nothing_else(topics_home: Path) -> None:
    seen = told(topics_home)
    assert seen.rose and all("漫游" in row.words for row in seen.rose)
    rose = {one.what for one in seen.news.words}
    assert rose and rose <= {"出国", "漫游", "开通", "日本", "流量"}


def test_what_nobody_could_answer_is_told_by_topic(topics_home: Path) -> None:
    (row, gap), *others = told(topics_home).gaps
    assert row is not None and "宽带" in row.words and not others
    assert gap.unanswered == Share(EACH // 6, row.calls.part)


def test_who_called_again_is_told_by_topic(topics_home: Path) -> None:
    seen = told(topics_home)
    first = seen.again[0]
    assert "账单" in first.words or "话费" in first.words
    assert first.again is not None and first.again.part > 5
    others = [row.again.part for row in seen.rows if row.again and "余额" not in row.words]
    assert not any(others)
    assert all(row.again and row.again.part for row in seen.again), "nobody else is listed"


def test_what_good_agents_say_is_told_of_each_template(topics_home: Path) -> None:
    with Topics(topics_home) as topics:
        kept = last_habits(topics)
    assert kept is not None
    ((manners),) = kept[1]
    assert manners.template == "small" and manners.calls == len(names())
    assert any(habit.what == "来电" and habit.z > 0 for habit in manners.habits)


def test_a_second_night_keeps_numbers_and_cuts_only_what_is_new(many: Path) -> None:
    before = {row.number: row.name for row in told(many).rows}
    with Store(many) as store:
        store.keep(entry("新的", talk("坐席 1 您好", "客户 3 宽带断网要师傅检修", duration=9)))
    again = found(many)
    assert (again.cut, again.new) == (1, 0)
    after = {row.number: row.name for row in told(many).rows}
    assert len(after) >= 3 and after.items() <= before.items()


def test_of_many_calls_the_same_ones_are_drawn_again(many: Path) -> None:
    few = replace(SETTINGS, topics=Bounds(calls=120))
    assert found(many, few).calls == 120
    assert found(many, few) == Gathered(120, 0, 2, 0)
    assert told(many).news.whole == len(names())
    with Gists(many) as gists:
        kept = [one.transcript for one in gists.read(range(1, 1_000))]
    assert len(kept) == 120  # what is looked at no more has no gist


def test_words_that_people_corrected_are_cut_anew(many: Path) -> None:
    with Gists(many) as gists:
        looked = gists.calls(FIRST, LAST.isoformat(), 1_000)
        made_by = gathering._Words.of(many).made_by
        assert gists.missing([looked[0].transcript], made_by) == []
        assert gists.missing([looked[0].transcript], "other") == [looked[0].transcript]
    (many / "lexicons").mkdir()
    own = (folder("lexicons") / "unknowing.yaml").read_text("utf-8") + "\n"
    (many / "lexicons" / "unknowing.yaml").write_text(own, "utf-8")
    assert found(many).cut == len(names())


def test_topics_found_by_somebody_else_meanwhile_are_not_overwritten(many: Path) -> None:
    with Topics(many) as topics:
        known = topics.all()
        other = StoredTopic(number=99, name="别的", words=(("别的", 1.0),))
        assert topics.put([other], {}, known)
        assert not topics.put([replace(other, number=100)], {}, known)
        assert [one.number for one in topics.all()] == [1, 2, 3, 4, 99]


def test_what_is_purged_leaves_no_words_and_no_topic(many: Path) -> None:
    with Store(many) as store:
        store.forget(range(1, 1_000), Term(before="2099-01-01", keep_scores=True))
    with Gists(many) as gists, Topics(many) as topics:
        assert not list(gists.read(range(1, 1_000)))
        assert not topics.placed(range(1, 1_000))


def test_test_calls_and_too_few_calls_are_not_looked_at(home: Path) -> None:
    with Store(home) as store:
        call = talk("坐席 1 您好", "客户 3 宽带断网", duration=9)
        store.keep(entry("a", call))
        store.keep(entry("b", replace(call, about=replace(call.about, test_call=True))))
    assert not enough(home, SETTINGS, date.today())
    assert gather(home, SETTINGS, date.today(), lambda done, of: None) == Gathered(1, 1, 0, 0)


def test_who_may_not_see_topics_is_refused(topics_home: Path) -> None:
    inspector = Person(id=1, login="x", name="x", role=Role.INSPECTOR)
    with Topics(topics_home) as topics, Gists(topics_home) as gists, pytest.raises(Refusal):
        topics_of(inspector, topics, gists)


def test_a_run_finds_them_in_a_process_of_its_own(many: Path) -> None:
    answer = find_topics(many, SETTINGS, lambda: 0)
    assert isinstance(answer, Gathered) and answer.kept and answer.cut == 0


def test_a_run_is_not_harmed_where_it_takes_too_long(many: Path) -> None:
    before = told(many)
    answer = find_topics(many, replace(SETTINGS, topics=Bounds(seconds=0.0)), lambda: 0)
    assert answer == Reason("topics.too-slow")
    assert told(many) == before


def test_a_run_goes_on_where_the_lexicon_is_wrong_or_it_is_to_stop(many: Path) -> None:
    (many / "lexicons").mkdir()
    (many / "lexicons" / "unknowing.yaml").write_text("phrases: 3\n", "utf-8")
    answer = find_topics(many, SETTINGS, lambda: 0)
    assert isinstance(answer, Reason) and answer.key.startswith(("lexicon.", "yaml."))
    assert find_topics(many, SETTINGS, lambda: 1) == Reason("topics.stopped")
    assert find_topics(many, replace(SETTINGS, topics=Bounds(calls=0)), lambda: 0) is None
