"""Which hits count, where they count, and when nobody can tell."""

from itertools import product

import pytest

from pipeline.call import Interval, Speaker
from pipeline.hit import Hit, Kind
from pipeline.scoring.answer import Answer, Truth, combine
from pipeline.scoring.condition import Every, Neither, Some
from tests.scoring.rules import Rules
from tests.talk import talk, untimed

NO, MAYBE, YES = Truth
AGENT_TABOO = "forbid: {find: phrase, lexicon: taboo, speaker: agent}"


def answer(truth: Truth, applicable: bool = True) -> Answer:
    return Answer(heard=truth, truth=truth, applicable=applicable)


@pytest.mark.parametrize("one", Truth)
@pytest.mark.parametrize("other", Truth)
def test_all_is_the_least_and_any_the_greatest_of_the_parts(one: Truth, other: Truth) -> None:
    parts = (answer(one), answer(other))
    assert combine(Every(()), parts).truth == min(one, other)
    assert combine(Some(()), parts).truth == max(one, other)
    assert combine(Neither(()), parts).truth == 2 - max(one, other)


@pytest.mark.parametrize("values", list(product(Truth, repeat=3)))
def test_as_many_parts_as_are_wanted_must_be_found(values: tuple[Truth, ...]) -> None:
    """Whatever becomes of what nobody can tell: found if enough are found without it."""
    counted = combine(Some((), 2), tuple(map(answer, values))).truth
    surely, perhaps = values.count(YES), values.count(YES) + values.count(MAYBE)
    assert counted == (YES if surely >= 2 else MAYBE if perhaps >= 2 else NO)


def test_a_part_that_does_not_apply_does_not_count() -> None:
    assert combine(Every(()), (answer(YES), answer(NO, applicable=False))).truth == YES
    assert not combine(Some(()), (answer(NO, applicable=False),)).applicable


def test_what_none_forbids_is_evidence_against_it() -> None:
    hit = Hit(start=1, end=2, speaker=Speaker.AGENT, what="x", kind=Kind.TEXT)
    found = Answer(heard=YES, truth=YES, certain=(hit,))
    turned = combine(Neither(()), (found,))
    assert (turned.certain, turned.against) == ((), (hit,))


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("坐席 1 这个我不知道", "fail"),
        ("客户 1 这个我不知道", "pass"),
        ("提示音 1 这个我不知道", "pass"),
        ("不明 1 这个我不知道", "unsure"),
    ],
)
def test_only_the_speaker_asked_for_is_charged(rules: Rules, line: str, verdict: str) -> None:
    call = talk("坐席 0 您好", line)
    assert rules.verdict(call, AGENT_TABOO) == verdict


def test_a_hit_that_only_sounds_right_is_doubtful(rules: Rules) -> None:
    assert rules.verdict(talk("坐席 0 这个没版法"), AGENT_TABOO) == "unsure"
    assert rules.verdict(talk("坐席 0 这个没办法"), AGENT_TABOO) == "fail"


def test_a_hit_on_words_with_little_trust_is_doubtful(rules: Rules) -> None:
    assert rules.verdict(talk("坐席 0 我不知道", confidence=0.4), AGENT_TABOO) == "unsure"
    assert rules.verdict(talk("坐席 0 我不知道", confidence=0.6), AGENT_TABOO) == "fail"


@pytest.mark.parametrize(
    ("scope", "verdict"),
    [
        ("first_seconds: 15", "pass"),  # from the agent's first word, not from the ringing
        ("first_seconds: 5", "fail"),
        ("last_seconds: 30", "pass"),
        ("last_seconds: 2", "fail"),
        ("first_turns: 2", "pass"),
        ("first_turns: 1", "fail"),
        ("last_turns: 2", "pass"),
        ("last_turns: 1", "fail"),
        ("percent: [50, 80]", "pass"),
        ("percent: [0, 50]", "fail"),
        ("between_seconds: [5, 15]", "pass"),
        ("between_seconds: [0, 9]", "fail"),
        ("between_seconds: [-15, -5]", "pass"),
        ("between_seconds: [-8, -1]", "fail"),
        ("between_seconds: [5, -5]", "pass"),
        ("between_turns: [2, 3]", "pass"),
        ("between_turns: [3, 9]", "fail"),
        ("between_turns: [4, 9]", "fail"),
        ("between_turns: [-2, -1]", "pass"),
        ("between_turns: [-1, -1]", "fail"),
        ("between_turns: [2, -2]", "pass"),
        ("between_turns: [1, -3]", "fail"),
        ("at_least: 1", "pass"),
        ("at_least: 2", "fail"),
        ("different: 2", "fail"),
        ("at_most: 1", "pass"),
        ("at_most: 0", "fail"),
    ],
)
def test_a_hit_counts_only_within_its_scope(rules: Rules, scope: str, verdict: str) -> None:
    call = talk(
        "提示音 0-19 请按一",
        "坐席 20-21 喂",
        "客户 22-24 你好",
        "坐席 30-32 您好",
        "客户 33-34 我问一下",
        "坐席 40-41 请说",
        duration=50,
    )
    item = f"require: {{find: phrase, lexicon: hello, speaker: agent, {scope}}}"
    assert rules.verdict(call, item) == verdict


