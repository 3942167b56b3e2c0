"""FunASR: what AutoModel.generate gives, [{"key", "text", "timestamp", "sentence_info"}], and the
runtime server's answer, {"mode": "offline", "wav_name", "text", "timestamp", "stamp_sents"}.

All times are milliseconds. sentence_info: {"text", "start", "end", "timestamp", "spk"};
stamp_sents: {"text_seg", "punc", "start", "end", "ts_list"}, where a mark alone has -1 for its
times. A timestamp belongs to a character, or to a word in Latin letters.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from pipeline.refusal import Refusal
from pipeline.speech.call_record import brief
from pipeline.written.fields import Json, label, number, objects, seconds, text
from pipeline.written.transcript import Piece, Sentence, Transcript

NAME = "FunASR"
MS = 1000.0
TAG = re.compile(r"<\|[^|]*\|>")
"""SenseVoice's marks of language, emotion and event."""
TOKEN = re.compile(r"[a-zA-Z0-9']+|\w")


def fits(content: Any) -> bool:
    """A result with sentences, or with a key of its recording and times."""
    return all(_is_result(one) for one in _results(content)) and bool(_results(content))


def transcripts(content: Any, file: str) -> Iterator[Transcript]:
    """A recording per result."""
    for number_, one in enumerate(_results(content), 1):
        where = f"[{number_}]"
        if one.get("sentence_info"):
            listed = objects(one["sentence_info"], f"{where}.sentence_info", file)
            said = [_sentence(s, f"{where}.sentence_info[{n}]", file) for n, s in _counted(listed)]
        elif one.get("stamp_sents"):
            listed = objects(one["stamp_sents"], f"{where}.stamp_sents", file)
            said = list(_stamped(listed, f"{where}.stamp_sents", file))
        else:
            said = [_whole(one, where, file)]
        part = label(one, "key") or label(one, "wav_name")
        yield Transcript(engine=NAME, sentences=tuple(said), part=part)


def _results(content: Any) -> list[Any]:
    return content if isinstance(content, list) else [content]


def _is_result(one: Any) -> bool:
    if not isinstance(one, dict):
        return False
    told = isinstance(one.get("sentence_info"), list) or isinstance(one.get("stamp_sents"), list)
    return told or ("text" in one and "timestamp" in one and ("key" in one or "wav_name" in one))


def _counted(listed: list[Json]) -> Iterator[tuple[int, Json]]:
    return enumerate(listed, 1)


def _sentence(one: Json, where: str, file: str) -> Sentence:
    said = one.get("text", one.get("sentence"))
    if isinstance(said, list) and all(isinstance(word, str) for word in said):
        said = " ".join(said)
    if not isinstance(said, str):
        raise Refusal(
            "written.wrong-value",
            file,
            what=f"{where}.text",
            found=brief(said),
            allowed="文字 text",
        )
    said = TAG.sub("", said)
    return Sentence(
        label=label(one, "spk"),
        text=said,
        start=seconds(one, "start", where, file, MS),
        end=seconds(one, "end", where, file, MS),
        pieces=_pieces(said, one.get("timestamp")),
    )


def _stamped(listed: list[Json], where: str, file: str) -> Iterator[Sentence]:
    for n, one in _counted(listed):
        here = f"{where}[{n}]"
        said = text(one, "text_seg", here, file)
        if not said.strip():
            continue
        said = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", said.strip())
        yield Sentence(
            label=label(one, "spk"),
            text=said + text(one, "punc", here, file),
            start=seconds(one, "start", here, file, MS),
            end=seconds(one, "end", here, file, MS),
            pieces=_pieces(said, one.get("ts_list")),
        )


def _whole(one: Json, where: str, file: str) -> Sentence:
    """A result without sentences: all of it, from its first timestamp to its last."""
    said = TAG.sub("", text(one, "text", where, file))
    pairs = _pairs(one.get("timestamp"))
    start, end = (pairs[0][0], pairs[-1][1]) if pairs else (0.0, 0.0)
    return Sentence("", said, start, end, _pieces(said, one.get("timestamp")))


def _pieces(said: str, stamps: Any) -> tuple[Piece, ...]:
    """Each token with its time; none where their numbers differ."""
    tokens, pairs = TOKEN.findall(said), _pairs(stamps)
    if len(tokens) != len(pairs):
        return ()
    return tuple(Piece(t, start, end) for t, (start, end) in zip(tokens, pairs, strict=True))


def _pairs(stamps: Any) -> list[tuple[float, float]]:
    """[[ms, ms], ...], which the runtime server writes as a text."""
    if isinstance(stamps, str):
        try:
            stamps = json.loads(stamps)
        except (ValueError, RecursionError):
            return []
    if not isinstance(stamps, list):
        return []
    pairs = [_pair(stamp) for stamp in stamps]
    return [pair for pair in pairs if pair is not None] if None not in pairs else []


def _pair(stamp: Any) -> tuple[float, float] | None:
    if not isinstance(stamp, list) or len(stamp) != 2:
        return None
    start, end = number(stamp[0]), number(stamp[1])
    if start is None or end is None or not 0 <= start <= end:
        return None
    return start / MS, end / MS
