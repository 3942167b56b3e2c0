"""What the machine learns of decisions: versions, the order of the queue, flags that need nobody,
phrases that a lexicon lacks; and what must not come of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.insight import calibration, learning
from pipeline.insight.calibration import Threshold, measured
from pipeline.insight.learning import Learned, Model
from pipeline.refusal import Refusal
from pipeline.scoring.agreement import Share
from pipeline.scoring.review import MACHINE, Mark, Marking, Span, Standing
from pipeline.settings import Reviewing, Settings
from pipeline.storage import Act, Audit
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figures import Figures
from pipeline.storage.lesson_records import Foretold, Proposed, Settling, Taught
from pipeline.storage.lessons import Lessons
from pipeline.storage.purging import Term
from pipeline.storage.rate_sums import RateSums
from pipeline.storage.review_records import Overtaken
from pipeline.storage.review_rows import lot_of
from pipeline.storage.reviews import Reviews
from pipeline.workflow import learning as asked
from pipeline.workflow.flag_settling import settle_flags, turn
from pipeline.workflow.foretelling import body_of, foretell, known
from pipeline.workflow.learning import apply_lesson, learn
from pipeline.workflow.proposing import proposed
from pipeline.workflow.reviewing import assign, confirm, mark, next_card, undo
from tests import reviewed as given
from tests.databases import Database
from tests.reviewed import (
    DOUBTFUL,
    INSPECTOR,
    LEAD,
    POLITE,
    QUEUE,
    RUDE,
    SECOND,
    answer,
    kept,
    recording,
    rules,
)

REVIEW = Reviewing()
KEY = ("small", "taboo")
SHIRKING = ("坐席 1 您好", "客户 3 我想查话费", "坐席 6 这个不归我管", "坐席 9 您等一下")


@pytest.fixture(autouse=True)
def few_decisions_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred calls a test are too many; and the rules are the small ones."""
    for name, number in (("FEWEST", 24), ("FEWEST_OF_EACH", 6)):
        monkeypatch.setattr(learning, name, number)
    monkeypatch.setattr(calibration, "FEWEST_SETTLED", 10)
    monkeypatch.setattr(asked, "read_working_copy", lambda _: _book())


@pytest.fixture
def lessons(database: Database) -> Iterator[Lessons]:
    with Lessons(database.home, database.storage) as opened:
        yield opened


@pytest.fixture
def reviews(database: Database) -> Iterator[Reviews]:
    with given.reviews(database) as opened:
        yield opened


def _book() -> object:
    from pipeline.scoring.rulebook import rebuilt

    return rebuilt(dict(rules().files))


def settings(database: Database) -> Settings:
    return Settings(storage=database.storage)


def calls(database: Database, **lines: Sequence[str]) -> dict[str, int]:
    """Stored calls by name; their cards."""
    with database.store() as store:
        return {name: kept(store, name, said) for name, said in lines.items()}


def judge(reviews: Reviews, cards: Sequence[int], verdict: str) -> None:
    """An inspector settles the item so, and confirms."""
    for card in cards:
        saved = mark(reviews, INSPECTOR, card, 0, [answer("taboo", verdict)])
        confirm(reviews, INSPECTOR, card, saved.version, REVIEW)


def many(prefix: str, count: int, lines: Sequence[str]) -> dict[str, Sequence[str]]:
    return {f"{prefix}{n}": lines for n in range(count)}


