"""Verdicts: what is required, what is forbidden, and when a person is asked instead."""

import logging
from dataclasses import replace

import pytest

from pipeline.call import Call, CallRecord, Medium, Reason
from pipeline.unexpected import LOG
from tests.scoring.rules import Rules
from tests.talk import talk

GREET = "require: {find: phrase, lexicon: hello, speaker: agent, first_seconds: 15}"
TABOO = "forbid: {find: phrase, lexicon: taboo, speaker: agent}"
HOLD = "  hold: {find: phrase, lexicon: wait, speaker: agent}"
RETURN = (
    "for_each: hold,"
    "require: {find: phrase, lexicon: back, speaker: agent, after: this, within_seconds: 120}"
)
SORRY = "require: {find: phrase, lexicon: sorry, speaker: agent}"
GOOD = talk("坐席 0 您好", "客户 2 我问一下话费", "坐席 5 请说")
RUDE = talk("坐席 0 喂", "客户 2 我问一下话费", "坐席 5 这个我不知道")


def remarked(call: Call, key: str) -> Call:
    return replace(call, remarks=(Reason(key),))


# ---- require


def test_what_is_required_and_said_passes_with_its_evidence(rules: Rules) -> None:
    result = rules.result(GOOD, GREET)
    assert (result.verdict, result.points_lost, result.nearest) == ("pass", 0, None)
    assert [(hit.quote, hit.start) for hit in result.evidence] == [("您好", 0)]


def test_what_is_required_and_not_said_fails(rules: Rules) -> None:
    result = rules.result(RUDE, GREET)
    assert (result.verdict, result.points_lost) == ("fail", 10)
    assert result.reason.key == "scoring.missing"


def test_the_nearest_thing_said_is_shown_with_what_is_missing(rules: Rules) -> None:
    call = talk("坐席 0-2 很高兴为你浮物", "客户 3 我问一下话费")
    result = rules.result(call, GREET)
    nearest = result.nearest
    assert nearest is not None
    assert (nearest.phrase, nearest.quote) == ("很高兴为您服务", "很高兴为你浮物")
    assert (nearest.start, nearest.end) == (0, 2)


@pytest.mark.parametrize(("confidence", "verdict"), [(1.0, "fail"), (0.8, "unsure")])
def test_what_is_very_nearly_said_may_have_been_misheard(
    rules: Rules, confidence: float, verdict: str
) -> None:
    call = talk("坐席 0-2 很高兴为您福利", "客户 3 我问一下话费", confidence=confidence)
    assert rules.verdict(call, GREET) == verdict


def test_what_is_very_nearly_said_never_charges(rules: Rules) -> None:
    assert rules.verdict(talk("坐席 0 这个我不知晓", confidence=0.8), TABOO) == "pass"


def test_nothing_is_shown_as_nearest_that_is_not_near(rules: Rules) -> None:
    assert rules.result(talk("坐席 0 我们三月份搬家"), GREET).nearest is None


@pytest.mark.parametrize("kind", ["forbid", "require"])
def test_of_two_that_are_wanted_the_certain_one_is_shown_with_the_doubtful(
    rules: Rules, kind: str
) -> None:
    call = talk("坐席 0 这个没版法", "坐席 9 这个我不知道")
    item = f"{kind}: {{find: phrase, lexicon: taboo, speaker: agent, at_least: 2}}"
    result = rules.result(call, item)
    assert result.verdict == "unsure"
    assert [hit.quote for hit in result.evidence] == ["没版法", "不知道"]


@pytest.mark.parametrize(
    "call",
    [
        talk("坐席 0-3 嗯嗯嗯嗯", "客户 4 我问一下话费", untrusted=((0, 3),)),
        talk("坐席 0-3 嗯嗯嗯嗯", "客户 4 我问一下话费", confidence=0),
        talk("不明 0-3 嗯嗯嗯嗯", "坐席 4 我问一下话费"),
    ],
    ids=["untrusted words", "words without confidence", "nobody knows who spoke"],
)
def test_absence_is_not_sure_where_something_was_not_heard(rules: Rules, call: Call) -> None:
    assert rules.verdict(call, GREET) == "unsure"


