"""The customer gives a name. | 客户报出姓名。

我姓李, 免贵姓李, 我叫李明, 我是李女士, or a name in answer to 您贵姓; one hit each. What follows
我姓 and does not sound like a common surname (rare, or misheard) is a hit of kind sound,
for a person to decide. Meant for `for_each`, with name_used after it. |
“我姓李”“免贵姓李”“我叫李明”“我是李女士”，或回答“您贵姓”时只报姓名；每处算一次。
“我姓”之后的字与常见姓氏都不同音（罕见姓氏，或没有听准）时按“读音”命中，由人判断。
用于 for_each，配合其后的 name_used。
"""

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import quoted, unheard
from pipeline.detectors._names import given
from pipeline.hit import Hits


def find(call: Call) -> Hits:
    """Hits named after the surname, by the customer."""
    found = (quoted(call, n.turn, n.start, n.end, n.surname, n.kind) for n in given(call))
    blind = unheard(call, Speaker.CUSTOMER)
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), blind)
