"""The public JSON is what its schema says, and says what the scorecard says."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.call import Call, Medium
from pipeline.report.score_json import document
from pipeline.speech.sources import Source
from pipeline.workflow.scoring import Scored
from tests.report.conftest import Report
from tests.talk import talk

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/json-schema/score-1.json").read_text("utf-8")
)
DESIGNED = {
    "call": "recording sources id medium duration status remarks engine turns timing scorecards",
    "turn": "speaker channel start end text raw role_confidence words",
    "timing": "first_reply reply_latencies silences overlaps talk_share characters_per_minute",
    "scorecard": "template version ruleset total max fatal sections items",
    "item": "id ask section verdict points_lost max reason evidence nearest",
    "hit": "start end speaker quote confidence phrase kind",
}


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request: pytest.FixtureRequest, report: Report) -> dict[str, Any]:
    return document(report.results, request.param)


def test_the_document_is_what_the_schema_says(made: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(made)))


def test_the_schema_is_itself_valid_and_leaves_nothing_open() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name, kind in SCHEMA["$defs"].items():
        if "properties" in kind:
            assert kind["additionalProperties"] is False, name
            assert kind["required"] == list(kind["properties"]), name


@pytest.mark.parametrize("kind", DESIGNED)
def test_the_schema_has_the_keys_that_were_promised(kind: str) -> None:
    assert set(DESIGNED[kind].split()) <= set(SCHEMA["$defs"][kind]["properties"])


def test_a_key_that_the_schema_does_not_know_is_found(made: dict[str, Any]) -> None:
    stray = json.loads(json.dumps(made))
    stray["calls"][0]["scorecards"][0]["items"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(stray)


def test_calls_keep_their_order_and_failures_stand_apart(made: dict[str, Any]) -> None:
    assert [call["id"] for call in made["calls"]] == ["good", "../../etc/passwd", "bad"]
    assert [failed["recording"].endswith("broken.pdf") for failed in made["failed"]] == [True]
    assert made["failed"][0]["reason"]["key"] == "audio.no-audio"


def test_shares_of_talk_sum_to_one(made: dict[str, Any]) -> None:
    for call in made["calls"]:
        assert sum(call["timing"]["talk_share"].values()) == pytest.approx(1, abs=0.003)


def test_a_deduction_carries_its_evidence(made: dict[str, Any]) -> None:
    items = {item["id"]: item for item in made["calls"][2]["scorecards"][0]["items"]}
    forbidden = items["forbidden"]
    assert forbidden["verdict"] == "fail" and forbidden["points_lost"] > 0
    assert "不清楚" in forbidden["evidence"][0]["quote"]
    assert 10.4 <= forbidden["evidence"][0]["start"] < 12
    assert forbidden["reason"]["text"]


def test_sentences_are_in_the_language_that_was_asked_for(report: Report) -> None:
    zh, en = (document(report.results, language) for language in ("zh", "en"))
    texts = [d["failed"][0]["reason"]["text"] for d in (zh, en)]
    assert texts[0] != texts[1]
    assert not any("\u4e00" <= c <= "\u9fff" for c in texts[1])


def test_a_chat_without_sound_is_valid_too() -> None:
    chat: Call = talk("客户 0 在吗", "坐席 8 您好", medium=Medium.CHAT)
    made = document([Scored(source=Source("chat", (Path("chat.json"),)), call=chat)], "zh")
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    assert made["calls"][0]["timing"]["silences"] is None
    assert made["calls"][0]["timing"]["first_reply"] == 8.0


def test_nothing_scored_is_valid_too() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(document([], "zh"))
