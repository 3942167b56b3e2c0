import re
from itertools import islice

import pytest

from sample_audio.dialogues import dialogue, sentences
from sample_audio.failures import SPOKEN, STAGED
from sample_audio.grammar import BUSINESSES, Speech, load, parse
from sample_audio.numerals import number
from sample_audio.script import AGENT, CUSTOMER, ITEMS

SEEDS = range(300)


def test_the_same_seed_gives_the_same_call_and_another_seed_another():
    assert dialogue(5) == dialogue(5)
    assert dialogue(5) != dialogue(6)
    assert list(sentences(3, 50)) == list(sentences(3, 50))
    assert not set(dialogue(5).lines) & set(dialogue(6).lines)


def test_text_holds_only_what_a_voice_can_read():
    for text in sentences(2, 3000):
        assert re.fullmatch(r"[㐀-鿿，。？！]+", text), text


@pytest.mark.parametrize("name", [name for name in SPOKEN + STAGED if name != "who-ended"])
def test_a_wanted_failing_is_the_only_one_and_says_where(name):
    missing = {"offer-more-help", "farewell", "speech-rate"}  # failings that have no place
    for seed in range(20):
        script = dialogue(seed, failing={name})
        found = {item for line in script.lines for item, _ in line.failing}
        assert name in script.failing
        assert script.failing - {"long-silence", "slow-reply"} <= {name}
        assert found == script.failing or name in missing


def test_a_good_call_must_not_hold_failings():
    for seed in SEEDS:
        script = dialogue(seed, failing=set())
        assert not script.failing
        assert not any(line.failing for line in script.lines)
        assert script.clean | script.open == set(ITEMS)


def test_quotes_are_words_of_their_line_and_of_the_agent():
    for seed in SEEDS:
        for line in dialogue(seed).lines:
            for item, quote in line.failing:
                assert quote in line.text
                assert line.speaker == AGENT
                assert quote or item not in SPOKEN


def test_agents_never_repeat_a_sentence_unless_they_fail_by_it():
    for seed in SEEDS:
        script = dialogue(seed, failing=set())
        said = [line.text for line in script.lines if line.speaker == AGENT and len(line.text) > 9]
        assert len(said) == len(set(said))


def test_customers_speak_in_every_call():
    for seed in SEEDS:
        assert {line.speaker for line in dialogue(seed).lines} == {AGENT, CUSTOMER}


@pytest.mark.parametrize("business", BUSINESSES)
def test_every_name_in_the_grammar_is_a_rule(business):
    grammar = load(business)
    from random import Random

    for name in grammar.rules:
        speech = Speech(business, Random(1))
        speech.kept = {"agentno": "幺", "phone": "幺", "surname": "李", "honour": "先生"}
        for sentence in grammar.rules[name]:
            speech.expand(sentence)


def test_alternatives_may_be_nested_and_empty():
    from random import Random

    speech = Speech("bank", Random(0))
    assert {speech.expand(parse("甲[乙[丙|丁]|]")) for _ in range(60)} == {"甲", "甲乙丙", "甲乙丁"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1050, "一千零五十"),
        (2000, "二千"),
        (30000, "三万"),
        (12000, "一万二千"),
        (10050, "一万零五十"),
    ],
)
def test_numbers_in_words(value, words):
    assert number(value) == words


def test_sentences_give_exactly_as_many_as_asked():
    assert len(list(sentences(9, 7))) == 7
    assert len(list(islice(sentences(9, 100), 7))) == 7