def test_what_people_uphold_comes_before_what_they_reject_and_all_is_told(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    wait = calls(database, doubt=DOUBTFUL, rude=RUDE, polite=POLITE)
    said = calls(database, **many("a", 14, RUDE), **many("b", 14, DOUBTFUL))
    rude, doubtful = [said[f"a{n}"] for n in range(14)], [said[f"b{n}"] for n in range(14)]
    for n in range(14):  # people uphold what the machine was not sure of, and reject the rest
        judge(reviews, rude[n : n + 1], "pass")
        judge(reviews, doubtful[n : n + 1], "fail")
    before = [row.id for row in reviews.page(QUEUE, "wang").rows]
    assert before == [wait["rude"], wait["doubt"]]
    done = learn(database.home, settings(database), "zhao")
    assert done.lesson is not None and (done.fresh, done.lesson.version) == (True, 1)
    assert (done.answers, done.applied.foretold) == (28, 2)
    (taught,) = done.lesson.taught
    assert (taught.template, taught.item, taught.decisions, taught.upheld) == (*KEY, 28, 14)
    assert [row.id for row in reviews.page(QUEUE, "wang").rows] == before[::-1]
    chances = {name: lessons.probabilities(card).get("taboo") for name, card in wait.items()}
    assert (chances["doubt"] or 0) > 0.7 > 0.3 > (chances["rude"] or 1)
    assert chances["polite"] is None, "nothing was raised there"
    act = Audit(database.home, database.storage).latest(1)[0].act
    assert (act.by, act.action, act.target, act.details["decisions"]) == (
        "zhao",
        "learned",
        "1",
        28,
    )
    again = learn(database.home, settings(database), "zhao")
    assert again.lesson == done.lesson and not again.fresh and not again.applied.foretold
    undo(reviews, INSPECTOR, rude[0], 2)  # a confirmation that was taken back teaches nothing
    third = learn(database.home, settings(database), "zhao")
    assert third.lesson is not None and third.fresh and third.lesson.version == 2
    assert third.lesson.taught[0].decisions == 27
    assert [one.version for one in lessons.history(KEY)] == [2, 1]


def test_with_too_few_decisions_it_says_how_many_are_needed(
    database: Database, reviews: Reviews
) -> None:
    assert learn(database.home, settings(database), "zhao").lesson is None
    said = calls(database, **many("a", 4, RUDE), wait=RUDE)
    judge(reviews, [said["a0"]], "pass")
    judge(reviews, [said[f"a{n}"] for n in (1, 2, 3)], "fail")
    before = reviews.listed(said["wait"])
    done = learn(database.home, settings(database), "zhao")
    assert done.lesson is not None
    (taught,) = done.lesson.taught
    assert (taught.decisions, taught.needed, taught.body) == (4, 24, None)
    assert reviews.listed(said["wait"]) == before, "without a model the order stays"


def test_two_who_learn_at_a_time_keep_each_answer_once(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    card = calls(database, rude=RUDE)["rude"]
    judge(reviews, [card], "fail")
    (some,) = lessons.unanswered()  # both read it before either has kept it
    found = [kept for one in some for kept in asked._answers(one)]
    assert [one.item for one in found] == ["taboo"]
    lessons.keep_answers(found)
    lessons.keep_answers(found)
    assert len(lessons.answers(KEY)) == 1


def test_what_was_purged_while_somebody_learned_is_left_out(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    card = calls(database, rude=RUDE)["rude"]
    judge(reviews, [card], "fail")
    (some,) = lessons.unanswered()
    (found,) = (kept for one in some for kept in asked._answers(one))
    gone = card + 1_000
    lessons.keep_answers([found, replace(found, card=gone)])
    assert len(lessons.answers(KEY)) == 1
    one = Proposed(
        template="small",
        item="taboo",
        lexicon="forbidden",
        phrase="不归我管",
        marked=2,
        said=2,
        passages=2,
        more=2,
        cards=(card, gone),
    )
    version = lessons.teach((), [one, replace(one, cards=(gone,))], Act("lead", "learned", "", {}))
    assert [kept.cards for kept in lessons.proposals()] == [(card,)]
    lessons.foretell(version, [Foretold(each, {"taboo": 0.9}, 1) for each in (card, gone)])
    assert (lessons.probabilities(card), lessons.probabilities(gone)) == ({"taboo": 0.9}, {})


def a_lesson(lessons: Lessons, *reached: Threshold) -> None:
    """One by which every flag of the item is upheld with 0.97."""
    model = Model(item="taboo", version=1, decisions=9, intercept=3.5, numbers={}, words={})
    body = body_of(Learned(model, measured([(0.97, True)] * 40, 0.9), reached))
    taught = Taught(template=KEY[0], item=KEY[1], decisions=40, upheld=40, body=body)
    lessons.teach([taught], [], Act("zhao", "learned"))
    foretell(lessons)


NINETY = Threshold(0.95, Share(40, 40), 0.9)
ON = Settling(template=KEY[0], item=KEY[1], at_least=0.9, checked=0.1, by="")


def by_lot(below: bool) -> str:
    """A name whose recording is checked all the same, or is not (one in ten is)."""
    names = (f"r{n}" for n in range(1_000))
    return next(name for name in names if (lot_of(recording(name).content) < 0.1) == below)


def test_flags_are_settled_only_once_a_lead_said_so_and_never_those_that_are_checked(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    free, drawn = by_lot(False), by_lot(True)
    said = calls(database, **{free: RUDE, drawn: RUDE}, polite=POLITE)
    a_lesson(lessons, NINETY)
    assert settle_flags(lessons, reviews, REVIEW).flags == 0, "nobody turned it on"
    with pytest.raises(Refusal) as refused:
        turn(lessons, INSPECTOR, ON)
    assert refused.value.reason.key == "desk-review.not-allowed"
    with pytest.raises(Refusal) as refused:
        turn(lessons, LEAD, replace(ON, at_least=0.99))
    assert refused.value.reason.key == "learning.not-reached"
    turn(lessons, LEAD, ON)
    act = Audit(database.home, database.storage).latest(1)[0].act
    assert (act.by, act.action, act.target) == ("zhao", "settling-on", "small/taboo")
    more = replace(REVIEW, random_share=0.999)  # never in the random sample, however large
    assert settle_flags(lessons, reviews, more).flags == 0
    done = settle_flags(lessons, reviews, REVIEW)
    assert (done.flags, done.cards, done.confirmed) == (1, 1, 1)
    settled, checked = reviews.listed(said[free]), reviews.listed(said[drawn])
    assert settled is not None and (settled.state, settled.by) == (Standing.CONFIRMED, MACHINE)
    assert checked is not None and (checked.state, checked.version) == (Standing.DRAFT, 0)
    act = Audit(database.home, database.storage).latest(1)[0].act
    assert (act.by, act.action, act.target) == (MACHINE, "flags-settled", str(said[free]))
    assert list(lessons.unanswered()) == [], "what no person decided teaches nothing"
    assert settle_flags(lessons, reviews, REVIEW).flags == 0
    back = undo(reviews, INSPECTOR, said[free], 2)  # what a rule settled is anybody's to take back
    assert back.standing == Standing.DRAFT
    assert mark(reviews, INSPECTOR, said[free], 3, [answer("taboo", "pass")]).version == 4
    assert settle_flags(lessons, reviews, REVIEW).flags == 0
    turn(lessons, LEAD, replace(ON, at_least=None))
    assert lessons.settlings()[KEY].at_least is None


def test_a_card_with_another_flag_stays_with_people_and_so_does_one_that_they_touched(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    both = ("客户 3 我想查话费", "坐席 6 这个我不清楚")  # no greeting, either
    said = calls(database, **{by_lot(False): both}, touched=RUDE)
    mark(reviews, INSPECTOR, said["touched"], 0, [answer("taboo", "pass")])
    a_lesson(lessons, NINETY)
    turn(lessons, LEAD, replace(ON, checked=0.05))
    done = settle_flags(lessons, reviews, REVIEW)
    assert (done.flags, done.cards, done.confirmed) == (1, 1, 0)
    review = reviews.read(said[by_lot(False)])
    assert review is not None and review.standing == Standing.DRAFT
    assert [(one.by, one.item, one.says) for one in review.marks] == [(MACHINE, "taboo", "fail")]
    touched = reviews.listed(said["touched"])
    assert touched is not None and touched.version == 1
    confirm(reviews, INSPECTOR, said[by_lot(False)], review.version, REVIEW)
    learn(database.home, settings(database), "zhao")
    assert KEY not in lessons.answered(), "what a rule settled is nobody's decision"
    assert lessons.answered() == [(KEY[0], "hello")], "but the rest of the card is"
    with RateSums(database.home, database.storage) as sums:
        counted = sums.read(Stretch(sample=0.05))
    assert not any(stratum.judged for stratum in counted.cards), "people did not look at all of it"
    with Figures(database.home, database.storage) as figures:
        tallies = figures.items(Stretch())
    assert [tally.item for tally in tallies] == ["hello"], "a rule is never right by itself"


def test_who_opens_a_card_keeps_it_from_being_settled_and_who_comes_later_finds_it_so(
    database: Database, reviews: Reviews, lessons: Lessons, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = by_lot(False)
    card = calls(database, **{name: RUDE})[name]
    a_lesson(lessons, NINETY)
    turn(lessons, LEAD, ON)
    (draft,) = lessons.untouched([KEY], 1)
    monkeypatch.setattr(lessons, "untouched", lambda *_: [draft])
    assert next_card(reviews, INSPECTOR, QUEUE) == card, "opened behind the rule's back"
    assert settle_flags(lessons, reviews, REVIEW).flags == 0
    listed = reviews.listed(card)
    assert listed is not None and (listed.state, listed.version) == (Standing.DRAFT, 0)
    assert Audit(database.home, database.storage).latest(1)[0].act.action != "flags-settled"
    reviews.left(card, INSPECTOR.login)
    assign(reviews, LEAD, [card], SECOND)
    assert settle_flags(lessons, reviews, REVIEW).flags == 0, "given to somebody meanwhile"
    assign(reviews, LEAD, [card], None)
    assert settle_flags(lessons, reviews, REVIEW).confirmed == 1
    assert next_card(reviews, INSPECTOR, QUEUE) is None, "nothing is left to do there"
    with pytest.raises(Overtaken):
        mark(reviews, INSPECTOR, card, 0, [answer("taboo", "pass")])


def test_a_rule_falls_by_what_people_check_and_pauses_where_a_version_does_not_reach_it(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    drawn = [n for n in (f"r{n}" for n in range(300)) if lot_of(recording(n).content) < 0.1][:8]
    said = calls(database, **dict.fromkeys(drawn, RUDE), **{by_lot(False): RUDE})
    a_lesson(lessons, NINETY)
    turn(lessons, LEAD, ON)
    judge(reviews, [said[name] for name in drawn], "pass")
    done = settle_flags(lessons, reviews, REVIEW)
    assert (done.flags, done.fell) == (0, (KEY,))
    assert (lessons.settlings()[KEY].at_least, lessons.settlings()[KEY].by) == (None, MACHINE)
    act = Audit(database.home, database.storage).latest(1)[0].act
    assert (act.by, act.action) == (MACHINE, "settling-fell")
    turn(lessons, LEAD, ON)
    a_lesson(lessons)  # a version that reaches nothing
    assert settle_flags(lessons, reviews, REVIEW).flags == 0


def missing(card: int, reviews: Reviews, first: int, last: int) -> None:
    """漏判: those characters of the third turn."""
    span = Span(start=6, end=7, turn=2, first=first, last=last)
    said = Mark(kind=Marking.MISSED, by="", item="taboo", span=span)
    saved = mark(reviews, INSPECTOR, card, 0, [said])
    confirm(reviews, INSPECTOR, card, saved.version, REVIEW)


def test_what_people_marked_as_missed_is_proposed_and_goes_with_the_calls(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    said = calls(database, **many("m", 6, SHIRKING), **many("p", 6, POLITE))
    for n in range(6):
        missing(said[f"m{n}"], reviews, 2, 6)
        confirm(reviews, INSPECTOR, said[f"p{n}"], 0, REVIEW)
    done = learn(database.home, settings(database), "zhao")
    assert done.proposals == 1
    (found,) = lessons.proposals()
    assert (found.phrase, found.lexicon, found.item) == ("不归我管", "taboo", "taboo")
    assert (found.marked, found.said, found.passages, found.more) == (6, 6, 6, 6)
    assert set(found.cards) <= {said[f"m{n}"] for n in range(6)} and len(found.cards) == 3
    with database.store() as store:
        store.forget(list(store.numbers()), Term(before="2030-01-01", keep_scores=True))
    assert lessons.proposals() == [] and database.count("proposal") == 0
    assert proposed(lessons, _book()) == []  # type: ignore[arg-type]


def test_a_run_orders_what_it_made_by_what_was_learned_before(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    a_lesson(lessons, NINETY)
    said = calls(database, doubt=DOUBTFUL)
    before = reviews.listed(said["doubt"])
    applied = apply_lesson(database.home, settings(database))
    after = reviews.listed(said["doubt"])
    assert before is not None and after is not None
    assert applied.foretold == 1 and after.risk > before.risk
    assert apply_lesson(database.home, settings(database)).foretold == 0
    assert known(lessons.last()).version == 1


def test_what_a_call_is_about_is_known_of_its_flags(
    database: Database, reviews: Reviews, lessons: Lessons
) -> None:
    said = calls(database, rude=RUDE)
    database.rows("INSERT INTO topic VALUES (7, '话费', '[]', 0, 0)")
    database.rows("INSERT INTO call_topic (recording_id, topic) SELECT id, 7 FROM recording")
    judge(reviews, [said["rude"]], "fail")
    learn(database.home, settings(database), "zhao")
    (known_of_it,) = lessons.answers(KEY)
    assert known_of_it.words["topic"] == "7" and known_of_it.words["phrase"] == "不清楚"
    assert "我真的" not in str(known_of_it), "no words of the call"


def test_a_home_without_lessons_is_left_as_it_is(database: Database, tmp_path: Path) -> None:
    calls(database, rude=RUDE)
    assert apply_lesson(database.home, settings(database)).foretold == 0
    assert database.count("lesson") == database.count("foretold") == 0