@pytest.mark.parametrize(
    "call",
    [
        talk("坐席 0-3 喂喂", "坐席 30-33 嗯嗯嗯嗯", untrusted=((30, 33),)),
        talk("坐席 0-3 喂喂", "客户 4-7 嗯嗯嗯嗯", untrusted=((4, 7),)),
        talk("坐席 0-3 喂喂", "坐席 5-5.2 嗯", "客户 8 好", untrusted=((5, 5.2),)),
    ],
    ids=["elsewhere", "said by the customer", "too short for words"],
)
def test_absence_is_sure_where_the_unheard_does_not_matter(rules: Rules, call: Call) -> None:
    assert rules.verdict(call, GREET) == "fail"


def test_the_end_of_a_recording_that_breaks_off_is_not_sure(rules: Rules) -> None:
    last = "require: {find: phrase, lexicon: hello, speaker: agent, last_seconds: 10}"
    assert rules.verdict(remarked(RUDE, "audio.partial"), last) == "unsure"
    assert rules.verdict(remarked(RUDE, "audio.partial"), GREET.replace("15", "2")) == "fail"


# ---- forbid


def test_each_forbidden_hit_is_evidence(rules: Rules) -> None:
    call = talk("坐席 0 这个我不知道", "客户 3 啊", "坐席 5 我也不清楚")
    result = rules.result(call, f"per: hit, points: 4, cap: 6, {TABOO}")
    assert [hit.quote for hit in result.evidence] == ["不知道", "不清楚"]
    assert (result.verdict, result.points_lost, result.max) == ("fail", 6, 6)


def test_a_clean_call_passes_without_a_remark(rules: Rules) -> None:
    result = rules.result(GOOD, TABOO)
    assert (result.verdict, result.evidence, result.remarks) == ("pass", (), ())


def test_a_pass_says_that_a_part_was_not_heard(rules: Rules) -> None:
    call = talk("坐席 0-2 您好", "坐席 3-6 嗯嗯嗯嗯", untrusted=((3, 6),))
    result = rules.result(call, TABOO)
    assert result.verdict == "pass"
    assert [remark.key for remark in result.remarks] == ["scoring.partly-unheard"]


def test_nothing_passes_where_nothing_was_heard(rules: Rules) -> None:
    call = talk("坐席 0-3 嗯嗯嗯嗯", "客户 4 您好", untrusted=((0, 3),))
    assert rules.verdict(call, TABOO) == "unsure"


def test_a_condition_may_only_suggest(rules: Rules) -> None:
    hint = "{find: phrase, lexicon: wait, speaker: agent, doubtful: true}"
    assert rules.verdict(talk("坐席 0 请稍等"), f"forbid: {hint}") == "unsure"
    assert rules.verdict(talk("坐席 0 请稍等"), f"require: {hint}") == "unsure"
    either = f"require: {{any: [{{find: phrase, lexicon: hello}}, {hint}]}}"
    assert rules.verdict(talk("坐席 0 您好请稍等"), either) == "pass"
    assert rules.verdict(talk("坐席 0 嗯"), either) == "fail"


# ---- occasions


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (["坐席 0 您好"], "not_applicable"),
        (["坐席 0-2 请稍等", "坐席 60-62 让您久等了"], "pass"),
        (["坐席 0-2 请稍等", "坐席 200-202 让您久等了"], "fail"),
        (["坐席 0-2 请稍等", "坐席 9-11 让您久等了", "坐席 20-22 请稍等"], "fail"),
        (["客户 0-2 请稍等", "坐席 3 好"], "not_applicable"),
        (["不明 0-2 请稍等", "坐席 3 好"], "unsure"),
    ],
)
def test_for_each_holds_for_every_occasion(rules: Rules, lines: list[str], verdict: str) -> None:
    assert rules.verdict(talk(*lines, duration=300), RETURN, HOLD) == verdict


def test_when_makes_an_item_apply(rules: Rules) -> None:
    item = f"{SORRY}, when: {{find: phrase, lexicon: refuse, speaker: agent}}"
    assert rules.verdict(GOOD, item) == "not_applicable"
    assert rules.verdict(talk("坐席 0 这个办不了"), item) == "fail"
    assert rules.verdict(talk("坐席 0 抱歉这个办不了"), item) == "pass"
    assert rules.verdict(talk("不明 0 这个办不了", "坐席 5 您好"), item) == "unsure"


def test_a_required_thing_may_be_excused(rules: Rules) -> None:
    item = f"{GREET}, unless: {{find: phrase, lexicon: praise, speaker: customer}}"
    assert rules.verdict(RUDE, item) == "fail"
    assert rules.verdict(talk("坐席 0 喂", "客户 1 服务真好"), item) == "not_applicable"
    assert rules.verdict(talk("坐席 0 喂", "不明 1 服务真好"), item) == "unsure"


