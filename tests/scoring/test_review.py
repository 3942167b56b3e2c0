"""What people mark, and what a card comes to by it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.call import Reason, Speaker
from pipeline.hit import Hit, Kind, Verdict
from pipeline.scoring.condition import Condition, Every, Find, Some
from pipeline.scoring.points import Ruling, points
from pipeline.scoring.reckoning import Reviewed, claims, reviewed
from pipeline.scoring.review import (
    Mark,
    Marking,
    Span,
    Standing,
    View,
    in_force,
    last_undoable,
    standing_of,
)
from pipeline.scoring.risk import people_judge, rank
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.template import Fatal, Item, Rule, Scale, Section, Template

PASS, FAIL, UNSURE, NOT_APPLICABLE, CRASHED = Verdict
UP, NO, DOUBT = View.UPHELD, View.REJECTED, View.DOUBTED
PHRASE = Find(detector="phrase")
FORBIDDEN = Rule(forbid=PHRASE)
REQUIRED = Rule(require=PHRASE)


def item(name: str = "i", rule: Rule | None = FORBIDDEN, **more: object) -> Item:
    return Item(id=name, ask="问", rule=rule, **{"points": 10.0, **more})  # type: ignore[arg-type]


def hits(count: int) -> tuple[Hit, ...]:
    return tuple(
        Hit(start=i, end=i + 1, speaker=Speaker.AGENT, what="x", kind=Kind.WORD)
        for i in range(count)
    )


def result(of: Item, verdict: Verdict, count: int = 0, times: int = 0) -> ItemResult:
    people = of.rule is None
    return ItemResult(
        id=of.id,
        ask="问",
        section=of.section,
        verdict=verdict,
        points_lost=0,
        at_stake=0,
        max=of.most,
        reason=Reason("scoring.person-answers" if people else "scoring.found"),
        evidence=hits(count),
        times=times or max(1, count),
        fatal=of.fatal,
    )


def drafted(
    *rows: tuple[Item, ItemResult], scale: Scale = Scale.DEDUCT, sections: tuple[Section, ...] = ()
) -> tuple[Scorecard, Template]:
    """A card as a machine drafts it, and its template."""
    items = tuple(of for of, _ in rows)
    template = Template(
        name="t", title="t", version="1", scale=scale, items=items, sections=sections
    )
    rulings = {one.id: Ruling(one.verdict, one.times) for _, one in rows}
    counted = points(template, rulings)
    card = Scorecard(
        call_id="c",
        template="t",
        title="t",
        version="1",
        ruleset="r",
        scale=scale.value,
        total=counted.total,
        max=counted.max,
        at_stake=counted.at_stake,
        fatal=counted.fatal,
        sections=counted.sections,
        items=tuple(
            replace(
                one,
                points_lost=counted.items[one.id].lost,
                at_stake=counted.items[one.id].at_stake,
                max=counted.items[one.id].max,
            )
            for _, one in rows
        ),
    )
    return card, template


def numbered(*marks: Mark) -> tuple[Mark, ...]:
    return tuple(replace(mark, number=number) for number, mark in enumerate(marks, 1))


def on_hit(number: int | None, view: View, name: str = "i", by: str = "wang") -> Mark:
    return Mark(kind=Marking.HIT, by=by, item=name, hit=number, says=view.value)


def on_item(verdict: Verdict, name: str = "i") -> Mark:
    return Mark(kind=Marking.ITEM, by="wang", item=name, says=verdict.value)


def missed(name: str = "i") -> Mark:
    return Mark(kind=Marking.MISSED, by="wang", item=name, span=Span(start=1, end=2))


def undo(number: int) -> Mark:
    return Mark(kind=Marking.UNDO, by="wang", undoes=number)


def step(standing: Standing) -> Mark:
    return Mark(kind=Marking.STEP, by="wang", says=standing.value)


def of_one(of: Item, drawn: ItemResult, *marks: Mark) -> Reviewed:
    card, template = drafted((of, drawn))
    return reviewed(card, template, numbered(*marks))


def verdict(of: Item, drawn: ItemResult, *marks: Mark) -> Verdict:
    return of_one(of, drawn, *marks).rulings[of.id].verdict


@pytest.mark.parametrize(
    ("machine", "views", "comes_to"),
    [
        (FAIL, {}, FAIL),
        (FAIL, {0: UP}, FAIL),
        (FAIL, {0: NO}, FAIL),  # the other one stands
        (FAIL, {0: NO, 1: NO}, PASS),
        (FAIL, {0: NO, 1: DOUBT}, UNSURE),
        (FAIL, {0: DOUBT, 1: DOUBT}, UNSURE),
        (FAIL, {0: DOUBT}, FAIL),
        (FAIL, {0: NO, 1: UP}, FAIL),
        (UNSURE, {}, UNSURE),
        (UNSURE, {0: UP}, FAIL),
        (UNSURE, {0: NO}, UNSURE),  # nobody has said what the other one is
        (UNSURE, {0: NO, 1: NO}, PASS),
        (UNSURE, {0: NO, 1: DOUBT}, UNSURE),
        (UNSURE, {0: UP, 1: NO}, FAIL),
    ],
)
def test_hits_of_what_is_forbidden_fail_one_by_one(
    machine: Verdict, views: dict[int, View], comes_to: Verdict
) -> None:
    of = item()
    marks = [on_hit(number, view) for number, view in views.items()]
    assert verdict(of, result(of, machine, 2), *marks) == comes_to


@pytest.mark.parametrize(
    ("machine", "view", "comes_to"),
    [
        *((FAIL, UP, FAIL), (FAIL, NO, PASS), (FAIL, DOUBT, UNSURE)),
        *((UNSURE, UP, FAIL), (UNSURE, NO, PASS), (UNSURE, DOUBT, UNSURE)),
        *((CRASHED, UP, FAIL), (CRASHED, NO, PASS), (CRASHED, DOUBT, CRASHED)),
    ],
)
def test_what_was_raised_without_a_hit_is_one_claim(
    machine: Verdict, view: View, comes_to: Verdict
) -> None:
    of = item(rule=REQUIRED)
    assert verdict(of, result(of, machine), on_hit(None, view)) == comes_to


def test_a_real_greeting_among_doubtful_ones_settles_that_it_was_said() -> None:
    of = item(rule=REQUIRED)
    doubtful = result(of, UNSURE, 3)
    assert verdict(of, doubtful, on_hit(1, NO)) == PASS
    assert verdict(of, doubtful, on_hit(1, UP)) == FAIL
    assert verdict(of, doubtful, on_hit(1, NO), on_hit(2, UP)) == FAIL, "the last word counts"


@pytest.mark.parametrize(
    "together",
    [
        Every((PHRASE, PHRASE)),
        Some((PHRASE, PHRASE), at_least=2),
        replace(PHRASE, different=2),
        replace(PHRASE, at_least=2, in_one_turn=True),
    ],
)
def test_hits_that_make_a_failure_only_together_are_one_claim(together: Condition) -> None:
    of = item(rule=Rule(forbid=together))
    assert verdict(of, result(of, FAIL, 3), on_hit(2, NO)) == PASS
    assert verdict(of, result(of, FAIL, 3), on_hit(2, UP)) == FAIL


def test_fewer_hits_than_the_rule_wants_are_no_failure() -> None:
    of = item(rule=Rule(forbid=replace(PHRASE, at_least=3)))
    four = result(of, FAIL, 4)
    assert verdict(of, four, on_hit(0, NO)) == FAIL
    assert verdict(of, four, on_hit(0, NO), on_hit(1, NO)) == PASS
    assert verdict(of, four, on_hit(0, NO), on_hit(1, DOUBT)) == UNSURE


@pytest.mark.parametrize(("rejected", "lost"), [(0, 12), (1, 8), (2, 4), (3, 0)])
def test_an_item_that_costs_per_hit_gives_back_what_was_rejected(
    rejected: int, lost: float
) -> None:
    of = item(points=4.0, per_hit=True, cap=20.0)
    marks = [on_hit(number, NO) for number in range(rejected)]
    assert of_one(of, result(of, FAIL, 3), *marks).points.items["i"].lost == lost


def test_of_doubtful_hits_only_those_cost_that_a_person_upheld() -> None:
    of = item(points=4.0, per_hit=True, cap=20.0)
    found = of_one(of, result(of, UNSURE, 3), on_hit(0, UP), on_hit(2, UP))
    assert found.points.items["i"].lost == 8


@pytest.mark.parametrize(
    ("machine", "count", "lost"),
    [(PASS, 0, 8), (FAIL, 2, 16), (UNSURE, 2, 8), (NOT_APPLICABLE, 0, 8)],
)
def test_what_was_missed_counts_beside_what_the_machine_was_sure_of(
    machine: Verdict, count: int, lost: float
) -> None:
    of = item(points=4.0, per_hit=True, cap=20.0)
    found = of_one(of, result(of, machine, count), missed(), missed())
    assert found.rulings["i"].verdict == FAIL and found.points.items["i"].lost == lost
    assert len(found.missed) == 2


def test_the_later_of_an_answer_and_a_miss_counts() -> None:
    of = item()
    well = result(of, PASS)
    assert verdict(of, well, missed(), on_item(PASS)) == PASS
    assert verdict(of, well, on_item(PASS), missed()) == FAIL
    assert verdict(of, well, missed(), on_item(NOT_APPLICABLE)) == NOT_APPLICABLE
    assert of_one(of, well, missed(), on_item(PASS)).missed == ()
    assert len(of_one(of, well, missed(), on_item(FAIL)).missed) == 1


def test_an_answer_to_the_whole_item_settles_its_hits_and_a_word_on_one_opens_them_again() -> None:
    of = item()
    failed = result(of, FAIL, 2)
    assert verdict(of, failed, on_hit(0, UP), on_item(PASS)) == PASS
    assert verdict(of, failed, on_item(PASS), on_hit(0, NO)) == FAIL
    found = of_one(of, failed, on_hit(0, NO), on_item(PASS))
    assert set(found.answers) == {("i", None)}


@pytest.mark.parametrize("answer", [PASS, FAIL, NOT_APPLICABLE])
def test_what_only_people_judge_has_no_claims_and_takes_an_answer(answer: Verdict) -> None:
    of = item(rule=None)
    asked = result(of, UNSURE)
    assert people_judge(asked) and claims(asked) == ()
    assert of_one(of, asked).unanswered == ("i",) and of_one(of, asked).open == ()
    found = of_one(of, asked, on_item(answer))
    assert (found.rulings["i"].verdict, found.unanswered) == (answer, ())


def test_what_is_well_makes_no_claim() -> None:
    assert claims(result(item(), PASS, 2)) == ()
    assert claims(result(item(), FAIL, 2)) == (0, 1)
    assert claims(result(item(), UNSURE)) == (None,)


def test_open_is_what_nobody_has_settled() -> None:
    of = item()
    assert of_one(of, result(of, UNSURE, 1)).open == ("i",)
    assert of_one(of, result(of, FAIL, 1)).open == ()
    assert of_one(of, result(of, FAIL, 1), on_hit(0, DOUBT)).open == ("i",)
    assert of_one(of, result(of, UNSURE, 1), on_hit(0, NO)).open == ()


def test_what_was_taken_back_counts_no_more_and_an_undo_taken_back_counts_nothing() -> None:
    first, second = on_hit(0, NO), on_hit(1, NO)
    of = item()
    failed = result(of, FAIL, 2)
    assert verdict(of, failed, first, second) == PASS
    assert verdict(of, failed, first, second, undo(2)) == FAIL
    assert verdict(of, failed, first, second, undo(2), undo(3)) == PASS
    assert verdict(of, failed, first, second, undo(2), undo(3), undo(4)) == FAIL


def test_the_word_before_counts_again_where_the_last_is_taken_back() -> None:
    of = item()
    marks = on_hit(0, UP), on_hit(0, NO), undo(2)
    assert verdict(of, result(of, UNSURE, 1), *marks) == FAIL


def test_people_take_back_their_own_last_mark_only() -> None:
    mine, other = on_hit(0, NO), on_hit(0, UP, by="li")
    marks = numbered(mine, other)
    found = last_undoable(marks, "wang")
    assert found is not None and found.number == 1
    assert last_undoable(numbered(mine, other, undo(1)), "wang") is None
    assert last_undoable(marks, "zhao") is None


def test_a_card_stands_where_its_last_step_that_counts_says() -> None:
    confirmed, released = step(Standing.CONFIRMED), step(Standing.RELEASED)
    assert standing_of(()) == Standing.DRAFT
    assert standing_of(numbered(confirmed)) == Standing.CONFIRMED
    assert standing_of(numbered(confirmed, undo(1))) == Standing.DRAFT
    assert standing_of(numbered(confirmed, released)) == Standing.RELEASED


def test_an_item_goes_with_the_one_that_it_rests_on() -> None:
    first = item("first")
    rests = item("rests", depends=("first", frozenset({FAIL})))
    card, template = drafted((first, result(first, FAIL, 1)), (rests, result(rests, FAIL, 1)))

    def after(*marks: Mark) -> Verdict:
        return reviewed(card, template, numbered(*marks)).rulings["rests"].verdict

    assert after() == FAIL
    assert after(on_hit(0, NO, "first")) == NOT_APPLICABLE
    assert after(on_hit(0, NO, "first"), on_hit(0, UP, "rests")) == FAIL, "a person has answered"


def test_an_item_whose_occasion_a_person_found_is_asked_of_people() -> None:
    first = item("first")
    rests = item("rests", depends=("first", frozenset({FAIL})))
    card, template = drafted((first, result(first, PASS)), (rests, result(rests, NOT_APPLICABLE)))
    found = reviewed(card, template, numbered(missed("first")))
    assert found.rulings["rests"].verdict == UNSURE and found.open == ("rests",)
    settled = reviewed(card, template, numbered(missed("first"), on_item(PASS, "rests")))
    assert settled.rulings["rests"].verdict == PASS


def test_a_fatal_item_that_is_rejected_gives_the_card_back() -> None:
    of, other = item(fatal=Fatal.CARD), item("j")
    card, template = drafted((of, result(of, FAIL, 1)), (other, result(other, PASS)))
    assert (card.total, card.fatal) == (0, ("i",))
    found = reviewed(card, template, numbered(on_hit(0, NO)))
    assert (found.points.total, found.points.fatal) == (20, ())


def test_fatal_comes_before_doubtfully_fatal_before_points() -> None:
    def ranked(of: Item, drawn: ItemResult) -> int:
        many = item("many", points=90.0)
        return rank(drafted((of, drawn), (many, result(many, PASS)))[0])

    fatal, costly, cheap = item(fatal=Fatal.CARD), item(points=50.0), item(points=1.0)
    order = [
        ranked(fatal, result(fatal, FAIL, 1)),
        ranked(fatal, result(fatal, UNSURE, 1)),
        ranked(costly, result(costly, FAIL, 1)),
        ranked(costly, result(costly, UNSURE, 1)),
        ranked(cheap, result(cheap, FAIL, 1)),
        ranked(cheap, result(cheap, PASS)),
    ]
    assert order == sorted(order, reverse=True) and len(set(order)) == len(order)
    assert order[-1] == 0 and order[0] < 2**31


RULES = st.sampled_from(
    [FORBIDDEN, REQUIRED, None, Rule(forbid=replace(PHRASE, at_least=2)), Rule(for_each="x")]
)


@st.composite
def cards(draw: st.DrawFn) -> tuple[Scorecard, Template]:
    rows = []
    sections = draw(
        st.sampled_from([(), (Section(id="a", title="甲"), Section(id="b", title="乙"))])
    )
    for number in range(draw(st.integers(1, 5))):
        rule = draw(RULES)
        of = item(
            f"i{number}",
            rule,
            section=draw(st.sampled_from("ab")) if sections else "",
            points=float(draw(st.integers(0, 20))),
            per_hit=draw(st.booleans()),
            cap=draw(st.sampled_from([None, 15.0])),
            fatal=draw(st.sampled_from([None, *Fatal])),
            bonus=float(draw(st.integers(0, 2))),
        )
        machine = UNSURE if rule is None else draw(st.sampled_from(list(Verdict)))
        rows.append((of, result(of, machine, 0 if rule is None else draw(st.integers(0, 3)))))
    return drafted(*rows, scale=draw(st.sampled_from(list(Scale))), sections=sections)


@given(cards())
def test_without_marks_a_card_comes_to_its_own_points(made: tuple[Scorecard, Template]) -> None:
    card, template = made
    found = reviewed(card, template, ())
    assert (found.points.total, found.points.max) == (card.total, card.max)
    assert (found.points.fatal, found.points.sections) == (card.fatal, card.sections)
    assert found.points.at_stake == card.at_stake
    for one in card.items:
        assert found.points.items[one.id].lost == one.points_lost


@given(cards(), st.data())
def test_marks_that_are_all_taken_back_change_nothing(
    made: tuple[Scorecard, Template], data: st.DataObject
) -> None:
    card, template = made
    marks: list[Mark] = []
    for one in card.items:
        for claim in claims(one):
            marks.append(on_hit(claim, data.draw(st.sampled_from(list(View))), one.id))
        marks += data.draw(st.sampled_from([[], [missed(one.id)], [on_item(FAIL, one.id)]]))
    undone = [undo(number) for number in range(len(marks), 0, -1)]
    found = reviewed(card, template, numbered(*marks, *undone))
    assert found == reviewed(card, template, ())
    assert in_force(numbered(*marks, *undone)) == ()


@given(cards())
def test_a_card_whose_every_claim_is_rejected_loses_nothing(
    made: tuple[Scorecard, Template],
) -> None:
    card, template = made
    marks = [on_hit(claim, NO, one.id) for one in card.items for claim in claims(one)]
    found = reviewed(card, template, numbered(*marks))
    assert not found.points.fatal and not found.open
    assert all(item.lost == 0 for item in found.points.items.values())
