"""What is new: what rose this week, questions that agents could not answer, who calls again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.call import Speaker
from pipeline.insight.comparing import Difference, adjusted, calls_with, chance, log_odds
from pipeline.insight.talks import Bag, Talk, terms
from pipeline.insight.topics import SAYS_NOTHING
from pipeline.scoring.agreement import Share
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all

BELIEVED = 0.05
"""False discovery rate up to which something has risen."""
FEWEST = 5
"""Calls this week; what was said in fewer is no news."""
WITHIN_DAYS = 7
EXAMPLES = 5
NAMED_BY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Risen:
    """A word or topic that came up more this week than in the weeks before. times: how many times
    as often; z: of the log-odds; false: the false discovery rate at which it is believed."""

    what: str
    now: Share
    before: Share
    z: float
    false: float

    @property
    def times(self) -> float | None:
        """None for what did not come up before."""
        return (self.now.rate or 0.0) / self.before.rate if self.before.rate else None

    @property
    def difference(self) -> Difference:
        """With its interval."""
        return Difference(self.now, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A question to which an agent said 不清楚 or the like. turn: in which that was said, from 0;
    question: the terms of what the customer had said."""

    call: str
    turn: int
    question: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions of one topic to which an agent said 不清楚 or the like. unanswered: of the calls
    about the topic; words: the strongest of the questions; examples: (call, turn of the answer)."""

    topic: str
    unanswered: Share
    words: tuple[str, ...]
    examples: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A call of a customer, day counted from any one day. customer: whatever is the same for the
    same person, as a masked number is not for everybody."""

    customer: str
    day: int
    topic: str


@dataclass(frozen=True, slots=True)
class Again:
    """Of the calls about a topic, those after which the customer called again within the days."""

    topic: str
    again: Share


def risen(
    now: Mapping[str, int], calls_now: int, before: Mapping[str, int], calls_before: int
) -> tuple[Risen, ...]:
    """What rose, the surest first. now, before: word or topic -> calls with it."""
    named = sorted(what for what, calls in now.items() if calls >= FEWEST)
    shares = [(Share(now[w], calls_now), Share(before.get(w, 0), calls_before)) for w in named]
    odds = [log_odds(one, other)[1] for one, other in shares]
    false = adjusted([chance(z) for z in odds])
    found = [
        Risen(what=what, now=one, before=other, z=z, false=rate)
        for what, (one, other), z, rate in zip(named, shares, odds, false, strict=True)
        if z > 0 and rate <= BELIEVED
    ]
    return tuple(sorted(found, key=lambda one: (-one.z, one.what)))


def risen_words(now: Sequence[Bag], before: Sequence[Bag]) -> tuple[Risen, ...]:
    """Words that more calls have this week."""
    return risen(calls_with(now), len(now), calls_with(before), len(before))


def risen_topics(now: Sequence[str], before: Sequence[str]) -> tuple[Risen, ...]:
    """Topics, one for each call, that more calls are about this week."""
    return risen(Counter(now), len(now), Counter(before), len(before))


def unanswered(talk: Talk, unknowing: Lexicon) -> tuple[Unanswered, ...]:
    """Where an agent does not know. unknowing: phrases by which they say so. The question is what
    the customer said last before it; each is counted once."""
    found = []
    question = ""
    for number, (speaker, text) in enumerate(talk.turns):
        if speaker == Speaker.CUSTOMER:
            question = text
        elif speaker == Speaker.AGENT and question and any(find_all(unknowing, text)):
            asked = tuple(dict.fromkeys(terms([question])))
            found.append(Unanswered(call=talk.id, turn=number, question=asked))
            question = ""
    return tuple(found)


def gaps(
    cases: Iterable[Unanswered], topics: Mapping[str, str], calls: Mapping[str, int]
) -> tuple[Gap, ...]:
    """What agents could not answer, by topic, the most first. topics: call -> its topic, those of
    no topic left out; calls: topic -> how many calls were looked at, "" for those of none."""
    found: dict[str, list[Unanswered]] = defaultdict(list)
    for case in cases:
        found[topics.get(case.call, "")].append(case)
    made = (
        Gap(
            topic=topic,
            unanswered=Share(len({case.call for case in cases}), calls.get(topic, 0)),
            words=_strongest(cases),
            examples=tuple((case.call, case.turn) for case in cases[:EXAMPLES]),
        )
        for topic, cases in found.items()
    )
    return tuple(sorted(made, key=lambda gap: (-gap.unanswered.part, gap.topic)))


def called_again(visits: Sequence[Visit], within: int = WITHIN_DAYS) -> tuple[Again, ...]:
    """Topics by how often the customer calls again, about whatever, within so many days. Calls too
    late for that to be known are left out."""
    last = max((visit.day for visit in visits), default=0)
    ordered = sorted(visits, key=lambda visit: visit.day)
    following: dict[str, int] = {}
    counts: dict[str, list[bool]] = defaultdict(list)
    for visit in reversed(ordered):
        if visit.day + within <= last:
            next_day = following.get(visit.customer)
            counts[visit.topic].append(next_day is not None and next_day - visit.day <= within)
        following[visit.customer] = visit.day
    made = [Again(topic, Share(sum(cases), len(cases))) for topic, cases in counts.items()]
    return tuple(sorted(made, key=lambda one: (-(one.again.low or 0.0), one.topic)))


def _strongest(cases: Sequence[Unanswered]) -> tuple[str, ...]:
    said = (term for case in cases for term in case.question)
    counts = Counter(term for term in said if term not in SAYS_NOTHING)
    return tuple(word for word, _ in sorted(counts.items(), key=lambda p: (-p[1], p[0])))[:NAMED_BY]
