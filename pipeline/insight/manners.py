"""What is measured of how an agent leads a call: figures that habits are looked for in."""

from collections.abc import Iterator, Mapping

from pipeline.call import Call, Speaker
from pipeline.text.rate import characters_per_minute
from pipeline.text.timing import first_reply, overlaps, reply_latencies, silences, talk_share

DIGITS = 3


def measured(call: Call) -> Mapping[str, float]:
    """Name -> figure; what is not known of the call is left out."""
    return {name: round(figure, DIGITS) for name, figure in _figures(call) if figure is not None}


def _figures(call: Call) -> Iterator[tuple[str, float | None]]:
    yield "duration", call.duration
    yield "first-reply", first_reply(call)
    yield "agent-rate", characters_per_minute(call, Speaker.AGENT)
    if (found := reply_latencies(call)) is not None:
        yield "reply", sum(one.seconds for one in found) / len(found) if found else None
    if (quiet := silences(call)) is not None:
        yield "silence", max((span.seconds for span in quiet), default=0.0)
    if (crossed := overlaps(call)) is not None:
        yield "interruptions", float(sum(o.interrupter == Speaker.AGENT for o in crossed))
    if (share := talk_share(call)) is not None and share.agent + share.customer > 0:
        yield "agent-share", share.agent / (share.agent + share.customer)
