"""The agent addresses the customer by the name that was given. | 坐席以客户所报姓氏称呼客户。

李女士, 李先生, 李明先生... wherever in the call, one hit each; the surname may be spelled otherwise
if it sounds the same. Another surname that only sounds alike (吕 or 黎 for 李) is a hit of kind
sound, for a person to decide; so is any surname with 先生 or 女士, with little confidence, where
the name that was given was not heard well itself. Nothing is found where no name was given. |
“李女士”“李先生”“李明先生”等，不限位置，每处算一次；姓氏同音即可。
仅读音相近的其他姓氏（如客户姓李，坐席称“吕女士”“黎女士”）按“读音”命中，由人判断；
客户所报姓名本身没有听清时，任何姓氏加“先生”“女士”也按“读音”命中，置信度低。
客户没有报过姓名则没有命中。
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import quoted, unheard
from pipeline.detectors._names import Named, addressed, given, used
from pipeline.hit import Hit, Hits, Kind

MISHEARD_BELOW = 0.6
"""A given surname whose characters are trusted less may have been another."""


def find(call: Call) -> Hits:
    """Hits named after the surname that was given, by the agent."""
    names = tuple(given(call))
    surnames = frozenset(named.surname for named in names)
    found = [quoted(call, n.turn, n.start, n.end, n.surname, n.kind) for n in used(call, surnames)]
    trusted = max((_trust(call, named) for named in names), default=1.0)
    if trusted < MISHEARD_BELOW:
        found += _others(call, names, found, trusted)
    blind = unheard(call, Speaker.AGENT)
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), blind)


def _trust(call: Call, named: Named) -> float:
    """How well the surname was heard; not at all if what is written is none."""
    if named.kind == Kind.SOUND:
        return 0.0
    end = named.at + len(named.surname)
    return quoted(call, named.turn, named.at, end, named.surname, named.kind).confidence


def _others(call: Call, names: Sequence[Named], found: Sequence[Hit], trusted: float) -> list[Hit]:
    """Forms of address with any other surname, trusted no more than the name that was given."""
    known = {(hit.turn, hit.end) for hit in found}
    hits = (
        quoted(call, n.turn, n.start, n.end, names[-1].surname, n.kind) for n in addressed(call)
    )
    return [
        replace(hit, confidence=min(hit.confidence, trusted))
        for hit in hits
        if (hit.turn, hit.end) not in known
    ]
