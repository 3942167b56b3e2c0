"""The truth of a sample call: who said what when, what must be found where, what must not.

    call = truth_call(Path("sample_audio/calls/truth/01-good-inbound.json"))

`describe` makes the JSON from a scene; `truth_call` makes a `pipeline.call.Call` of the JSON
without any audio, with perfect words, roles and voice activity.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.call import Call, CallRecord, Interval, Speaker, Turn, Word
from sample_audio.recording import ENCODERS, Line, channel_of
from sample_audio.scene import HAN, Scene, Spoken
from sample_audio.script import AGENT, CUSTOMER, ITEMS, OTHER

SCHEMA = 1
BEFORE = {"first-reply", "slow-reply", "long-silence", "hold-notice"}
"""Failings that lie in the silence before the line that ends it."""
UNHEARD = {"slow-reply", "long-silence", "name-used", "talk-over", "hold-notice", "first-reply"}
"""Items on which nothing certain can be said where the customer is not heard."""


def describe(name: str, scene: Scene, line: Line, record: dict[str, Any] | None) -> dict[str, Any]:
    """The truth as JSON; times are those of the decoded recording."""
    delay = ENCODERS[line.encoder].delay
    script = scene.script
    heard = [spoken for spoken in scene.spoken if spoken.line.speaker != line.silent]
    return {
        "schema": SCHEMA,
        "name": name,
        "seed": script.seed,
        "business": script.business,
        "company": script.company,
        "direction": script.direction,
        "duration": scene.duration,
        "answered": _round(scene.answered),
        "line": asdict(line),
        "voices": {who: asdict(voice) for who, voice in script.voices.items()},
        "record": record,
        "turns": [_turn(spoken, line, delay) for spoken in heard],
        "items": _items(scene, line, delay, record),
        "timing": _timing(heard, scene, delay),
    }


def _round(seconds: float) -> float:
    return round(seconds, 3)


def _turn(spoken: Spoken, line: Line, delay: float) -> dict[str, Any]:
    return {
        "speaker": spoken.line.speaker,
        "channel": channel_of(line, spoken.line.speaker),
        "start": _round(spoken.start + delay),
        "end": _round(spoken.end + delay),
        "text": spoken.line.text,
        "starts": [_round(t + delay) for t in spoken.starts],
        "ends": [_round(t + delay) for t in spoken.ends],
        "voice": [[_round(a + delay), _round(b + delay)] for a, b in spoken.parts],
    }


def _items(
    scene: Scene, line: Line, delay: float, record: dict[str, Any] | None
) -> dict[str, dict[str, Any]]:
    script = scene.script
    where: dict[str, list[dict[str, Any]]] = {name: [] for name in ITEMS}
    for before, spoken in pairwise((None, *scene.spoken)):
        assert spoken is not None
        for item, quote in spoken.line.failing:
            start, end = _place(item, quote, before, spoken)
            place = {"start": _round(start + delay), "end": _round(end + delay), "quote": quote}
            where[item].append(place)
    open_items = script.open | (UNHEARD if line.silent else set())
    if record is None or "hung_up_by" not in record:
        open_items |= {"who-ended"}
    items: dict[str, dict[str, Any]] = {}
    for name in ITEMS:
        expect = "open" if name in open_items else "fail" if name in script.failing else "clean"
        items[name] = {"expect": expect, "where": where[name]}
    return items


def _place(item: str, quote: str, before: Spoken | None, spoken: Spoken) -> tuple[float, float]:
    """Start and end of a failing."""
    if item in BEFORE:
        return (before.end if before else 0.0), spoken.start
    if item == "talk-over" and before:
        return spoken.start, min(before.end, spoken.end)
    if quote:
        first = len(HAN.findall(spoken.line.text[: spoken.line.text.index(quote)]))
        last = first + len(HAN.findall(quote)) - 1
        return spoken.starts[first], spoken.ends[last]
    return spoken.start, spoken.end


def _timing(heard: list[Spoken], scene: Scene, delay: float) -> dict[str, Any]:
    """Replies of the agent, silences of a second and more, talk of both at once."""
    people = [s for s in heard if s.line.speaker != OTHER]
    first = next((s.start for s in people if s.line.speaker == AGENT), None)
    replies = [
        {"at": _round(a.end + delay), "seconds": _round(max(0.0, b.start - a.end))}
        for a, b in pairwise(people)
        if a.line.speaker == CUSTOMER and b.line.speaker == AGENT and b.end > a.end
    ]
    overlaps = [
        {
            "start": _round(b.start + delay),
            "end": _round(min(a.end, b.end) + delay),
            "interrupter": b.line.speaker,
        }
        for a, b in pairwise(people)
        if a.line.speaker != b.line.speaker and b.start < a.end
    ]
    return {
        "first_reply": None if first is None else _round(first - scene.answered),
        "reply_latencies": replies,
        "silences": [
            {"start": _round(start), "end": _round(end)}
            for start, end in _gaps(heard, scene.duration, delay)
            if end - start >= 1.0
        ],
        "overlaps": overlaps,
    }


def _gaps(heard: list[Spoken], duration: float, delay: float) -> Iterator[tuple[float, float]]:
    at = 0.0
    for start, end in sorted(part for spoken in heard for part in spoken.parts):
        if start + delay > at:
            yield at, start + delay
        at = max(at, end + delay)
    yield at, duration


def read_truth(path: Path) -> dict[str, Any]:
    """The JSON of one call."""
    truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return truth


def truth_call(path: Path) -> Call:
    """The call as a perfect recogniser would hear it. Raises OSError, KeyError."""
    return call_of(read_truth(path))


def call_of(truth: dict[str, Any]) -> Call:
    """The call of a truth."""
    speech: dict[Speaker, list[Interval]] = {}
    for turn in truth["turns"]:
        intervals = (Interval(start, end) for start, end in turn["voice"])
        speech.setdefault(Speaker(turn["speaker"]), []).extend(intervals)
    return Call(
        id=truth["name"],
        duration=truth["duration"],
        turns=tuple(_read_turn(turn) for turn in sorted(truth["turns"], key=_start)),
        speech={who: tuple(sorted(all_, key=lambda i: i.start)) for who, all_ in speech.items()},
        sources=(truth["name"],),
        engine="truth",
        about=CallRecord(**(truth["record"] or {})),
    )


def _start(turn: dict[str, Any]) -> float:
    start: float = turn["start"]
    return start


def _read_turn(turn: dict[str, Any]) -> Turn:
    """Words are characters; a mark belongs to the character before it."""
    words: list[Word] = []
    times = iter(zip(turn["starts"], turn["ends"], strict=True))
    for character in turn["text"]:
        if HAN.match(character):
            start, end = next(times)
            words.append(Word(character, start, end))
        else:
            words.append(Word(character, words[-1].end, words[-1].end))
    speaker = Speaker(turn["speaker"])
    return Turn(speaker, turn["start"], turn["end"], tuple(words), turn["channel"])
