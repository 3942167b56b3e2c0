"""Real agents' replies in chats, through whole templates: benchmarks/jddc.py tells the figures."""

from collections.abc import Callable

import pytest

from benchmarks import jddc
from pipeline.call import Medium
from pipeline.scoring.dialogue import call, turn
from tests.real import real_input

pytestmark = pytest.mark.real_inputs


@pytest.fixture(scope="module")
def replies() -> list[str]:
    return real_input("text/jddc_test.dec.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("template", jddc.TEMPLATES)
def test_of_real_replies_at_most_five_fail_and_twenty_five_ask(
    replies: list[str], template: str
) -> None:
    found = jddc.judged((jddc.chat(line) for line in replies), template)
    assert found.lines > 1_100
    assert len(found.failed) <= 5, found.failed
    assert len(found.asked) <= 25, found.asked


@pytest.mark.parametrize("phrases", [jddc.listed_phrases, jddc.own_phrases])
def test_of_phrases_planted_in_them_ninety_eight_in_a_hundred_fail(
    replies: list[str], phrases: Callable[[], list[str]]
) -> None:
    real_input("text/forbidden_phrases_zh.tsv")
    lines = list(jddc.planted(replies, phrases(), seed=1, count=1000))
    found = jddc.judged((jddc.chat(line) for line in lines), "telecom-inbound")
    missed = [lines[number - 1] for number in {*range(1, 1001)} - {*found.failed}]
    assert len(missed) <= 20, missed


def test_what_an_unknown_speaker_said_is_never_charged() -> None:
    lines = real_input("text/jddc_test.enc.txt").read_text("utf-8").splitlines()
    assert jddc.unknown(lines[:300], "online-chat").failed == ()


def test_what_customers_write_is_never_charged_to_the_agent() -> None:
    lines = real_input("text/jddc_test.enc.txt").read_text("utf-8").splitlines()
    said = (turn(f"客户 0 {line}") for line in lines)
    answer = turn("坐席 999 您好，请您稍等，我帮您核实一下")
    chats = (call([t for t in (one, answer) if t], medium=Medium.CHAT) for one in said)
    found = jddc.judged(chats, "online-chat")
    assert (found.lines, found.failed) == (len(lines), ())
