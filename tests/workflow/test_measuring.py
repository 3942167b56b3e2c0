"""What is stored beside what people corrected."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Speaker
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.settings import Settings, Storage
from pipeline.storage import Store
from pipeline.workflow.corrected import read_corrected
from pipeline.workflow.measuring import keep_decisions, measure
from pipeline.workflow.scoring import Asked, score
from tests.workflow.conftest import Ears

TURNS = [
    {"speaker": "agent", "text": "您好，工号八零零一为您服务"},
    {"speaker": "customer", "text": "我想查花费"},
    {"speaker": "坐席", "text": "这个我不清楚"},
    {"speaker": "坐席", "text": "再见"},
]
Write = Callable[..., Path]


@pytest.fixture
def scored(calls: Path, home: Path, settings: Settings, ears: Ears) -> Path:
    assert len(list(score(Asked(paths=[calls], home=home, settings=settings)))) == 3
    return home


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*calls: dict[str, Any]) -> Path:
        path = tmp_path / "corrected.json"
        path.write_text(json.dumps({"calls": calls}, ensure_ascii=False), "utf-8")
        return path

    return written


def test_words_are_counted_by_speaker(scored: Path, write: Write) -> None:
    found = measure([write({"recording": "a.wav", "turns": TURNS})], scored, Storage())
    assert (found.words.wrong, found.words.said) == (1, 25)
    assert found.by_speaker[Speaker.CUSTOMER].wrong == 1
    assert found.by_speaker[Speaker.AGENT].wrong == 0
    assert found.swapped == (("花", "话", 1),)
    assert (found.speakers.part, found.speakers.whole) == (4, 4)


def test_verdicts_are_compared_item_by_item(scored: Path, write: Write) -> None:
    path = write(
        {"recording": "a.wav", "items": {"forbidden": "fail", "greeting": "pass"}},
        {"recording": "b.wav", "items": {"forbidden": "不合格"}},
        {"recording": "c.wav", "items": {"forbidden": "pass", "jargon": "fail"}},
    )
    found = measure([path], scored, Storage())
    items = {item.id: item for item in found.items}
    assert (items["forbidden"].agreement.precision.part, items["forbidden"].agreement.charged) == (
        2,
        3,
    )
    assert [case.call for case in items["forbidden"].differing] == ["c.wav"]
    assert items["jargon"].agreement.recall.rate == 0
    assert found.words.rate is None


def test_what_nobody_decided_is_not_counted(scored: Path, write: Write) -> None:
    items = {"greeting": "unsure", "farewell": None, "forbidden": "fail"}
    found = measure([write({"recording": "a.wav", "items": items})], scored, Storage())
    assert [item.id for item in found.items] == ["forbidden"]


def test_the_json_of_score_can_be_handed_in_as_it_is(scored: Path, write: Write) -> None:
    card = {"items": [{"id": "forbidden", "verdict": "fail", "ask": "?"}]}
    turns = [{**turn, "channel": 0, "words": []} for turn in TURNS]
    found = measure(
        [write({"recording": "a.wav", "id": "a", "turns": turns, "scorecards": [card]})],
        scored,
        Storage(),
    )
    assert found.overall.cases == 1 and found.words.wrong == 1


def test_a_wrong_speaker_is_no_wrong_word_but_a_wrong_speaker(scored: Path, write: Write) -> None:
    turned = [*TURNS[:1], {"speaker": "agent", "text": "我想查话费"}, *TURNS[2:]]
    found = measure([write({"recording": "a.wav", "turns": turned})], scored, Storage())
    assert (found.speakers.part, found.speakers.whole) == (3, 4)


def test_private_numbers_that_somebody_typed_are_masked(write: Write) -> None:
    turns = [{"speaker": "customer", "text": "我的手机号是13800138000"}]
    (call,) = read_corrected(write({"recording": "a.wav", "turns": turns}))
    assert call.turns is not None and "138" not in call.turns[0].text


def test_what_is_not_stored_is_left_out_and_told(scored: Path, write: Write) -> None:
    items = {"forbidden": "fail", "no-such": "pass"}
    path = write({"recording": "a.wav", "items": items}, {"recording": "z.wav", "items": items})
    found = measure([path], scored, Storage())
    assert len(found.calls) == 1
    assert [r.reason.key for r in found.unknown] == ["workflow.not-found", "measure.strange-item"]
    with pytest.raises(Refusal, match="not-found"):
        measure([write({"recording": "z.wav", "items": items})], scored, Storage())


def test_verdicts_are_kept_once_as_decisions(scored: Path, write: Write) -> None:
    path = write({"recording": "a.wav", "items": {"forbidden": "pass", "greeting": "pass"}})
    assert keep_decisions(measure([path], scored, Storage()), scored, Storage(), "王班长") == 2
    assert keep_decisions(measure([path], scored, Storage()), scored, Storage(), "王班长") == 0
    assert keep_decisions(measure([path], scored, Storage()), scored, Storage(), "李班长") == 2
    with Store(scored) as store:
        (result,) = store.find("a.wav")
    decided = [(d.item, d.verdict, d.by) for d in result.kept[0].decisions]
    assert decided[:2] == [
        ("greeting", Verdict.PASS, "王班长"),
        ("forbidden", Verdict.PASS, "王班长"),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[]", "not-calls"),
        ('{"calls": 3}', "not-calls"),
        ('{"calls": [{"turns": []}]}', "no-recording"),
        ('{"recording": "a.wav"}', "nothing-corrected"),
        ('{"recording": "a.wav", "turns": [1]}', "not-turns"),
        ('{"recording": "a.wav", "turns": [{"speaker": "boss", "text": "x"}]}', "bad-speaker"),
        ('{"recording": "a.wav", "turns": [{"speaker": ["agent"], "text": "x"}]}', "bad-speaker"),
        ('{"recording": "a.wav", "turns": [{"speaker": "agent"}]}', "no-text"),
        ('{"recording": "a.wav", "items": {"greeting": "good"}}', "bad-verdict"),
        ('{"recording": "a.wav", "items": ["greeting"]}', "not-items"),
        ('{"recording": "a.wav", "scorecards": [{"items": [3]}]}', "not-items"),
    ],
)
def test_what_is_written_otherwise_is_refused(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, "utf-8")
    with pytest.raises(Refusal) as refused:
        read_corrected(path)
    assert refused.value.reason.key == f"measure.{key}"
