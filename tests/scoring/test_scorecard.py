"""The draft of a whole card, and the account that it gives of itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scoring.scorecard import draft, explain
from pipeline.settings import Scoring
from pipeline.text.lexicon import load_lexicon
from tests.scoring.rules import Rules
from tests.talk import talk

HEAD = "sections: [{id: talk, title: 用语, max: 30}, {id: time, title: 时效}]"
ITEMS = (
    "section: talk, require: {find: phrase, lexicon: hello, speaker: agent, first_seconds: 15}",
    "section: talk, per: hit, cap: 20, forbid: {find: phrase, lexicon: taboo, speaker: agent}",
    "section: time, points: 5, forbid: {find: silence, longer_than_seconds: 10}",
)
CALL = talk(
    "坐席 0-2 您好", "客户 3-5 我不晓得怎么办", "坐席 20-22 我也不知道", "客户 23-25 没版法"
)


def test_a_card_tells_what_it_was_made_with_and_what_it_comes_to(rules: Rules) -> None:
    ruled = rules.ruleset(*ITEMS, head=HEAD)
    card = draft(CALL, ruled, Scoring())
    assert (card.call_id, card.template, card.version) == ("talk", "mine", "1")
    assert card.ruleset == ruled.digest
    assert (card.total, card.max, card.at_stake, card.fatal) == (20, 35, 0, ())
    assert [(s.id, s.total, s.max) for s in card.sections] == [("talk", 20, 30), ("time", 0, 5)]
    assert [(i.id, i.verdict, i.points_lost) for i in card.items] == [
        ("i1", "pass", 0),
        ("i2", "fail", 10),
        ("i3", "fail", 5),
    ]


def test_the_same_call_and_rules_give_the_same_card(rules: Rules) -> None:
    ruled = rules.ruleset(*ITEMS, head=HEAD)
    assert draft(CALL, ruled, Scoring()) == draft(CALL, ruled, Scoring())


def test_the_trust_that_evidence_needs_is_a_setting(rules: Rules) -> None:
    ruled = rules.ruleset(*ITEMS, head=HEAD)
    call = talk("坐席 0-2 您好", "客户 3-5 好", "坐席 6-8 我不知道", confidence=0.7)
    assert draft(call, ruled, Scoring()).items[1].verdict == "fail"
    assert draft(call, ruled, Scoring(min_confidence=0.8)).items[1].verdict == "unsure"


def test_explain_tells_where_it_looked_and_what_it_found(rules: Rules) -> None:
    ruled = rules.ruleset(*ITEMS, head=HEAD)
    explained = explain(CALL, ruled, "i2", Scoring())
    (look,) = explained.looks
    assert (look.find.detector, look.find.shown) == ("phrase", {"lexicon": "taboo"})
    assert [hit.quote for hit in look.certain] == ["不知道"]
    assert explained.result == draft(CALL, ruled, Scoring()).items[1]
    assert explained.ruleset == ruled
    assert explained.lowest_trust == 1.0


def test_explain_tells_the_window_of_a_missing_phrase(rules: Rules) -> None:
    ruled = rules.ruleset(*ITEMS, head=HEAD)
    explained = explain(talk("坐席 2-4 很高性为你服务", "客户 9 喂"), ruled, "i1", Scoring())
    (look,) = explained.looks
    assert (look.windows[0].start, look.windows[0].end) == (0, 17)
    assert explained.result.nearest is not None


WORDS = st.sampled_from(["您好", "请稍等", "不知道", "嗯", "我帮您查一下", "很高兴"])
LINES = st.lists(st.tuples(st.sampled_from(["坐席", "客户", "不明"]), WORDS), max_size=8)


@settings(max_examples=60, deadline=None)
@given(lines=LINES, phrase=st.sampled_from(["嗯", "查一下", "很高兴", "请稍等"]))
def test_one_more_phrase_in_a_required_lexicon_never_turns_a_pass_into_a_fail(
    tmp_path_factory: object, lines: list[tuple[str, str]], phrase: str
) -> None:
    folder = tmp_path_factory.mktemp("rules")  # type: ignore[attr-defined]
    rules = Rules(folder)
    call = talk(*(f"{who} {3 * n} {text}" for n, (who, text) in enumerate(lines)))
    before = rules.verdict(call, ITEMS[0].removeprefix("section: talk, "))
    longer = f"title: 问候\nphrases: [您好, 很高兴为您服务, {phrase}]"
    (folder / "hello.yaml").write_text(longer, encoding="utf-8")
    rules.lexicons["hello"] = load_lexicon(folder / "hello.yaml")
    after = rules.verdict(call, ITEMS[0].removeprefix("section: talk, "))
    assert not (before == "pass" and after == "fail")
