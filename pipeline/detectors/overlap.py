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

backchannels: a lexicon of words that only show attention (嗯, 好的), which are no characters of the
above; an overlap of nothing else does not count |
词库：只表示在听的话（嗯、好的），不计入上面的字数；重叠中只说了这些则不算
"""

from typing import Literal

from pipeline.call import Call, Interval
from pipeline.detectors._evidence import sure_of_roles
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all
from pipeline.text.rate import characters
from pipeline.text.timing import Overlap, overlaps

MONO = "audio.mono"
"""The remark of a recording on one channel, where every moment is given to one speaker."""


def find(
    call: Call,
    *,
    at_least_seconds: float,
    interrupter: Literal["agent", "customer", "any"] = "any",
    held_at_least_seconds: float = 0.0,
    at_least_characters: int = 0,
    backchannels: Lexicon | None = None,
) -> Hits:
    """Hits named overlap."""
    least = max(at_least_characters, int(backchannels is not None))
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
    said = [_said(call, overlap, backchannels) if least else 0 for overlap in long]
    pairs = list(zip(long, said, strict=True))
    return Hits(
        tuple(_hit(call, o) for o, count in pairs if count is not None and count >= least),
        tuple(Interval(o.start, o.end) for o, count in pairs if count is None),
    )


def _said(call: Call, overlap: Overlap, backchannels: Lexicon | None) -> int | None:
    """Characters that the interrupter says in the overlap; None where words have no times."""
    count = 0
    for turn in call.turns:
        if turn.speaker != overlap.interrupter or turn.end <= overlap.start:
            continue
        if turn.start >= overlap.end:
            break
        meanwhile: list[str] = []
        for word in turn.words:
            if word.start is None or word.end is None:
                return None
            if overlap.start <= (word.start + word.end) / 2 < overlap.end:
                meanwhile.append(word.text)
        count += characters(_without(backchannels, "".join(meanwhile)))
    return count


def _without(lexicon: Lexicon | None, text: str) -> str:
    """The text less all phrases of the lexicon."""
    found = find_all(lexicon, text) if lexicon is not None else ()
    gone = {at for match in found for at in range(match.start, match.end)}
    return "".join(character for at, character in enumerate(text) if at not in gone)


def _hit(call: Call, overlap: Overlap) -> Hit:
    return Hit(
        start=overlap.start,
        end=overlap.end,
        speaker=overlap.interrupter,
        what="overlap",
        kind=Kind.TIMING,
        confidence=sure_of_roles(call, overlap.start, overlap.end),
    )
