"""Somebody has too much, or too little, of the call. | 通话占比过高或过低。

The part of the call in which agent or customer speaks alone, both speak, or neither does, in
percent of its duration; one hit that spans the call. docs/timing.md gives the formula. |
坐席单独说话、客户单独说话、双方同时、双方都不说话的时间占整通的百分比，最多算一次，范围为整通。
公式见 docs/timing.md。

part: whose part: agent, customer, both or neither |
看哪一部分：agent 坐席、customer 客户、both 双方同时、neither 双方都不说

above_percent: more than this counts | 超过百分之多少才算

below_percent: less than this counts | 不足百分之多少才算
"""

from typing import Literal

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import about_call, everything
from pipeline.hit import Hits, Kind
from pipeline.text.timing import talk_share, voice

SPEAKERS = {"agent": Speaker.AGENT, "customer": Speaker.CUSTOMER}


def find(
    call: Call,
    *,
    part: Literal["agent", "customer", "both", "neither"],
    above_percent: float | None = None,
    below_percent: float | None = None,
) -> Hits:
    """A hit named share, by the one whose part it is; both and neither are nobody's (other)."""
    shares = talk_share(call)
    if shares is None:
        return Hits(applicable=False)
    if voice(call, Speaker.UNKNOWN):
        return Hits(blind=(everything(call),))
    percent = round(100 * getattr(shares, part), 3)
    above = above_percent is not None and percent > above_percent
    below = below_percent is not None and percent < below_percent
    who = SPEAKERS.get(part, Speaker.OTHER)
    return Hits((about_call(call, "share", Kind.TIMING, who),) if above or below else ())