@pytest.mark.parametrize(
    ("anchor", "verdict"),
    [
        ("after: wait, within_seconds: 60", "pass"),
        ("after: wait, within_seconds: 20", "fail"),
        ("after: first wait", "pass"),
        ("after: 2nd wait, within_seconds: 60", "pass"),
        ("after: last wait, within_seconds: 30", "pass"),
        ("after: 3rd wait", "fail"),
        ("before: wait", "fail"),
        ("around: wait, within_turns: 2", "pass"),
        ("after: wait, within_turns: 1", "fail"),
    ],
)
def test_a_hit_may_be_tied_to_another(rules: Rules, anchor: str, verdict: str) -> None:
    call = talk(
        "坐席 0-2 请稍等",
        "坐席 25-27 请稍等",
        "客户 28-29 好",
        "坐席 50-52 让您久等了",
    )
    item = f"require: {{find: phrase, lexicon: back, {anchor}}}"
    assert rules.verdict(call, item, "  wait: {find: phrase, lexicon: wait}") == verdict


@pytest.mark.parametrize(
    ("said", "anchor", "verdict"),
    [
        ("请稍等让您久等了", "after: wait", "pass"),
        ("请稍等让您久等了", "before: wait", "fail"),
        ("让您久等了请稍等", "before: wait", "pass"),
        ("让您久等了请稍等", "after: wait", "fail"),
        ("请稍等我这就去帮您让您久等了", "after: wait, within_seconds: 1.2", "pass"),
        ("请稍等我这就去帮您让您久等了", "after: wait, within_seconds: 1.1", "fail"),
    ],
)
def test_in_a_turn_whose_words_have_no_times_the_writing_tells_what_came_first(
    rules: Rules, said: str, anchor: str, verdict: str
) -> None:
    item = f"require: {{find: phrase, lexicon: back, {anchor}}}"
    call = untimed(talk(f"坐席 0 {said}"))
    assert rules.verdict(call, item, "  wait: {find: phrase, lexicon: wait}") == verdict


WAIT = "  wait: {find: phrase, lexicon: wait, speaker: agent}"
BACK = "{find: phrase, lexicon: back, speaker: agent, %s}"


def test_nobody_can_tell_what_came_after_something_that_was_not_heard(rules: Rules) -> None:
    lines = "坐席 0-4 嗯嗯嗯嗯", "客户 5 好", "坐席 30-32 请说"
    item = f"require: {BACK % 'after: wait'}"
    result = rules.result(talk(*lines, untrusted=((0, 4),)), item, WAIT)
    assert (result.verdict, result.reason.key) == ("unsure", "scoring.missing-unheard")
    assert result.reason.values["unheard_seconds"] == 4
    assert rules.verdict(talk(*lines), item, WAIT) == "fail"
    assert rules.verdict(talk(*lines, untrusted=((5, 6),)), item, WAIT) == "fail"


def test_a_second_one_may_not_have_been_heard(rules: Rules) -> None:
    lines = "坐席 0 请稍等", "坐席 20-24 嗯嗯嗯嗯", "坐席 50 您好"
    item = f"require: {BACK % 'after: 2nd wait'}"
    assert rules.verdict(talk(*lines, untrusted=((20, 24),)), item, WAIT) == "unsure"
    assert rules.verdict(talk(*lines), item, WAIT) == "fail"


DOUBTED_THEN_SURE = ("不明 0-2 请稍等", "坐席 30-32 请稍等", "客户 33-34 好")


