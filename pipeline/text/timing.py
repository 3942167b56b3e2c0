"""Replies, silences, overlaps and shares of one call: one formula each. Rates are in rate.py.

Everything rests on `Call.speech`, the voice that was heard, never on a recogniser's timestamps.
Without it (`None`) an answer is None, except that a chat's replies come from its messages' times.
All times are seconds from the start of the recording. Pure; O(n log n) in stretches of voice.
docs/timing.md states every formula in words, with its source.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.call import Call, Interval, Medium, Speaker, Turn
from pipeline.text.spans import Spans, bridge, intersection, seconds, union

BRIDGE_SECONDS = 0.3
"""Voice of one speaker with a shorter gap inside is one stretch; edges never move."""
PAUSE_SECONDS = 1.0
"""A customer who goes on after a shorter pause, the agent silent, still asks the same question."""
TO_THE_MINUTE = "written.to-the-minute"
"""The remark of a chat whose times have no seconds: any wait may be a minute more, or less."""
BACKCHANNEL_SECONDS = 0.3
"""A customer's shorter utterance (嗯, 哦) asks nothing, so nothing replies to it; 没有了 does."""


@dataclass(frozen=True, slots=True)
class Latency:
    """A wait for the agent: it began at `at` and lasted `seconds`; the reply is at their sum."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Agent and customer speak at once. interrupter: who started later, UNKNOWN if both at once.

    held_seconds is how long the other had been speaking when the interrupter came in.
    """

    start: float
    end: float
    interrupter: Speaker
    held_seconds: float


@dataclass(frozen=True, slots=True)
class Share:
    """Parts of the call's duration; agent and customer exclude both; the four sum to 1."""

    agent: float
    customer: float
    both: float
    neither: float


def voice(call: Call, *speakers: Speaker) -> Spans:
    """Where any of the speakers is heard: ordered, disjoint, inside the call."""
    known = call.speech or {}
    return union(
        Interval(max(0.0, span.start), min(call.duration, span.end))
        for speaker in speakers
        for span in known.get(speaker, ())
    )


def answered_at(call: Call) -> float:
    """Where the wait for the agent's first words begins.

    The answer, if the call record has it. Else the end of the last prompt or music before the
    agent's first words; in a chat the customer's first message, if the agent waited for it; else 0.
    """
    if call.about.answered is not None:
        return min(max(0.0, call.about.answered), call.duration)
    if call.medium == Medium.CHAT:
        first = next((turn for turn in _messages(call)), None)
        return first.start if first and first.speaker == Speaker.CUSTOMER else 0.0
    agent = voice(call, Speaker.AGENT)
    first_words = agent[0].start if agent else call.duration
    prompts = voice(call, Speaker.OTHER)
    before = bisect_right([prompt.end for prompt in prompts], first_words)
    return prompts[before - 1].end if before else 0.0


def first_reply(call: Call) -> float | None:
    """Seconds from the answer to the agent's first words; None if there are none, or no times."""
    answer = answered_at(call)
    if call.medium == Medium.CHAT:
        starts = [t.start for t in _messages(call) if t.speaker == Speaker.AGENT]
        return next((start - answer for start in starts if start >= answer), None)
    gap = answer_gap(call, Speaker.AGENT)
    return gap.seconds if gap else None


def doubt_seconds(call: Call) -> float:
    """By how much a wait may be longer or shorter than it seems."""
    return 60.0 if any(remark.key == TO_THE_MINUTE for remark in call.remarks) else 0.0


def answer_gap(call: Call, *speakers: Speaker) -> Interval | None:
    """From the answer to the first voice of any of the speakers; None if there is none."""
    answer = answered_at(call)
    first = next((span for span in voice(call, *speakers) if span.end > answer), None)
    return Interval(answer, max(answer, first.start)) if first else None


def hang_up_gap(call: Call) -> tuple[Interval, Speaker] | None:
    """From the end of a person's last voice to the end of the recording, and whose voice it was."""
    people = (Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN)
    ends = [(spans[-1].end, who) for who in people if (spans := voice(call, who))]
    if not ends:
        return None
    last, who = max(ends)
    return Interval(last, call.duration), who


