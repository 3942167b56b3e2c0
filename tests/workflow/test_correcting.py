"""Words and speakers put right at the desk: what is said of the call follows at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import Medium
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing, View
from pipeline.settings import Reviewing, Scoring
from pipeline.speech.sources import Source
from pipeline.storage import Audit
from pipeline.storage.review_records import Overtaken
from pipeline.storage.reviews import Reviews
from pipeline.workflow.correcting import Wording, correct, swap
from pipeline.workflow.drafting import Drafting, Known, Wish
from pipeline.workflow.reviewing import assign, confirm, mark, open_card, queue, reckoned
from tests import reviewed as given
from tests.databases import Database
from tests.reviewed import (
    INSPECTOR,
    LEAD,
    POLITE,
    QUEUE,
    SECOND,
    answer,
    comment,
    hit,
    keep,
    missed,
    rescore,
)
from tests.talk import talk

MISHEARD = ("坐席 1 您好", "客户 3 我想查话费", "坐席 6 这个我不轻处", "坐席 9 我真的不清楚")


@pytest.fixture
def reviews(database: Database) -> Iterator[Reviews]:
    with given.reviews(database) as opened:
        yield opened


def wording(text: str, turn: int = 2, first: int = 3, last: int = 6) -> Wording:
    return Wording(turn=turn, first=first, last=last, text=text)


def test_a_corrected_word_is_checked_at_once(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a", MISHEARD)
    assert open_card(reviews, INSPECTOR, card).card.total == 33
    new = correct(reviews, INSPECTOR, card, 0, wording("不清楚"))
    review = open_card(reviews, INSPECTOR, new)
    assert review.call.turns[2].text == "这个我不清楚"
    assert (review.card.total, review.revision, review.version) == (28, 1, 0)
    assert review.others == (), "what nobody had marked has made room"
    with database.store() as store:
        (result,) = store.find("a.wav")
        (stored,) = store.calls(store.numbers_of("a.wav"))
    assert result.call is not None
    assert result.call.turns[2].text == stored.call.turns[2].text == "这个我不清楚"
    assert [row.id for row in queue(reviews, INSPECTOR, QUEUE).rows] == [new]


def test_marks_that_still_hold_are_carried_by_whom_and_when_they_were_made(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", MISHEARD)
    said = [
        hit("taboo", 0, View.REJECTED, "context"),
        missed("taboo", 6, 7),
        missed("abuse", 3, 4),
        answer("answer", "pass"),
        comment("听错一处"),
    ]
    before = mark(reviews, SECOND, card, 0, said)
    new = correct(reviews, INSPECTOR, card, 5, wording("不清楚"))
    review = open_card(reviews, INSPECTOR, new)
    kept = [(one.kind.value, one.item, one.hit) for one in review.marks]
    assert kept == [
        ("hit", "taboo", 1),  # the same words, the second hit by now
        ("missed", "abuse", None),
        ("item", "answer", None),
        ("comment", "", None),
    ]  # what was missed of the taboo is found now
    assert {one.by for one in review.marks} == {"li"}
    assert review.marks[0].at == before.marks[0].at
    assert (review.version, review.standing) == (4, Standing.DRAFT)
    assert reckoned(reviews, review).rulings["taboo"].times == 1
    assert review.listed.total == reckoned(reviews, review).points.total


def test_the_old_card_leaves_the_queue_and_tells_of_the_new_one(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", MISHEARD)
    assign(reviews, LEAD, [card], INSPECTOR)
    mark(reviews, INSPECTOR, card, 0, [comment("x")])
    new = correct(reviews, INSPECTOR, card, 1, wording("不清楚"))
    assert [row.id for row in queue(reviews, INSPECTOR, QUEUE).rows] == [new]
    old = open_card(reviews, INSPECTOR, card)
    assert old.listed.replaced_by == new
    assert old.call.turns[2].text == "这个我不轻处", "as it was when it was drafted"
    with pytest.raises(Refusal) as refused:
        confirm(reviews, INSPECTOR, card, 1, Reviewing())
    assert refused.value.reason.key == "desk-review.replaced"
    confirm(reviews, INSPECTOR, new, 1, Reviewing())


def test_a_corrected_card_stays_in_the_queue_when_a_night_checks_it_again(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", MISHEARD)
    mark(reviews, INSPECTOR, card, 0, [answer("answer", "pass")])
    new = swap(reviews, INSPECTOR, card, 1)
    rescore(database, "a", "2")
    assert queue(reviews, INSPECTOR, QUEUE).total == 1
    assert new is not None
    (line,) = Audit(database.home, database.storage).latest(1)
    assert (line.act.action, line.act.target) == ("speakers-swapped", str(card))


def test_exchanged_speakers_are_checked_at_once_and_exchanged_back(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", ("坐席 1 我不清楚", "客户 3 您好"))
    before = {i.id: i.verdict for i in open_card(reviews, INSPECTOR, card).card.items}
    assert (before["taboo"], before["hello"]) == (Verdict.FAIL, Verdict.FAIL)
    new = swap(reviews, INSPECTOR, card, 0)
    after = {i.id: i.verdict for i in open_card(reviews, INSPECTOR, new).card.items}
    assert (after["taboo"], after["hello"]) == (Verdict.PASS, Verdict.PASS)
    back = swap(reviews, INSPECTOR, new, 0)
    again = {i.id: i.verdict for i in open_card(reviews, INSPECTOR, back).card.items}
    assert again == before


def test_a_private_number_that_is_typed_is_masked_and_stored_nowhere(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", POLITE)
    new = correct(reviews, INSPECTOR, card, 0, wording("电话13800138000", 1, 3, 5))
    text = open_card(reviews, INSPECTOR, new).call.turns[1].text
    assert text == "我想查电话***********"
    assert "13800138000" not in str(database.rows("SELECT body FROM revision"))


def test_a_digit_that_makes_a_number_whole_masks_all_of_it(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", ("坐席 1 您好", "客户 3 电话1380013800哦"))
    assert "1380013800" in open_card(reviews, INSPECTOR, card).call.turns[1].text
    new = correct(reviews, INSPECTOR, card, 0, wording("0", 1, 12, 13))
    assert open_card(reviews, INSPECTOR, new).call.turns[1].text == "电话***********"


@pytest.mark.parametrize(
    "wrong",
    [
        wording("好", turn=9),
        wording("好", turn=-1),
        wording("好", first=5, last=5),
        wording("好", first=0, last=99),
        wording("", first=0, last=6),
        wording("长" * 501),
    ],
)
def test_words_that_are_not_there_are_not_corrected(
    wrong: Wording, database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", MISHEARD)
    with pytest.raises(Refusal):
        correct(reviews, INSPECTOR, card, 0, wrong)
    assert open_card(reviews, INSPECTOR, card).version == 0
    assert database.count("revision") == 0


def test_nothing_is_corrected_under_somebody_elses_marks(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", MISHEARD)
    mark(reviews, SECOND, card, 0, [comment("x")])
    with pytest.raises(Overtaken):
        correct(reviews, INSPECTOR, card, 0, wording("不清楚"))
    confirm(reviews, SECOND, card, 1, Reviewing())
    with pytest.raises(Refusal) as refused:
        swap(reviews, INSPECTOR, card, 2)
    assert refused.value.reason.key == "desk-review.not-now"
    assert database.count("revision") == 0


def test_a_correction_is_on_record_without_its_words(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a", MISHEARD)
    new = correct(reviews, INSPECTOR, card, 0, wording("不清楚"))
    (line,) = Audit(database.home, database.storage).latest(1)
    assert (line.act.action, line.act.target, line.act.by) == ("words-corrected", str(card), "wang")
    assert line.act.details == {"turn": 2, "characters": 3, "card": new}


def test_a_chat_is_corrected_too(database: Database, reviews: Reviews) -> None:
    chat = talk(*MISHEARD, medium=Medium.CHAT)
    card = keep(database, "a", replace(chat, speech=None))
    new = correct(reviews, INSPECTOR, card, 0, wording("不清楚"))
    assert open_card(reviews, INSPECTOR, new).card.total == 28


@pytest.mark.parametrize(("heard", "text"), [(2, "这个我不清楚"), (1, "这个我不情楚")])
def test_a_correction_outlives_hearing_again_where_the_words_are_the_same(
    heard: int, text: str, database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", MISHEARD)
    correct(reviews, INSPECTOR, card, 0, wording("不清楚"))
    again = MISHEARD if heard == 2 else (*MISHEARD[:2], "坐席 6 这个我不情楚", *MISHEARD[3:])
    known = Known(Source("a", (Path("a.wav"),)), given.recording("a"), "f")
    with database.store() as store:
        drafting = Drafting((given.rules(),), Scoring(), store)
        entry = drafting.entry(known, replace(talk(*again), id="a"), Wish(again=True))
        assert entry.newly_heard
        store.keep(entry)
        (result,) = store.find("a.wav")
    assert result.call is not None and result.call.turns[2].text == text
    (kept, *_) = result.kept
    assert len(kept.card.items[0].evidence) == heard, "the draft is of the call as corrected"
