"""The line stays open after the last words. | 说完之后迟迟没有挂机。

From the end of the last voice of a person to the end of the recording, where somebody hangs up;
one hit, by the one who spoke last. A recording that breaks off is not judged: nobody knows what
followed. |
从最后一句话结束到录音结束（挂机）。最多算一次，归最后说话的一方。录音不完整时不作判断。

longer_than_seconds: a longer wait counts | 超过多少秒才算

last_words_of: only after last words of the agent, or of the customer; or of anyone |
最后一句话是谁说的才算：agent 坐席、customer 客户、anyone 不限
"""

from typing import Literal

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import everything, sure_of_roles
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.timing import hang_up_gap

PARTIAL = "audio.partial"
"""The remark of a recording that breaks off."""


def find(
    call: Call,
    *,
    longer_than_seconds: float,
    last_words_of: Literal["agent", "customer", "anyone"] = "anyone",
) -> Hits:
    """A hit named hang_up_gap."""
    known = hang_up_gap(call)
    if known is None:
        return Hits(applicable=False)
    gap, who = known
    if round(gap.seconds, 3) <= longer_than_seconds:
        return Hits()
    if any(remark.key == PARTIAL for remark in call.remarks):
        return Hits(blind=(everything(call),))
    if last_words_of not in (who, "anyone"):
        return Hits(blind=(gap,) if who == Speaker.UNKNOWN else ())
    hit = Hit(
        start=gap.start,
        end=gap.end,
        speaker=who,
        what="hang_up_gap",
        kind=Kind.TIMING,
        confidence=sure_of_roles(call, gap.start, gap.start),
    )
    return Hits((hit,))
