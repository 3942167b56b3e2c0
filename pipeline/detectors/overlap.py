"""Agent and customer speak at once. | 抢话：坐席与客户同时说话。

One hit for every stretch in which both are heard; the one who started later interrupts and answers
for it (nobody, if both started at once). It does not apply to mono recordings: on one channel, two
voices at once cannot be told apart. |
双方声音重叠的每一段各算一次，后开口的一方为抢话人并负责；同时开口则不归任何一方。
单声道录音不适用：同一声道里同时出现的两个声音无法分开。

at_least_seconds: a shorter overlap does not count | 重叠不足多少秒不算

interrupter: who came in later: agent, customer or any |
谁后开口：agent 坐席、customer 客户、any 不限

held_at_least_seconds: the other had already been speaking for this long | 对方此前至少已说了多少秒

at_least_characters: the interrupter says at least so many characters meanwhile; an overlap whose
words have no times is then not judged | 抢话人在重叠中至少说了多少个字；文字没有时间时不作判断
"""

from typing import Literal

from pipeline.call import Call, Interval
from pipeline.detectors._evidence import sure_of_roles
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.timing import Overlap, characters, overlaps

MONO = "audio.mono"
"""The remark of a recording on one channel, where every moment is given to one speaker."""


def find(
    call: Call,
    *,
    at_least_seconds: float,
    interrupter: Literal["agent", "customer", "any"] = "any",
    held_at_least_seconds: float = 0.0,
    at_least_characters: int = 0,
) -> Hits:
    """Hits named overlap."""
    known = overlaps(call)
    if known is None or any(remark.key == MONO for remark in call.remarks):
        return Hits(applicable=False)
    long = [
        overlap
        for overlap in known
        if round(overlap.end - overlap.start, 3) >= at_least_seconds
        and round(overlap.held_seconds, 3) >= held_at_least_seconds
        and interrupter in (overlap.interrupter, "any")
    ]
    said = [_said(call, overlap) if at_least_characters else 0 for overlap in long]
    pairs = list(zip(long, said, strict=True))
    return Hits(
        tuple(
            _hit(call, o)
            for o, count in pairs
            if count is not None and count >= at_least_characters
        ),
        tuple(Interval(o.start, o.end) for o, count in pairs if count is None),
    )


def _said(call: Call, overlap: Overlap) -> int | None:
    """Characters that the interrupter says in the overlap; None where words have no times."""
    count = 0
    for turn in call.turns:
        if turn.speaker != overlap.interrupter or turn.end <= overlap.start:
            continue
        if turn.start >= overlap.end:
            break
        for word in turn.words:
            if word.start is None or word.end is None:
                return None
            if overlap.start <= (word.start + word.end) / 2 < overlap.end:
                count += characters(word.text)
    return count


def _hit(call: Call, overlap: Overlap) -> Hit:
    return Hit(
        start=overlap.start,
        end=overlap.end,
        speaker=overlap.interrupter,
        what="overlap",
        kind=Kind.TIMING,
        confidence=sure_of_roles(call, overlap.start, overlap.end),
    )
