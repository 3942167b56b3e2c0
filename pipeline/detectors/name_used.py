"""The agent addresses the customer by the name that was given. | 坐席以客户所报姓氏称呼客户。

李女士, 李先生, 李明先生... wherever in the call, one hit each; the surname may be spelled otherwise
if it sounds the same. Nothing is found where no name was given. |
“李女士”“李先生”“李明先生”等，不限位置，每处算一次；姓氏同音即可。客户没有报过姓名则没有命中。
"""

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import quoted, unheard
from pipeline.detectors._names import given, used
from pipeline.hit import Hits, Kind


def find(call: Call) -> Hits:
    """Hits named after the surname, by the agent."""
    surnames = frozenset(named.surname for named in given(call))
    found = (
        quoted(call, n.turn, n.start, n.end, n.surname, Kind.TEXT) for n in used(call, surnames)
    )
    blind = unheard(call, Speaker.AGENT)
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), blind)
