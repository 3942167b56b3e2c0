"""The sample chats: what was planted is charged, nothing else is, replies are timed right."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.call import Call
from pipeline.configuration.resources import folder
from pipeline.hit import Verdict
from pipeline.scoring.risk import needs_eyes
from pipeline.scoring.ruleset import load_ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring, Settings
from pipeline.text import timing
from pipeline.written import Reader

CHATS = folder("sample_audio") / "chats"
TRUTH: dict[str, dict[str, Any]] = json.loads((CHATS / "truth" / "truth.json").read_text("utf-8"))
OF_VOICE = {"telecom-inbound": {"first-reply", "slow-reply", "self-identification"}}
"""Items whose figures are a telephone's: five seconds, a number said."""


def chats() -> Iterator[Call]:
    for path in sorted(CHATS.glob("0*")):
        for one in Reader(Settings(), {}).read(path):
            assert one.call is not None, one.refusal
            yield one.call


@pytest.fixture(scope="module")
def by_id() -> dict[str, Call]:
    return {call.about.id or "": call for call in chats()}


def test_every_chat_has_a_truth_and_every_truth_a_chat(by_id: dict[str, Call]) -> None:
    assert set(by_id) == set(TRUTH)


@pytest.mark.parametrize("template", ["online-chat", "telecom-inbound"])
@pytest.mark.parametrize("chat", TRUTH)
def test_what_was_planted_is_charged_and_nothing_else(
    by_id: dict[str, Call], chat: str, template: str
) -> None:
    rules = load_ruleset(template, folder("scorecards"), folder("lexicons"))
    raised = [item for item in draft(by_id[chat], rules, Scoring()).items if needs_eyes(item)]
    told = set(TRUTH[chat]["fail"][template])
    assert {item.id for item in raised} - OF_VOICE.get(template, set()) == told
    assert {item.verdict for item in raised} <= {Verdict.FAIL}


@pytest.mark.parametrize("chat", TRUTH)
def test_replies_are_timed_by_the_messages(by_id: dict[str, Call], chat: str) -> None:
    call, told = by_id[chat], TRUTH[chat]
    assert timing.first_reply(call) == told["first_reply"]
    waits = timing.reply_latencies(call) or ()
    assert max(wait.seconds for wait in waits) == told["longest_reply"]


def test_no_private_number_is_left(by_id: dict[str, Call]) -> None:
    said = "".join(turn.text for call in by_id.values() for turn in call.turns)
    assert "13912345678" not in said and "*" * 11 in said
    assert "20260226108833" in said  # an order's number is nobody's secret