def reply_latencies(
    call: Call, backchannel_seconds: float = BACKCHANNEL_SECONDS
) -> tuple[Latency, ...] | None:
    """From each end of the customer's questions to the agent's next voice.

    A question is a stretch of the customer's voice of at least backchannel_seconds. Its reply is
    the agent's first stretch that goes on after it, if that began after the question did and
    before the next question. A reply that began before the question's end has latency 0.
    """
    if call.medium == Medium.CHAT:
        return tuple(_chat_latencies(call))
    if call.speech is None:
        return None
    agent = bridge(voice(call, Speaker.AGENT), BRIDGE_SECONDS)
    asked = [q for q in _questions(call, agent) if q.seconds >= backchannel_seconds]
    ends = [span.end for span in agent]
    replies: list[Latency] = []
    for number, question in enumerate(asked):
        index = bisect_right(ends, question.end)
        following = asked[number + 1].start if number + 1 < len(asked) else float("inf")
        if index < len(agent) and question.start < agent[index].start < following:
            start = agent[index].start
            replies.append(Latency(min(question.end, start), max(0.0, start - question.end)))
    return tuple(replies)


def silences(call: Call, at_least_seconds: float = 0.0) -> Spans | None:
    """Where nobody and nothing is heard, from the answer to the end, both edges included.

    Prompts, music and speakers that nobody could place are sound. Ringing before the answer is
    not part of the conversation.
    """
    if call.speech is None:
        return None
    at = min(max(0.0, call.about.answered or 0.0), call.duration)
    gaps: list[Interval] = []
    for span in (*voice(call, *Speaker), Interval(call.duration, call.duration)):
        if span.start > at:
            gaps.append(Interval(at, span.start))
        at = max(at, span.end)
    return tuple(gap for gap in gaps if gap.seconds >= at_least_seconds)


def overlaps(call: Call, at_least_seconds: float = 0.0) -> tuple[Overlap, ...] | None:
    """Where agent and customer speak at once; gaps below BRIDGE_SECONDS do not part one in two."""
    if call.speech is None:
        return None
    agent, customer = voice(call, Speaker.AGENT), voice(call, Speaker.CUSTOMER)
    agents, customers = bridge(agent, BRIDGE_SECONDS), bridge(customer, BRIDGE_SECONDS)
    return tuple(
        _overlap(span, _begun(agents, span.start), _begun(customers, span.start))
        for span in bridge(intersection(agent, customer), BRIDGE_SECONDS)
        if span.seconds >= at_least_seconds
    )


def talk_share(call: Call) -> Share | None:
    """Who fills which part of the call's duration; None without voice times or duration."""
    if call.speech is None or call.duration <= 0:
        return None
    agent, customer = voice(call, Speaker.AGENT), voice(call, Speaker.CUSTOMER)
    both = seconds(intersection(agent, customer))
    only_agent, only_customer = seconds(agent) - both, seconds(customer) - both
    neither = call.duration - only_agent - only_customer - both
    return Share(*(part / call.duration for part in (only_agent, only_customer, both, neither)))


def _questions(call: Call, agent: Spans) -> Spans:
    """The customer's stretches, joined over pauses in which the agent is silent."""
    starts, ends = [span.start for span in agent], [span.end for span in agent]
    joined: list[Interval] = []
    for span in bridge(voice(call, Speaker.CUSTOMER), BRIDGE_SECONDS):
        if (
            joined
            and span.start - joined[-1].end < PAUSE_SECONDS
            # No agent's stretch ends after the pause began and starts before it is over.
            and bisect_right(ends, joined[-1].end) >= bisect_left(starts, span.start)
        ):
            span = Interval(joined.pop().start, span.end)
        joined.append(span)
    return tuple(joined)


def _begun(stretches: Spans, at: float) -> float:
    """Start of the stretch that sounds at the moment."""
    return stretches[bisect_right(stretches, at, key=lambda span: span.start) - 1].start


def _overlap(span: Interval, agent: float, customer: float) -> Overlap:
    later = Speaker.AGENT if agent > customer else Speaker.CUSTOMER
    interrupter = later if agent != customer else Speaker.UNKNOWN
    return Overlap(span.start, span.end, interrupter, span.start - min(agent, customer))


def _messages(call: Call) -> Iterator[Turn]:
    people = (Speaker.AGENT, Speaker.CUSTOMER)
    return (turn for turn in call.turns if turn.speaker in people)


def _chat_latencies(call: Call) -> Iterator[Latency]:
    """In writing: from the customer's first unanswered message to the agent's next one."""
    waiting: float | None = None
    for turn in _messages(call):
        if turn.speaker == Speaker.CUSTOMER:
            waiting = turn.start if waiting is None else waiting
        elif waiting is not None:
            yield Latency(waiting, turn.start - waiting)
            waiting = None
