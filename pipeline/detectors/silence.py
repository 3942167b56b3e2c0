"""Nobody speaks for a long time. | 长时间静音。

One hit for every stretch without any voice, prompt or music, from the answer of the call to its
end; the agent, who leads the call, answers for it. A recording on which only one side is ever heard
is not judged: the other may be speaking. |
从接通到结束，没有任何人声、提示音或音乐的每一段各算一次，由主导通话的坐席负责。
整通录音只听得到一方时不作判断：另一方可能正在说话。

longer_than_seconds: a longer silence counts | 静音超过多少秒才算

following: only silences after words of the agent, or of the customer; or after anyone's |
只算坐席（agent）或客户（customer）说完之后的静音；anyone 不限

ended_by: only silences that the agent, or the customer, ends by speaking; or anyone |
只算由坐席（agent）或客户（customer）开口结束的静音；anyone 不限

at_ends: silences before the first and after the last voice count too | 首尾的静音是否也算
"""

from typing import Literal

from pipeline.call import Call, Interval, Speaker
from pipeline.detectors._evidence import sure_of_roles
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.spans import within
from pipeline.text.timing import silences, voice

ANYBODY = (Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN)
INSTANT = 0.001
"""Beside a silence, somebody is heard this much before it begins or after it ends."""


def find(
    call: Call,
    *,
    longer_than_seconds: float,
    following: Literal["agent", "customer", "anyone"] = "anyone",
    ended_by: Literal["agent", "customer", "anyone"] = "anyone",
    at_ends: bool = True,
) -> Hits:
    """Hits named silence."""
    quiet = silences(call)
    heard = sum(bool(voice(call, speaker)) for speaker in ANYBODY)
    if quiet is None or not heard:
        return Hits(applicable=False)
    spoken = voice(call, *ANYBODY)
    inner = Interval(spoken[0].start, spoken[-1].end)
    long = tuple(
        span
        for span in quiet
        if round(span.seconds, 3) > longer_than_seconds
        and _heard(call, following, span.start - INSTANT, span.start)
        and _heard(call, ended_by, span.end, span.end + INSTANT)
        and (at_ends or inner.start < span.start < inner.end)
    )
    if heard < 2:
        return Hits(blind=long)
    return Hits(tuple(_hit(call, span, (following, ended_by)) for span in long))


def _heard(call: Call, who: str, start: float, end: float) -> bool:
    return who == "anyone" or bool(within(voice(call, Speaker(who)), start, end))


def _hit(call: Call, span: Interval, beside: tuple[str, str]) -> Hit:
    """A silence is one whoever speaks before and after, unless that is what was asked."""
    edges = zip((span.start, span.end), beside, strict=True)
    asked = (sure_of_roles(call, at, at) for at, who in edges if who != "anyone")
    confidence = min(asked, default=1.0)
    return Hit(
        start=span.start,
        end=span.end,
        speaker=Speaker.AGENT,
        what="silence",
        kind=Kind.TIMING,
        confidence=confidence,
    )