@pytest.mark.parametrize(
    ("said", "anchor", "verdict"),
    [
        # the first one is doubtful: either may be it
        ("坐席 35-37 让您久等了", "after: first wait, within_seconds: 10", "unsure"),
        ("坐席 4-6 让您久等了", "after: first wait, within_seconds: 10", "unsure"),
        ("坐席 35-37 让您久等了", "after: last wait, within_seconds: 10", "pass"),
        ("坐席 35-37 让您久等了", "after: 2nd wait, within_seconds: 10", "unsure"),
        ("坐席 35-37 让您久等了", "after: wait, within_seconds: 10", "pass"),
        ("坐席 4-6 让您久等了", "after: wait, within_seconds: 10", "unsure"),
        ("坐席 60-62 让您久等了", "after: first wait, within_seconds: 10", "fail"),
        ("坐席 60-62 让您久等了", "after: wait, within_seconds: 10", "fail"),
    ],
)
def test_what_is_tied_to_a_doubtful_hit_is_doubtful(
    rules: Rules, said: str, anchor: str, verdict: str
) -> None:
    call = talk(*DOUBTED_THEN_SURE, said)
    assert rules.verdict(call, f"require: {BACK % anchor}", WAIT) == verdict


def test_a_doubtful_hit_after_it_does_not_make_the_first_doubtful(rules: Rules) -> None:
    call = talk("坐席 0-2 请稍等", "坐席 4-6 让您久等了", "不明 30-32 请稍等")
    item = f"require: {BACK % 'after: first wait, within_seconds: 10'}"
    assert rules.verdict(call, item, WAIT) == "pass"


def test_two_phrases_on_the_same_words_are_one_hit(rules: Rules) -> None:
    call = talk("坐席 0 请您稍等", "坐席 9 请稍等")
    item = "per: hit, points: 1, forbid: {find: phrase, lexicon: wait}"
    assert rules.result(call, item).times == 2


def test_use_takes_over_a_condition_and_may_change_it(rules: Rules) -> None:
    call = talk("坐席 0 请稍等")
    conditions = "  wait: {find: phrase, lexicon: wait, speaker: agent, last_seconds: 9}"
    assert rules.verdict(call, "require: {use: wait}", conditions) == "pass"
    assert rules.verdict(call, "require: wait", conditions) == "pass"
    assert rules.verdict(call, "require: {use: wait, speaker: customer}", conditions) == "fail"


@pytest.mark.parametrize(
    ("lines", "count", "verdict"),
    [
        (("坐席 0-3 不知道不清楚",), "at_least: 2", "fail"),
        (("坐席 0-1 不知道", "坐席 5-6 不清楚"), "at_least: 2", "pass"),
        (("坐席 0-3 不知道不知道啊",), "different: 2", "pass"),
        (("坐席 0-3 不知道不清楚",), "different: 2", "fail"),
        (("不明 0-3 不知道不清楚",), "at_least: 2", "unsure"),
        (("不明 0-3 不知道", "坐席 5-6 不清楚"), "at_least: 2", "pass"),
        ((), "at_least: 2", "pass"),
    ],
)
def test_as_many_as_wanted_may_have_to_lie_in_one_turn(
    rules: Rules, lines: tuple[str, ...], count: str, verdict: str
) -> None:
    item = f"forbid: {{find: phrase, lexicon: taboo, speaker: agent, in_one_turn: true, {count}}}"
    assert rules.verdict(talk(*lines, "坐席 90-91 再见"), item) == verdict


def test_only_the_turns_with_enough_of_them_are_evidence(rules: Rules) -> None:
    item = "forbid: {find: phrase, lexicon: taboo, in_one_turn: true, at_least: 2}"
    call = talk("坐席 0-1 不知道", "坐席 5-8 不知道不清楚")
    assert [hit.start for hit in rules.result(call, item).evidence] == [5, 6.5]


def test_a_hit_may_have_to_lie_in_the_same_turn_as_another(rules: Rules) -> None:
    named = "  wait: {find: phrase, lexicon: wait}"
    item = "require: {find: phrase, lexicon: sorry, around: wait, within_turns: 0}"
    assert rules.verdict(talk("坐席 0-3 抱歉请稍等"), item, named) == "pass"
    assert rules.verdict(talk("坐席 0-1 抱歉", "坐席 2-3 请稍等"), item, named) == "fail"


