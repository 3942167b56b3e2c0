"""The call is too short or too long. | 通话过短或过长。

From the answer, where the call record has it, to the end; one hit that spans the call, by
nobody (speaker other). |
从接通（通话记录中有则以其为准）到结束，最多算一次，范围为整通，
不归任何一方（说话人为 other）。

shorter_than_seconds: a shorter call counts | 不足多少秒算过短

longer_than_seconds: a longer call counts | 超过多少秒算过长
"""

from pipeline.call import Call
from pipeline.detectors._evidence import about_call
from pipeline.hit import Hits, Kind


def find(
    call: Call,
    *,
    shorter_than_seconds: float | None = None,
    longer_than_seconds: float | None = None,
) -> Hits:
    """A hit named short or long."""
    seconds = round(max(0.0, call.duration - max(0.0, call.about.answered or 0.0)), 3)
    what = ""
    if shorter_than_seconds is not None and seconds < shorter_than_seconds:
        what = "short"
    elif longer_than_seconds is not None and seconds > longer_than_seconds:
        what = "long"
    return Hits((about_call(call, what, Kind.TIMING),) if what else ())
