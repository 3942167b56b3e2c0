"""What is found without words is named with the figure that fits it."""

from dataclasses import replace

from pipeline.call import Speaker
from pipeline.hit import Hit, Kind
from pipeline.report.events import happened
from pipeline.text.phrase import readable
from tests.report.made import BAD

FAST = Hit(start=0, end=20, speaker=Speaker.AGENT, what="fast", kind=Kind.TIMING)


def test_a_pace_is_shown_as_characters_per_minute() -> None:
    said = happened(FAST, "zh", BAD)
    assert said.startswith("语速过快 ") and said.endswith(" 字/分")


def test_a_pace_without_its_call_has_no_figure() -> None:
    assert happened(FAST, "zh") == "语速过快"


def test_a_moment_does_not_last() -> None:
    assert happened(replace(FAST, what="ending", end=0), "zh") == "挂机"
    assert happened(replace(FAST, what="silence"), "zh") == "静音 20.0 秒"


def test_gaps_of_a_phrase_are_written_as_people_write_them() -> None:
    assert readable("祝您*{6}快乐") == "祝您…快乐"
    assert readable("您好*{10}*工号") == "您好…工号"
