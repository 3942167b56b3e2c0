"""Transcripts of other recognisers: what the formats hold, and what becomes of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Call, Medium, Speaker
from pipeline.configuration.resources import folder
from pipeline.settings import Chats, Settings
from pipeline.text.lexicon import load_lexicons
from pipeline.written import Reader, Written

LEXICONS = load_lexicons(folder("lexicons"))
ASK, REPLY = "您好，请问有什么可以帮您？", "我想查一下话费。"


def written(folder: Path, content: Any, settings: Settings | None = None) -> list[Written]:
    path = folder / "transcript.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return list(Reader(settings or Settings(), LEXICONS, transcripts=True).read(path))


def read(folder: Path, content: Any, settings: Settings | None = None) -> Call:
    (one,) = written(folder, content, settings)
    assert one.call is not None, one.refusal
    return one.call


def whisper(words: bool = True) -> dict[str, Any]:
    timed = [
        {"word": "您好，", "start": 0.5, "end": 0.9, "probability": 0.98},
        {"word": "请问", "start": 1.0, "end": 1.3, "probability": 0.4},
        {"word": "有什么可以帮您？", "start": 1.3, "end": 2.5, "probability": 0.9},
    ]
    segment = {"id": 0, "seek": 0, "start": 0.5, "end": 2.5, "text": ASK, "avg_logprob": -0.25}
    second = {"id": 1, "start": 3.0, "end": 4.5, "text": REPLY, "avg_logprob": -1.5}
    return {
        "text": ASK + REPLY,
        "language": "zh",
        "segments": [{**segment, "words": timed} if words else segment, second],
    }


def whisperx() -> dict[str, Any]:
    def segment(start: float, text: str, speaker: str) -> dict[str, Any]:
        words: list[dict[str, Any]] = [
            {"word": c, "start": start + i * 0.2, "end": start + i * 0.2 + 0.2, "score": 0.1}
            for i, c in enumerate(text)
            if c.isalpha()
        ]
        words[1] = {"word": words[1]["word"]}  # one that could not be aligned
        end = start + len(text) * 0.2
        return {"start": start, "end": end, "text": text, "words": words, "speaker": speaker}

    segments = [segment(0.5, ASK, "SPEAKER_01"), segment(4, REPLY, "SPEAKER_00")]
    return {"segments": segments, "word_segments": [], "language": "zh"}


def funasr() -> list[dict[str, Any]]:
    def stamps(text: str, start: int) -> list[list[int]]:
        return [
            [start + i * 200, start + i * 200 + 200] for i in range(sum(map(str.isalpha, text)))
        ]

    info = [
        {"text": ASK, "start": 500, "end": 2900, "timestamp": stamps(ASK, 500), "spk": 0},
        {"text": REPLY, "start": 4000, "end": 5400, "timestamp": stamps(REPLY, 4000), "spk": 1},
    ]
    return [{"key": "call-7", "text": ASK + REPLY, "timestamp": [], "sentence_info": info}]


def runtime() -> dict[str, Any]:
    first = {"text_seg": "您 好", "punc": "，", "start": 500, "end": 900}
    return {
        "mode": "offline",
        "wav_name": "call-8",
        "text": "您好，okay。",
        "timestamp": "[[500,700],[700,900],[1000,1400]]",
        "stamp_sents": [
            {"text_seg": "", "punc": "，", "start": -1, "end": -1, "ts_list": []},
            {**first, "ts_list": [[500, 700], [700, 900]]},
            {
                "text_seg": "okay",
                "punc": "。",
                "start": 1000,
                "end": 1400,
                "ts_list": [[1000, 1400]],
            },
        ],
    }


def tencent() -> dict[str, Any]:
    def sentence(start: int, text: str, speaker: int) -> dict[str, Any]:
        bare = text.strip("，。？").replace("，", "")
        words = [
            {"Word": bare[:2], "OffsetStartMs": 0, "OffsetEndMs": 400},
            {"Word": bare[2:], "OffsetStartMs": 400, "OffsetEndMs": 2000},
        ]
        span = {"StartMs": start, "EndMs": start + 2000, "SpeakerId": speaker}
        return {"FinalSentence": text, "SliceSentence": bare, "Words": words, **span}

    details = [sentence(500, ASK, 0), sentence(4000, REPLY, 1)]
    data = {"TaskId": 1, "Status": 2, "StatusStr": "success", "AudioDuration": 7.5}
    return {"Response": {"RequestId": "r", "Data": {**data, "Result": "", "ResultDetail": details}}}


def alibaba() -> dict[str, Any]:
    def sentence(start: int, text: str, role: str) -> dict[str, Any]:
        return {"Begin": start, "End": start + 2000, "Role": role, "Words": text, "SpeechRate": 200}

    said = [sentence(500, ASK, "客服"), sentence(4000, REPLY, "客户")]
    one = {
        "AsrResult": {"AsrResult": said},
        "Agent": {"Id": "8001", "Name": "小王", "SkillGroup": "售后"},
        "Recording": {"Id": "R1", "Name": "a.wav", "Duration": 60, "Business": "话费"},
    }
    other = {**one, "Recording": {"Id": "R2", "Name": "b.wav", "Duration": 50}}
    return {"Code": "200", "Data": {"ResultInfo": [one, other]}}


def amazon() -> dict[str, Any]:
    def item(text: str, start: int, confidence: str = "0.97") -> dict[str, Any]:
        span = {"BeginOffsetMillis": start, "EndOffsetMillis": start + 300}
        return {"Content": text, "Confidence": confidence, "Type": "pronunciation", **span}

    mark = {"Content": "，", "Confidence": "0.0", "Type": "punctuation"}
    first = [item("您好", 500), mark, item("请问有什么可以帮您", 900, "0.3")]
    return {
        "JobStatus": "COMPLETED",
        "LanguageCode": "zh-CN",
        "Transcript": [
            {
                "ParticipantRole": "AGENT",
                "Content": ASK,
                "BeginOffsetMillis": 500,
                "EndOffsetMillis": 1300,
                "Items": first,
                "LoudnessScores": [80.1],
            },
            {
                "ParticipantRole": "CUSTOMER",
                "Content": REPLY,
                "BeginOffsetMillis": 4000,
                "EndOffsetMillis": 6000,
            },
        ],
        "ConversationCharacteristics": {"TotalConversationDurationMillis": 9000},
    }


BOTH = [Speaker.AGENT, Speaker.CUSTOMER]
FORMATS = {
    "WhisperX": (whisperx, [0.5, 4.0], BOTH),
    "FunASR": (funasr, [0.5, 4.0], BOTH),
    "Tencent Cloud ASR": (tencent, [0.5, 4.0], BOTH),
    "Transcribe Call Analytics": (amazon, [0.5, 4.0], BOTH),
    "Whisper": (whisper, [0.5], [Speaker.UNKNOWN]),
}


@pytest.mark.parametrize("name", FORMATS)
def test_times_and_roles_are_kept(tmp_path: Path, name: str) -> None:
    made, starts, speakers = FORMATS[name]
    call = read(tmp_path, made())
    assert call.engine == f"{name} (imported)"
    assert (call.medium, call.speech) == (Medium.VOICE, None)
    assert [turn.start for turn in call.turns] == starts
    assert [turn.speaker for turn in call.turns] == speakers
    assert "".join(turn.text for turn in call.turns) == ASK + REPLY
    assert call.duration >= call.turns[-1].end


def test_whisper_says_how_sure_its_words_are(tmp_path: Path) -> None:
    (turn,) = read(tmp_path, whisper()).turns
    told = [(word.text, word.start, round(word.confidence, 2)) for word in turn.words]
    assert told[:3] == [("您好，", 0.5, 0.98), ("请问", 1.0, 0.4), ("有什么可以帮您？", 1.3, 0.9)]
    assert told[3] == (REPLY, None, 0.22)


def test_words_without_times_are_tolerated(tmp_path: Path) -> None:
    (turn,) = read(tmp_path, whisper(words=False)).turns
    assert turn.text == ASK + REPLY
    assert {word.start for word in turn.words} == {None}
    words = read(tmp_path, whisperx()).turns[0].words
    assert words[1].start is None and words[0].start == 0.5
    assert "".join(word.text for word in words) == ASK


def test_how_well_a_word_was_aligned_is_no_trust_in_it(tmp_path: Path) -> None:
    words = read(tmp_path, whisperx()).turns[0].words
    assert {word.confidence for word in words} == {0.9}


def test_marks_belong_to_the_word_before_them(tmp_path: Path) -> None:
    words = read(tmp_path, amazon()).turns[0].words
    assert [(w.text, w.start, w.confidence) for w in words] == [
        ("您好，", 0.5, 0.97),
        ("请问有什么可以帮您？", 0.9, 0.3),
    ]
    assert read(tmp_path, tencent()).turns[0].words[0].text == "您好，"


def test_a_runtime_server_tells_tokens_and_marks_apart(tmp_path: Path) -> None:
    (turn,) = read(tmp_path, runtime()).turns
    assert turn.text == "您好，okay。"
    assert [word.start for word in turn.words] == [0.5, 0.7, 1.0]


def test_a_result_without_sentences_is_one(tmp_path: Path) -> None:
    stamps = [[100, 300], [300, 500]]
    call = read(tmp_path, [{"key": "k", "text": "<|zh|><|NEUTRAL|>您好。", "timestamp": stamps}])
    assert [(t.text, t.start, t.end) for t in call.turns] == [("您好。", 0.1, 0.5)]


def test_lines_without_details_are_read(tmp_path: Path) -> None:
    answer = tencent()
    lines = f"[0:0.500,0:2.500,0]  {ASK}\n[1:4.000,1:6.000,1]  {REPLY}\n"
    answer["Response"]["Data"] |= {"ResultDetail": None, "Result": lines}
    call = read(tmp_path, answer)
    assert [(t.speaker, t.start, t.text) for t in call.turns] == [
        (Speaker.AGENT, 0.5, ASK),
        (Speaker.CUSTOMER, 64.0, REPLY),
    ]


def test_several_results_are_several_calls_with_what_is_known_of_them(tmp_path: Path) -> None:
    found = written(tmp_path, alibaba())
    assert [one.part for one in found] == ["R1", "R2"]
    calls = [one.call for one in found if one.call]
    assert [call.duration for call in calls] == [60, 50]
    assert [turn.speaker for turn in calls[0].turns] == BOTH
    about = calls[0].about
    assert (about.id, about.agent, about.queue, about.business_type) == (
        *("R1", "8001", "售后", "话费"),
    )


def test_a_dialogue_for_review_is_read(tmp_path: Path) -> None:
    said = alibaba()["Data"]["ResultInfo"][0]["AsrResult"]["AsrResult"]
    call = read(tmp_path, {"Success": True, "Data": {"Vid": "v1", "Dialogues": said}})
    assert [turn.speaker for turn in call.turns] == BOTH


def test_sentences_of_one_voice_without_a_pause_are_one_turn(tmp_path: Path) -> None:
    content = whisperx()
    first = content["segments"][0]
    content["segments"][1] = {**first, "start": 3.2, "end": 6, "text": REPLY, "words": []}
    assert [turn.text for turn in read(tmp_path, content).turns] == [ASK + REPLY]
    content["segments"][1]["start"] = 5.0
    assert len(read(tmp_path, content).turns) == 2


def test_the_settings_say_whose_a_label_is(tmp_path: Path) -> None:
    settings = replace(Settings(), chats=Chats(agents=("SPEAKER_00",)))
    turns = read(tmp_path, whisperx(), settings).turns
    assert [turn.speaker for turn in turns] == [Speaker.CUSTOMER, Speaker.AGENT]
    assert [turn.role_confidence for turn in turns] == [1.0, 1.0]


def test_voices_that_nothing_tells_are_nobodys_and_that_is_said(tmp_path: Path) -> None:
    call = read(tmp_path, whisper())
    assert [remark.key for remark in call.remarks] == ["written.no-labels"]
    content = whisperx()
    content["segments"].append({**content["segments"][0], "start": 9, "end": 12, "speaker": "S3"})
    call = read(tmp_path, content)
    assert {turn.speaker for turn in call.turns} == {Speaker.UNKNOWN}
    assert [remark.key for remark in call.remarks] == ["written.no-roles"]


def test_private_numbers_are_masked(tmp_path: Path) -> None:
    content = whisper(words=False)
    content["segments"][0]["text"] = "我的手机13812345678"
    assert "138" not in read(tmp_path, content).turns[0].text


def changed(content: Any, *way: Any) -> Any:
    """The content with what lies at the end of the way set to the last of it."""
    *keys, last, value = way
    inner = content
    for key in keys:
        inner = inner[key]
    inner[last] = value
    return content


@pytest.mark.parametrize(
    ("content", "key", "named"),
    [
        (changed(whisper(), "segments", 0, "start", "soon"), "wrong-value", "segments[1].start"),
        (changed(whisper(), "segments", 0, "start", -3), "wrong-value", "segments[1].start"),
        (changed(whisper(), "segments", 0, "end", 1e300), "wrong-value", "segments[1].end"),
        (changed(whisper(), "segments", 0, "text", 7), "wrong-value", "segments[1].text"),
        (changed(whisper(), "segments", 0, "words", {}), "wrong-value", "segments[1].words"),
        (changed(whisper(), "segments", 0, "end", 0.1), "ends-before", "0.1"),
        (changed(whisper(), "segments", []), "no-messages", ""),
        (changed(tencent(), "Response", "Data", "StatusStr", "waiting"), "not-done", "waiting"),
        (changed(amazon(), "JobStatus", "FAILED"), "not-done", "FAILED"),
        (changed(amazon(), "Transcript", 0, "Items", [3]), "wrong-value", "Transcript[1].Items"),
        (changed(funasr(), 0, "sentence_info", 0, "text", 3), "wrong-value", "text"),
        ({"results": {"items": []}}, "unknown-json", "WhisperX"),
        ([[]], "unknown-json", "FunASR"),
        ("text", "unknown-json", "Whisper"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, content: Any, key: str, named: str
) -> None:
    (one,) = written(tmp_path, content)
    assert one.refusal is not None
    assert one.refusal.reason.key == f"written.{key}"
    assert named in str(dict(one.refusal.reason.values))


def chat() -> dict[str, Any]:
    turns = [{"speaker": who, "start": 0, "end": 1, "text": "在"} for who in ("客户", "客服")]
    return {"medium": "chat", "id": "1", "about": {"agent": "1"}, "turns": turns}


def messages() -> list[dict[str, Any]]:
    return [{"from": who, "time": "09:00:00", "content": "在"} for who in ("客户", "客服")]


MADE = [whisper, whisperx, funasr, runtime, tencent, alibaba, amazon, chat, messages]


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("value", [None, 3, "x", [], [None], {"a": None}, -1, 1e308])
def test_no_value_anywhere_breaks_the_reader(tmp_path: Path, made: Any, value: Any) -> None:
    """Every field of every format with every odd value: read or refused, never broken."""
    for way in list(ways(made())):
        path = tmp_path / "odd.json"
        path.write_text(json.dumps(changed(made(), *way, value)), "utf-8")
        for one in Reader(Settings(), {}, transcripts=True).read(path):
            assert one.refusal is None or one.refusal.reason.key != "written.broke", way


def ways(content: Any) -> Any:
    """Where in it something stands."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, inner in pairs:
        yield (key,)
        if isinstance(inner, dict | list):
            yield from ((key, *rest) for rest in ways(inner))


def test_a_transcript_among_recordings_is_not_scored_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(whisperx()), "utf-8")
    (one,) = Reader(Settings(), LEXICONS).read(path)
    assert one.refusal is not None
    assert one.refusal.reason.key == "written.is-transcript"
    assert one.refusal.reason.values["found"] == "WhisperX"