@pytest.mark.parametrize(
    "pair", ["[8, 3]", "[-3, -8]", "[-3, 8]", "[0, 3]", "[3]", "[1, 2, 3]", "3", "[a, b]"]
)
def test_a_wrong_range_is_refused(rules: Rules, pair: str) -> None:
    item = f"{{id: i, ask: 问, require: {{find: name_given, between_turns: {pair}}}}}"
    problems = rules.problems(f"title: 测\nversion: '1'\nitems:\n  - {item}\n")
    assert problems[-1].reason.key == "template.wrong-between"
    assert {problem.line for problem in problems} == {4}


def test_words_that_only_show_attention_are_not_looked_for(rules: Rules) -> None:
    call = talk("客户 0-6 我上个月取消了", "坐席 2-5 您好", untrusted=((8, 9),), duration=10)
    item = "forbid: {find: overlap, at_least_seconds: 2, backchannels: hello}"
    assert (rules.result(call, item).verdict, rules.result(call, item).remarks) == ("pass", ())


def test_conditions_join(rules: Rules) -> None:
    call = talk("坐席 0 您好", "坐席 5 请稍等")
    hello, wait, sorry = (f"{{find: phrase, lexicon: {x}}}" for x in ("hello", "wait", "sorry"))
    assert rules.verdict(call, f"require: {{all: [{hello}, {wait}]}}") == "pass"
    assert rules.verdict(call, f"require: {{all: [{hello}, {sorry}]}}") == "fail"
    assert rules.verdict(call, f"require: {{any: [{sorry}, {wait}]}}") == "pass"
    assert rules.verdict(call, f"require: {{none: [{sorry}]}}") == "pass"
    three = f"any: [{hello}, {wait}, {sorry}]"
    assert rules.verdict(call, f"require: {{{three}, at_least: 2}}") == "pass"
    assert rules.verdict(call, f"require: {{{three}, at_least: 3}}") == "fail"
    assert rules.verdict(call, f"forbid: {{none: [{sorry}]}}") == "fail"


def test_unless_lets_single_hits_go(rules: Rules) -> None:
    call = talk("坐席 0-2 请稍等", "客户 20-22 好", "坐席 50-52 您好")
    item = (
        "per: hit, points: 1, forbid: {find: silence, longer_than_seconds: 10},"
        "unless: {find: phrase, lexicon: wait, before: this, within_seconds: 5}"
    )
    result = rules.result(call, item)
    assert (result.verdict, result.times) == ("fail", 1)
    assert result.evidence[0].start == 22


def test_a_doubtful_excuse_makes_the_hit_doubtful(rules: Rules) -> None:
    call = talk("坐席 0-2 嗯嗯嗯", "客户 20-22 您好", untrusted=((0, 2),))
    item = (
        "forbid: {find: silence, longer_than_seconds: 10},"
        "unless: {find: phrase, lexicon: wait, before: this, within_seconds: 5}"
    )
    assert rules.verdict(call, item) == "unsure"


def test_an_unheard_stretch_lies_in_the_windows_only(rules: Rules) -> None:
    call = talk("坐席 0-2 喂", "坐席 30-34 嗯嗯", untrusted=((30, 34),))
    item = "require: {find: phrase, lexicon: hello, speaker: agent, first_seconds: 15}"
    assert rules.verdict(call, item) == "fail"
    assert Interval(30, 34) == call.untrusted[0]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (("客户 1 你不知道", "坐席 3 您说我不知道"), "unsure"),
        (("客户 1 你不知道", "坐席 3 好的", "坐席 5 我不知道"), "unsure"),
        (("客户 1 你不知道", *(f"坐席 {n} 好的" for n in (3, 4, 5)), "坐席 7 我不知道"), "fail"),
        (("坐席 1 我不知道", "客户 3 你不知道", "坐席 5 不是"), "fail"),
        (("客户 1 你知道吗", "坐席 3 我不知道"), "fail"),
        (("提示音 1 不知道", "坐席 3 我不知道"), "fail"),
    ],
)
def test_what_repeats_the_customers_words_asks_a_person(
    rules: Rules, said: tuple[str, ...], verdict: str
) -> None:
    assert rules.verdict(talk("坐席 0 您好", *said), AGENT_TABOO) == verdict


def test_words_that_clear_the_agent_count_also_where_the_customer_said_them_first(
    rules: Rules,
) -> None:
    call = talk("客户 0 您好", "坐席 1 您好")
    assert rules.verdict(call, "require: {find: phrase, lexicon: hello, speaker: agent}") == "pass"
