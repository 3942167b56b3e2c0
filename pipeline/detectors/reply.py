"""The agent replies late. | 坐席应答过慢。

One hit for every wait that is too long, from the end of the customer's question to the agent's
next words; the agent answers for it. In a chat a wait begins at the customer's first unanswered
message. A wait in which somebody speaks whom nobody could place is not judged; where the times of a
chat have no seconds, one that may be in time is not to be relied on. docs/timing.md gives the
formulas. |
从客户说完到坐席开口，等待过长的每一处各算一次，责任人为坐席。在线会话从客户第一条未答复的消息算起。
等待中若有身份不明者说话，则不作判断；在线会话的时间只到分、分不出是否超时的，不作数。
公式见 docs/timing.md。

slower_than_seconds: a longer wait is too long | 等待超过多少秒算过慢

first: only the first reply, from the answer of the call to the agent's first words; nothing can be
said of an agent who is never heard | 只看首次响应：从接通到坐席第一句话；坐席始终没有声音则不作判断

average: only the mean of all waits, as one hit that begins with the first wait and is as long as
the mean | 只看全部等待的平均值，最多算一次：从第一次等待起，长度为平均值

question_at_least_seconds: the customer's shorter utterances (嗯, 哦) ask for no reply |
客户不足这个秒数的话（嗯、哦）不算提问
"""

from statistics import fmean

from pipeline.call import Call, Interval, Medium, Speaker
from pipeline.detectors._evidence import everything, sure_of_roles
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.spans import within
from pipeline.text.timing import (
    BACKCHANNEL_SECONDS,
    Latency,
    answered_at,
    doubt_seconds,
    first_reply,
    reply_latencies,
    voice,
)


def find(
    call: Call,
    *,
    slower_than_seconds: float,
    first: bool = False,
    average: bool = False,
    question_at_least_seconds: float = BACKCHANNEL_SECONDS,
) -> Hits:
    """Hits named reply, first_reply or average_reply."""
    if call.speech is None and call.medium != Medium.CHAT:
        return Hits(applicable=False)
    if first:
        return _first(call, slower_than_seconds)
    waits = reply_latencies(call, question_at_least_seconds) or ()
    if average:
        mean = fmean(wait.seconds for wait in waits) if waits else 0.0
        span = _span(Latency(waits[0].at if waits else 0.0, mean))
        return _judged(call, "average_reply", [(span, mean)], slower_than_seconds)
    each = [(_span(wait), wait.seconds) for wait in waits]
    return _judged(call, "reply", each, slower_than_seconds)


def _first(call: Call, slower_than_seconds: float) -> Hits:
    seconds = first_reply(call)
    if seconds is None:
        return Hits(blind=(everything(call),))
    span = _span(Latency(answered_at(call), seconds))
    return _judged(call, "first_reply", [(span, seconds)], slower_than_seconds)


def _span(wait: Latency) -> Interval:
    return Interval(wait.at, wait.at + wait.seconds)


def _judged(call: Call, what: str, waits: list[tuple[Interval, float]], limit: float) -> Hits:
    """The late waits as hits; one that may be in time is not to be relied on. Those that may be
    late, or in which somebody unplaced may be the agent, are blind."""
    doubt = doubt_seconds(call)
    found: list[Hit] = []
    blind: list[Interval] = []
    for span, seconds in waits:
        if round(seconds, 3) > limit and not _unplaced(call, span):
            sure = round(seconds - doubt, 3) > limit
            found.append(_hit(what, span, sure_of_roles(call, span.start, span.end) * sure))
        elif round(seconds + doubt, 3) > limit:
            blind.append(span)
    return Hits(tuple(found), tuple(blind))


def _unplaced(call: Call, span: Interval) -> bool:
    """Whether somebody nobody could place speaks, or writes, meanwhile."""
    if call.medium == Medium.CHAT:
        strangers = (turn.start for turn in call.turns if turn.speaker == Speaker.UNKNOWN)
        return any(span.start <= start <= span.end for start in strangers)
    return bool(within(voice(call, Speaker.UNKNOWN), span.start, span.end))


def _hit(what: str, span: Interval, confidence: float) -> Hit:
    return Hit(
        start=span.start,
        end=span.end,
        speaker=Speaker.AGENT,
        what=what,
        kind=Kind.TIMING,
        confidence=confidence,
    )