def test_an_item_may_depend_on_another(rules: Rules) -> None:
    items = [GREET, f"{SORRY}, depends: {{item: i1, is: fail}}"]
    assert [r.verdict for r in rules.card(RUDE, *items).items] == ["fail", "fail"]
    assert [r.verdict for r in rules.card(GOOD, *items).items] == ["pass", "not_applicable"]
    muffled = talk("坐席 0-3 嗯嗯嗯嗯", "坐席 30 请说", untrusted=((0, 3),))
    assert [r.verdict for r in rules.card(muffled, *items).items] == ["unsure", "unsure"]


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        ("2025-12-31T23:59", "not_applicable"),
        ("2026-01-01", "fail"),
        ("2026-06-30T20:00:00", "fail"),
        ("2026-07-01", "not_applicable"),
        (None, "fail"),
    ],
)
def test_an_item_counts_in_its_time(rules: Rules, day: str | None, verdict: str) -> None:
    call = replace(RUDE, about=CallRecord(started=day))
    assert rules.verdict(call, f"{GREET}, from: 2026-01-01, until: 2026-06-30") == verdict


# ---- people and faults


def test_an_item_without_a_rule_is_for_a_person(rules: Rules) -> None:
    result = rules.result(GOOD, "note: 口径")
    assert (result.verdict, result.points_lost, result.at_stake) == ("unsure", 0, 10)


def test_an_item_that_asks_a_person_never_charges(rules: Rules) -> None:
    result = rules.result(RUDE, f"{TABOO}, review: always")
    assert (result.verdict, result.points_lost) == ("unsure", 0)
    assert [hit.quote for hit in result.evidence] == ["不知道"]
    assert rules.verdict(GOOD, f"{TABOO}, review: always") == "pass"


def test_a_detector_that_raises_crashes_its_item_alone(
    rules: Rules, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(logging.getLogger(LOG), "handlers", [caplog.handler])
    secret = "客户说的话"

    def broken(call: Call, **settings: object) -> None:
        raise ZeroDivisionError(secret)

    silence = "forbid: {find: silence, longer_than_seconds: 5}"
    ruled = rules.ruleset(TABOO, silence)
    monkeypatch.setattr("pipeline.detectors.silence.find", broken)
    from pipeline.detectors import detector
    from pipeline.scoring.scorecard import draft
    from pipeline.settings import Scoring

    detector.cache_clear()
    try:
        card = draft(RUDE, ruled, Scoring())
    finally:
        detector.cache_clear()
    assert [item.verdict for item in card.items] == ["fail", "crashed"]
    assert card.items[1].reason == Reason("scoring.crashed", {"error": "ZeroDivisionError"})
    assert card.items[1].points_lost == 0
    assert "ZeroDivisionError" in caplog.text and "in broken" in caplog.text
    assert secret not in caplog.text


@pytest.mark.parametrize("lines", [[], ["提示音 0 欢迎致电"]])
def test_nobody_is_charged_where_nobody_speaks(rules: Rules, lines: list[str]) -> None:
    call = talk(*lines, duration=60)
    assert rules.verdict(call, GREET) == "not_applicable"


def test_an_agent_who_is_not_on_the_recording_is_not_charged(rules: Rules) -> None:
    assert rules.verdict(talk("客户 0 喂喂", "客户 5 有人吗"), GREET) == "unsure"


@pytest.mark.parametrize("call", [RUDE, GOOD], ids=["rude", "good"])
def test_speakers_who_may_be_swapped_are_neither_charged_nor_cleared(
    rules: Rules, call: Call
) -> None:
    assert rules.verdict(remarked(call, "speech.swap-suspected"), TABOO) == "unsure"


def test_what_a_detector_has_no_data_for_does_not_apply(rules: Rules) -> None:
    chat = talk("坐席 0 您好", "客户 9 你好", medium=Medium.CHAT)
    item = "forbid: {find: overlap, at_least_seconds: 2}"
    assert rules.verdict(chat, item) == "not_applicable"


def test_a_bonus_per_hit_counts_the_hits_that_were_required(rules: Rules) -> None:
    call = talk("客户 0-1 服务真好", "坐席 3-4 您好", "客户 5-6 服务真好")
    item = "points: 0, bonus: 2, per: hit, cap: 3, require: {find: phrase, lexicon: praise}"
    card = rules.card(call, item, "require: {find: phrase, lexicon: hello}")
    assert (card.items[0].times, card.total, card.max) == (2, 13, 10)
