"""What becomes of a flag by its probability: whether a person is asked.

A flag is only ever settled as upheld, by a rule that a lead turned on for its item, and never in
the random share, which people go on checking whatever a model says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Call
from pipeline.insight.learning import Traits
from pipeline.scoring.agreement import Share
from pipeline.scoring.scorecard import ItemResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Settle the flags of an item from a probability on. checked: the share of calls, by the lot of
    the recording, that people look at all the same."""

    item: str
    from_probability: float
    at_least: float
    checked: float


def settles(rule: Rule, item: str, probability: float, lot: float) -> bool:
    """Whether a flag is upheld without a person. lot: of the recording, in [0, 1)."""
    return rule.item == item and probability >= rule.from_probability and lot >= rule.checked


def still_right(rule: Rule, checked: Sequence[bool]) -> bool:
    """Whether those that people checked all the same (upheld or not) leave the rule standing: not
    where the whole interval of the share upheld lies below what was asked."""
    high = Share(sum(checked), len(checked)).high
    return high is None or high >= rule.at_least


def traits(call: Call, item: ItemResult, topic: str = "") -> Traits:
    """What is known of a raised item: trust in its words and roles (the least of its hits), its
    place in the call (0..1), hits, how fast it was said (characters a second), how long the turn is
    (characters); verdict, kind of match, the first phrase found, medium, topic."""
    words = {"verdict": item.verdict.value, "medium": call.medium.value, "topic": topic}
    numbers: dict[str, float] = {"hits": float(len(item.evidence))}
    if item.evidence:
        first = item.evidence[0]
        words |= {"kind": first.kind.value, "phrase": first.what}
        numbers["trust"] = min(hit.confidence for hit in item.evidence)
        numbers["position"] = first.start / call.duration if call.duration else 0.0
        turns = [call.turns[hit.turn] for hit in item.evidence if hit.turn is not None]
        if turns:
            numbers["role"] = min(turn.role_confidence for turn in turns)
            numbers["length"] = float(len(turns[0].text))
            seconds = turns[0].end - turns[0].start
            if seconds > 0:
                numbers["rate"] = len(turns[0].text) / seconds
    return Traits(numbers=numbers, words={name: word for name, word in words.items() if word})
