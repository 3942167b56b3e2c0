"""Somebody hangs up. | 挂断电话。

One hit at the end of the call, by the one who hung up, as the call record says. Without a record
nobody can tell: the end of a recording looks the same from both sides. A chat has nobody who hangs
up, unless its record says so. |
按通话记录，在通话结束处对挂断的一方算一次。没有记录则不作判断：单凭录音分不出谁先挂断。
在线会话没有挂断一说，记录写明的除外。
"""

from pipeline.call import Call, Medium
from pipeline.detectors._evidence import PEOPLE, everything
from pipeline.hit import Hit, Hits, Kind


def find(call: Call) -> Hits:
    """A hit named ending, by agent or customer: pick one with the condition's speaker."""
    who = next((speaker for speaker in PEOPLE if speaker == call.about.hung_up_by), None)
    if who is None:
        if call.medium == Medium.CHAT:
            return Hits(applicable=False)
        return Hits(blind=(everything(call),))
    end = everything(call).end
    return Hits((Hit(start=end, end=end, speaker=who, what="ending", kind=Kind.RECORD),))
