import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import Reason, Speaker
from pipeline.configuration.resources import folder
from pipeline.hit import Verdict
from pipeline.scoring.ruleset import load_ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.text import timing
from pipeline.text.private import masked
from sample_audio.catalogue import CATALOGUE
from sample_audio.dialogues import dialogue
from sample_audio.make import call_record
from sample_audio.recording import Line
from sample_audio.scene import rehearse
from sample_audio.script import ITEMS
from sample_audio.truth import call_of, describe, read_truth, truth_call

CALLS = Path(__file__).parents[2] / "sample_audio" / "calls"
TRUTHS = sorted((CALLS / "truth").glob("*.json"))
NEAR = 0.35  # seconds by which two ways to measure one pause may differ


def rehearsed(seed, **wishes):
    script = dialogue(seed, **wishes)
    record = call_record(script, Line(), 0.0) if script.hung_up_by else None
    return describe(f"{seed}", rehearse(script), Line(), record)


def verdicts(truth, rules):
    card = draft(masked(call_of(truth)), rules, Scoring())
    return {item.id: item.verdict.value for item in card.items if item.id in truth["items"]}


@pytest.fixture(scope="module")
def rules():
    return load_ruleset("telecom-inbound", folder("scorecards"), folder("lexicons"))


def test_the_items_are_those_of_the_default_template_that_cost_points(rules):
    assert {item.id for item in rules.template.items if item.points} == set(ITEMS)


def test_perfect_transcripts_every_planted_failing_is_found_and_no_clean_item_charged(rules):
    seen: Counter[str] = Counter()
    for seed in range(500_000, 500_050):
        truth = rehearsed(seed)
        for item, verdict in verdicts(truth, rules).items():
            expect = truth["items"][item]["expect"]
            seen[expect] += 1
            if expect == "fail":
                assert verdict in ("fail", "unsure"), (seed, item, verdict)
            if expect == "clean":
                assert verdict in ("pass", "not_applicable", "unsure"), (seed, item, verdict)
    assert seen["fail"] > 25
    assert seen["clean"] > 900


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.stem)
def test_committed_calls_are_judged_as_their_truth_says(path, rules):
    truth = read_truth(path)
    for item, verdict in verdicts(truth, rules).items():
        expect = truth["items"][item]["expect"]
        assert expect != "fail" or verdict == "fail", (item, verdict)
        assert expect != "clean" or verdict in ("pass", "not_applicable"), (item, verdict)


@pytest.mark.parametrize("name", ["23-jargon-amr-mono", "24-good-mono-mix"])
def test_talk_over_must_not_pass_where_all_speak_on_one_channel(name, rules):
    call = truth_call(CALLS / "truth" / f"{name}.json")
    card = draft(replace(call, remarks=(Reason("audio.mono"),)), rules, Scoring())
    (talk_over,) = (item for item in card.items if item.id == "talk-over")
    assert talk_over.verdict == Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.stem)
def test_pauses_in_the_truth_agree_with_the_formulas_of_the_product(path):
    truth, call = read_truth(path), truth_call(path)
    if truth["line"]["silent"]:
        return
    first = timing.first_reply(call)
    assert first == pytest.approx(truth["timing"]["first_reply"], abs=NEAR)
    replies = {round(r.at + r.seconds, 1): r.seconds for r in timing.reply_latencies(call) or ()}
    known = {
        round(r["at"] + r["seconds"], 1): r["seconds"] for r in truth["timing"]["reply_latencies"]
    }
    both = set(replies) & set(known)
    assert len(both) > len(known) / 2  # the product leaves out replies to 嗯 and the like
    assert all(replies[at] == pytest.approx(known[at], abs=NEAR) for at in both)
    silences = [(s.start, s.end) for s in timing.silences(call, 1.0) or ()]
    assert silences == [(s["start"], s["end"]) for s in truth["timing"]["silences"]]


def test_words_of_the_truth_lie_inside_their_turns_in_order():
    for path in TRUTHS:
        for turn in truth_call(path).turns:
            times = [(word.start, word.end) for word in turn.words]
            assert all(start <= end for start, end in times)
            assert times == sorted(times)
            if times:
                assert turn.start <= times[0][0] and times[-1][1] <= turn.end + 0.01


def test_failings_are_where_the_agent_speaks_or_is_silent_and_quotes_are_there():
    for path in TRUTHS:
        truth = read_truth(path)
        for item, expected in truth["items"].items():
            for place in expected["where"]:
                assert 0 <= place["start"] < place["end"] <= truth["duration"], (path.stem, item)
                if place["quote"]:
                    said = "".join(
                        character
                        for turn in truth["turns"]
                        if turn["speaker"] == Speaker.AGENT
                        for character, start in zip(
                            [c for c in turn["text"] if c not in "，。？！"],
                            turn["starts"],
                            strict=True,
                        )
                        if place["start"] <= start < place["end"]
                    )
                    assert said == "".join(c for c in place["quote"] if c not in "，。？！")


def test_the_committed_set_is_what_the_catalogue_says():
    assert {path.stem for path in TRUTHS} == {entry.name for entry in CATALOGUE}
    for entry in CATALOGUE:
        truth = read_truth(CALLS / "truth" / f"{entry.name}.json")
        assert all((CALLS / name).is_file() for name in truth["files"])
        assert (CALLS / "scripts" / f"{entry.name}.txt").is_file()
        assert (CALLS / f"{entry.name}.json").is_file() == entry.record
        assert 20 <= truth["duration"] <= 120
        failing = {name for name, item in truth["items"].items() if item["expect"] == "fail"}
        assert entry.failing <= failing


def test_every_item_fails_somewhere_in_the_committed_set_and_look_alikes_are_there():
    failing: set[str] = set()
    said: dict[str, str] = {}
    for path in TRUTHS:
        truth = json.loads(path.read_text())
        failing |= {name for name, item in truth["items"].items() if item["expect"] == "fail"}
        for turn in truth["turns"]:
            said[turn["speaker"]] = said.get(turn["speaker"], "") + turn["text"]
    assert failing == set(ITEMS)
    assert re.search("能不能|不能不|您?知不知道|清不清楚|您知道吗，我们", said["agent"])
    assert re.search("不知道|不清楚|不了解|你什么意思|你明白吗|后台", said["customer"])


def test_the_committed_set_is_small():
    assert sum(file.stat().st_size for file in CALLS.rglob("*") if file.is_file()) < 15e6
    assert len(CATALOGUE) >= 20
