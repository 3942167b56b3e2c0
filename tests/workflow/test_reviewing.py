"""A card on its way: marked, confirmed, released, acknowledged; and what must not happen to it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.review import Mark, Marking, Standing, View
from pipeline.settings import Reviewing
from pipeline.storage import Audit, Person, Placed, Role
from pipeline.storage.figures import Figures
from pipeline.storage.review_records import Overtaken, Why
from pipeline.storage.reviews import Reviews
from pipeline.workflow.figures import choices
from pipeline.workflow.reviewing import (
    acknowledge,
    assign,
    confirm,
    looking,
    mark,
    next_card,
    open_card,
    queue,
    reckoned,
    release,
    undo,
)
from tests import reviewed as given
from tests.databases import Database
from tests.reviewed import (
    AGENT,
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

SETTINGS = Reviewing()


@pytest.fixture
def reviews(database: Database) -> Iterator[Reviews]:
    with given.reviews(database) as opened:
        yield opened


def key(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.reason.key


def test_a_card_without_marks_comes_to_what_the_machine_says(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    review = open_card(reviews, INSPECTOR, card)
    assert reckoned(reviews, review).points.total == review.card.total == 28
    assert (review.standing, review.version, review.listed.raised) == (Standing.DRAFT, 0, 1)
    assert [item.id for item in review.card.items if item.evidence] == ["taboo", "hello"]


def test_a_rejected_hit_gives_its_points_back_and_the_other_stands(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    saved = mark(reviews, INSPECTOR, card, 0, [hit("taboo", 0, View.REJECTED, "quoted")])
    assert (saved.version, saved.reviewed.points.total) == (1, 33)
    saved = mark(reviews, INSPECTOR, card, 1, [hit("taboo", 1, View.REJECTED, "quoted")])
    assert (saved.version, saved.reviewed.points.total) == (2, 38)
    review = open_card(reviews, INSPECTOR, card)
    assert [one.by for one in review.marks] == ["wang", "wang"]
    assert all(one.at > 1_600_000_000_000 for one in review.marks)
    listed = review.listed
    assert (listed.total, listed.max, listed.waiting, listed.open) == (28, 28, 10, 0)
    saved = mark(reviews, INSPECTOR, card, 2, [answer("answer", "fail")])
    listed = open_card(reviews, INSPECTOR, card).listed
    assert (listed.total, listed.max, listed.waiting) == (28, 38, 0), "given, and lost"


def test_a_confirmed_card_is_frozen_with_a_decision_for_every_settled_item(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    mark(reviews, INSPECTOR, card, 0, [hit("taboo", 0, View.REJECTED, "听错字")])
    saved = confirm(reviews, INSPECTOR, card, 1, SETTINGS)
    assert saved.standing == Standing.CONFIRMED
    with database.store() as store:
        (result,) = store.find("a.wav")
    said = {one.item: (one.verdict, one.by, one.reason) for one in result.kept[0].decisions}
    assert said == {
        "taboo": (Verdict.FAIL, "wang", "听错字"),
        "hello": (Verdict.PASS, "wang", ""),
        "abuse": (Verdict.PASS, "wang", ""),
    }
    review = open_card(reviews, INSPECTOR, card)
    assert review.final is not None
    assert (review.final.total, review.final.by) == (33, "wang")
    assert review.listed.confirmed_at == review.final.at == result.kept[0].decisions[0].at
    assert review.final.rulings["taboo"].times == 1
    assert result.kept[0].settled == review.final.rulings


def test_nothing_can_be_marked_on_a_confirmed_card(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a")
    confirm(reviews, INSPECTOR, card, 0, SETTINGS)
    for again in (
        lambda: mark(reviews, INSPECTOR, card, 1, [hit("taboo", 0, View.REJECTED)]),
        lambda: confirm(reviews, INSPECTOR, card, 1, SETTINGS),
        lambda: acknowledge(reviews, AGENT, card, 1),
    ):
        with pytest.raises(Refusal) as refused:
            again()
        assert key(refused) in ("desk-review.not-now", "desk-review.no-card")


def test_a_confirmation_can_be_taken_back_and_what_it_decided_with_it(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    confirm(reviews, INSPECTOR, card, 0, SETTINGS)
    saved = undo(reviews, INSPECTOR, card, 1)
    assert saved.standing == Standing.DRAFT
    review = open_card(reviews, INSPECTOR, card)
    assert review.final is None and review.listed.by == ""
    assert (review.standing, database.count("decision")) == (Standing.DRAFT, 0)
    assert next_card(reviews, INSPECTOR, QUEUE) == card
    confirm(reviews, INSPECTOR, card, saved.version, SETTINGS)
    assert database.count("decision") == 3


def test_a_released_card_cannot_be_taken_back(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a")
    confirm(reviews, INSPECTOR, card, 0, SETTINGS)
    release(reviews, LEAD, card, 1)
    for who in (INSPECTOR, LEAD):
        with pytest.raises(Refusal) as refused:
            undo(reviews, who, card, 2)
        assert key(refused) == "desk-review.not-now"
    assert open_card(reviews, LEAD, card).standing == Standing.RELEASED


def test_another_persons_confirmation_is_not_ones_own_to_take_back(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    mark(reviews, SECOND, card, 0, [comment("听了两遍")])
    confirm(reviews, INSPECTOR, card, 1, SETTINGS)
    with pytest.raises(Refusal) as refused:
        undo(reviews, SECOND, card, 2)
    assert key(refused) == "desk-review.nothing-to-undo"


def test_an_agent_sees_the_own_card_once_it_is_released_and_acknowledges_it(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    with pytest.raises(Refusal) as refused:
        open_card(reviews, AGENT, card)
    assert key(refused) == "desk-review.no-card"
    confirm(reviews, INSPECTOR, card, 0, replace(SETTINGS, release_at_once=True))
    assert open_card(reviews, AGENT, card).version == 2
    saved = acknowledge(reviews, AGENT, card, 2)
    assert saved.standing == Standing.ACKNOWLEDGED
    listed = open_card(reviews, AGENT, card).listed
    assert listed.confirmed_at == listed.released_at
    assert listed.acknowledged_at is not None and listed.total == 18


@pytest.mark.parametrize("agent", ["8002", ""])
def test_an_agent_must_not_see_anothers_card(
    agent: str, database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    confirm(reviews, INSPECTOR, card, 0, replace(SETTINGS, release_at_once=True))
    other = replace(AGENT, agent=agent)
    with pytest.raises(Refusal) as refused:
        open_card(reviews, other, card)
    assert key(refused) == "desk-review.no-card"
    assert queue(reviews, other, replace(QUEUE, queued=False)).total == 0
    assert queue(reviews, AGENT, replace(QUEUE, queued=False)).total == 1


def test_the_second_to_save_is_told_what_the_first_has_said_and_overwrites_nothing(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    mark(reviews, INSPECTOR, card, 0, [hit("taboo", 0, View.REJECTED)])
    with pytest.raises(Overtaken) as overtaken:
        mark(reviews, SECOND, card, 0, [hit("taboo", 0, View.UPHELD)])
    assert overtaken.value.version == 1
    assert [(one.by, one.says) for one in overtaken.value.marks] == [("wang", "rejected")]
    with pytest.raises(Overtaken):
        confirm(reviews, SECOND, card, 0, SETTINGS)
    assert len(open_card(reviews, SECOND, card).marks) == 1


def test_a_card_with_a_mark_does_not_make_room_and_one_without_does(
    database: Database, reviews: Reviews
) -> None:
    marked, bare = keep(database, "a"), keep(database, "b")
    mark(reviews, INSPECTOR, marked, 0, [comment("再听")])
    assert rescore(database, "a", "2") == Placed.BESIDE
    assert rescore(database, "b", "2") == Placed.NEW
    assert open_card(reviews, INSPECTOR, marked).marks[0].text == "再听"
    with pytest.raises(Refusal) as refused:
        open_card(reviews, INSPECTOR, bare)
    assert key(refused) == "desk-review.no-card"
    page = queue(reviews, INSPECTOR, QUEUE)
    assert page.total == 2, "of the marked call the new draft is not for the queue as well"
    assert marked in {row.id for row in page.rows}


def test_what_is_asked_of_a_draft_goes_over_to_the_one_that_takes_its_place(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a", POLITE)
    assert assign(reviews, LEAD, [card], INSPECTOR) == 1
    rescore(database, "a", "2")
    (row,) = queue(reviews, INSPECTOR, QUEUE).rows
    assert (row.why, row.assigned) == (Why.ASSIGNED, "wang") and row.id != card
    assert queue(reviews, SECOND, QUEUE).total == 0


def test_a_call_that_was_judged_is_asked_about_again_only_where_something_changed(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    confirm(reviews, INSPECTOR, card, 0, SETTINGS)
    assert rescore(database, "a", "2") == Placed.BESIDE
    assert queue(reviews, INSPECTOR, QUEUE).total == 0


def test_the_queue_has_the_gravest_first_and_what_nothing_was_found_in_only_by_lot(
    database: Database, reviews: Reviews
) -> None:
    polite = keep(database, "polite", POLITE)
    rude = keep(database, "rude")
    abusive = keep(database, "abusive", ("坐席 1 您好", "坐席 6 你这个笨蛋"))
    doubtful = keep(database, "doubtful", given.DOUBTFUL)
    page = queue(reviews, INSPECTOR, QUEUE)
    assert [row.id for row in page.rows] == [abusive, rude, doubtful]
    assert [row.why for row in page.rows] == [Why.FLAGGED] * 3
    everything = queue(reviews, INSPECTOR, replace(QUEUE, share=1.0))
    assert [row.id for row in everything.rows] == [abusive, rude, doubtful, polite]
    assert everything.rows[-1].why == Why.RANDOM and all(row.random for row in everything.rows)


def test_the_next_card_is_never_the_one_that_another_has_open(
    database: Database, reviews: Reviews
) -> None:
    first, second, third = (keep(database, name) for name in "abc")
    assert looking(reviews, SECOND, first) == ()
    assert looking(reviews, INSPECTOR, first) == ("li",)
    assert next_card(reviews, INSPECTOR, QUEUE) == second
    assert next_card(reviews, INSPECTOR, QUEUE, after=second) == third
    assert next_card(reviews, INSPECTOR, QUEUE, after=third) == second
    assert next_card(reviews, SECOND, QUEUE, after=third) == first  # second is another's by now
    reviews.left(first, "li")
    reviews.left(first, "wang")
    assert next_card(reviews, INSPECTOR, QUEUE, after=third) == first


def test_after_the_last_there_is_none(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a")
    assert next_card(reviews, INSPECTOR, QUEUE, after=card) is None
    confirm(reviews, INSPECTOR, card, 0, SETTINGS)
    assert next_card(reviews, INSPECTOR, QUEUE) is None


def test_the_recordings_of_the_agent_around_a_problem_call_are_queued_and_no_others(
    database: Database, reviews: Reviews
) -> None:
    def at(hour: int, name: str, **about: str) -> int:
        lines = given.RUDE if name == "bad" else POLITE
        return keep(database, name, lines, started=f"2026-11-02T{hour:02}:00:00", **about)

    far, before = at(8, "far"), at(9, "before")
    others = at(9, "others", agent="8002")
    bad, after, late = at(10, "bad"), at(11, "after"), at(12, "late")
    assert queue(reviews, INSPECTOR, QUEUE).total == 1
    confirm(reviews, INSPECTOR, bad, 0, SETTINGS)
    rows = queue(reviews, INSPECTOR, QUEUE).rows
    assert {row.id for row in rows} == {before, after}
    assert {row.why for row in rows} == {Why.NEIGHBOUR}
    assert not {far, others, late} & {row.id for row in rows}


def test_a_confirmation_taken_back_takes_the_neighbours_that_nobody_touched_with_it(
    database: Database, reviews: Reviews
) -> None:
    def at(minute: int, name: str, lines: Sequence[str] = POLITE) -> int:
        return keep(database, name, lines, started=f"2026-11-02T09:{minute:02}:00")

    looked, marked, given_away = at(1, "looked"), at(2, "marked"), at(3, "given")
    free, bad, bad2 = at(4, "free"), at(5, "bad", given.RUDE), at(9, "bad2", given.RUDE)
    both = at(7, "both")
    wide = replace(SETTINGS, neighbours=4)
    confirm(reviews, INSPECTOR, bad, 0, wide)
    confirm(reviews, SECOND, bad2, 0, replace(SETTINGS, neighbours=1))
    asked = {looked, marked, given_away, free, both}
    assert {row.id for row in queue(reviews, INSPECTOR, QUEUE).rows} == asked
    looking(reviews, SECOND, looked)
    mark(reviews, SECOND, marked, 0, [comment("听过")])
    assign(reviews, LEAD, [given_away], INSPECTOR)
    undo(reviews, INSPECTOR, bad, 1)
    left = {row.id for row in queue(reviews, INSPECTOR, QUEUE).rows} - {bad}
    assert left == asked - {free}
    (line, *_) = Audit(database.home, database.storage).latest(1)
    assert dict(line.act.details) == {"unqueued": 1}
    confirm(reviews, INSPECTOR, bad, 2, wide)
    assert free in {row.id for row in queue(reviews, INSPECTOR, QUEUE).rows}, "as at first"


def test_the_neighbours_of_a_call_that_lost_little_are_left_alone(
    database: Database, reviews: Reviews
) -> None:
    keep(database, "before", POLITE, started="2026-11-02T08:00:00")
    card = keep(database, "a")
    confirm(reviews, INSPECTOR, card, 0, replace(SETTINGS, problem_share=0.5))
    assert queue(reviews, INSPECTOR, QUEUE).total == 0


def test_an_inspector_of_a_team_meets_its_calls_only(database: Database, reviews: Reviews) -> None:
    mine, other = keep(database, "a", team="一组"), keep(database, "b", team="二组")
    person = replace(INSPECTOR, teams=("一组",))
    assert [row.id for row in queue(reviews, person, QUEUE).rows] == [mine]
    assert [row.id for row in queue(reviews, person, replace(QUEUE, team="二组")).rows] == []
    assert next_card(reviews, person, QUEUE, after=mine) is None
    for act in (open_card, looking):
        with pytest.raises(Refusal) as refused:
            act(reviews, person, other)
        assert key(refused) == "desk-review.no-card"
    with pytest.raises(Refusal) as refused:
        mark(reviews, person, other, 0, [comment("x")])
    assert key(refused) == "desk-review.no-card"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_who_sees_sums_or_people_sees_no_call(
    role: Role, database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    person = Person(id=9, login="x", name="x", role=role)
    for act in (
        lambda: open_card(reviews, person, card),
        lambda: queue(reviews, person, replace(QUEUE, queued=False)),
        lambda: mark(reviews, person, card, 0, [comment("x")]),
        lambda: release(reviews, person, card, 0),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert key(refused) == "desk-review.not-allowed"


@pytest.mark.parametrize(
    "bad",
    [
        hit("taboo", 2, View.REJECTED),
        hit("taboo", None, View.REJECTED),
        hit("hello", 0, View.REJECTED),  # well, and so no claim
        hit("nothing", 0, View.REJECTED),
        hit("answer", None, View.UPHELD),  # people answer it as a whole
        Mark(kind=Marking.HIT, by="", item="taboo", hit=0, says="perhaps"),
        answer("answer", "unsure"),
        answer("answer", "crashed"),
        comment("  "),
        comment("长" * 2_001),
        Mark(kind=Marking.MISSED, by="", item="taboo"),
        missed("taboo", 6, 4),
        missed("taboo", 6, 9_999),
        Mark(kind=Marking.STEP, by="", says="released"),
        Mark(kind=Marking.UNDO, by="", undoes=1),
    ],
)
def test_a_mark_that_points_at_nothing_is_refused(
    bad: Mark, database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    with pytest.raises(Refusal) as refused:
        mark(reviews, INSPECTOR, card, 0, [comment("好"), bad])
    assert key(refused).startswith("desk-review.")
    assert open_card(reviews, INSPECTOR, card).version == 0


def test_private_numbers_are_masked_in_what_people_write(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    said = [
        comment("客户电话 13800138000，请回访"),
        hit("taboo", 0, View.REJECTED, "手机13800138000"),
    ]
    mark(reviews, INSPECTOR, card, 0, said)
    assert "13800138000" not in str(database.rows("SELECT body FROM mark"))
    assert "请回访" in open_card(reviews, INSPECTOR, card).marks[0].text


def test_what_no_database_takes_and_no_page_should_show_is_left_out(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    said = [comment("一\x00二\ud83d三\u202e四\n五"), hit("taboo", 0, View.REJECTED, "\x07响")]
    mark(reviews, INSPECTOR, card, 0, said)
    first, second = open_card(reviews, INSPECTOR, card).marks
    assert (first.text, second.reason) == ("一 二 三 四\n五", " 响")


def test_every_act_is_on_record_without_words_of_the_call_or_of_people(
    database: Database, reviews: Reviews
) -> None:
    card = keep(database, "a")
    open_card(reviews, INSPECTOR, card)
    mark(reviews, INSPECTOR, card, 0, [comment("她说不清楚"), missed("abuse")])
    undo(reviews, INSPECTOR, card, 2)
    confirm(reviews, INSPECTOR, card, 3, SETTINGS)
    undo(reviews, INSPECTOR, card, 4)
    confirm(reviews, INSPECTOR, card, 5, SETTINGS)
    release(reviews, LEAD, card, 6)
    assign(reviews, LEAD, [card], SECOND)
    lines = Audit(database.home, database.storage).latest(20)
    assert [line.act.action for line in reversed(lines)] == [
        "viewed",
        "marked",
        "mark-withdrawn",
        "confirmed",
        "confirmation-withdrawn",
        "confirmed",
        "released",
        "assigned",
    ]
    assert {line.act.target for line in lines} == {str(card), "li"}
    assert not [line for line in lines if "不清楚" in str(line.act)]
    assert Audit(database.home, database.storage).verify().whole


def test_what_was_not_written_leaves_no_line(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a")
    mark(reviews, INSPECTOR, card, 0, [comment("一")])
    with pytest.raises(Overtaken):
        mark(reviews, SECOND, card, 0, [comment("二")])
    assert database.count("audit") == 1


def test_cards_are_given_only_to_who_reviews_them(database: Database, reviews: Reviews) -> None:
    card = keep(database, "a", team="一组")
    with pytest.raises(Refusal):
        assign(reviews, LEAD, [card], AGENT)
    with pytest.raises(Refusal):
        assign(reviews, INSPECTOR, [card], SECOND)
    assert assign(reviews, LEAD, [card], replace(SECOND, teams=("二组",))) == 0
    assert assign(reviews, LEAD, [card], SECOND) == 1
    assert queue(reviews, INSPECTOR, QUEUE).total == 0
    assert assign(reviews, LEAD, [card], None) == 1
    assert queue(reviews, INSPECTOR, QUEUE).total == 1


def test_a_card_whose_rules_cannot_be_read_any_more_is_refused_in_words(
    database: Database, reviews: Reviews
) -> None:
    from pipeline.workflow import rules

    card = keep(database, "a")
    database.rows("UPDATE ruleset SET texts = '{}'")
    rules._KNOWN.clear()
    with pytest.raises(Refusal) as refused:
        mark(reviews, INSPECTOR, card, 0, [comment("x")])
    assert key(refused) == "rules.unreadable"


def test_lists_open_where_rules_cannot_be_read_any_more_and_name_those_that_can(
    database: Database,
) -> None:
    from pipeline.workflow import rules

    keep(database, "a")
    with Figures(database.home, database.storage) as figures, database.store() as store:
        rules._KNOWN.clear()
        assert set(choices(figures, store, None).templates) == {"small"}
        database.rows("UPDATE ruleset SET texts = '{}'")
        rules._KNOWN.clear()
        found = choices(figures, store, None)
    assert (found.templates, found.items) == ({}, {}) and found.agents
