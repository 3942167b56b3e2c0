"""Nobody speaks after the answer. | 接通后迟迟没有人说话。

From the answer of the call to the first voice of a person; prompts and music are none. One hit, by
the agent, who is to speak first. For how soon the agent speaks, see reply with first. |
从接通到第一句人声（提示音和音乐不算），最多算一次，归坐席：应由坐席先开口。
坐席开口是否及时，见 reply 的 first。

longer_than_seconds: a longer wait counts | 超过多少秒才算

first_words_of: whose words are waited for: anyone's or the customer's |
等谁开口：anyone 任何人，customer 客户
"""

from typing import Literal

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import everything, sure_of_roles
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.spans import within
from pipeline.text.timing import answer_gap, voice

ANYBODY = (Speaker.AGENT, Speaker.CUSTOMER, Speaker.UNKNOWN)


def find(
    call: Call,
    *,
    longer_than_seconds: float,
    first_words_of: Literal["customer", "anyone"] = "anyone",
) -> Hits:
    """A hit named answer_gap."""
    if call.speech is None:
        return Hits(applicable=False)
    of_customer = first_words_of == "customer"
    gap = answer_gap(call, *((Speaker.CUSTOMER,) if of_customer else ANYBODY))
    if gap is None:
        return Hits(blind=(everything(call),))
    if round(gap.seconds, 3) <= longer_than_seconds:
        return Hits()
    if of_customer and within(voice(call, Speaker.UNKNOWN), gap.start, gap.end):
        return Hits(blind=(gap,))
    hit = Hit(
        start=gap.start,
        end=gap.end,
        speaker=Speaker.AGENT,
        what="answer_gap",
        kind=Kind.TIMING,
        confidence=sure_of_roles(call, gap.end, gap.end),
    )
    return Hits((hit,))
