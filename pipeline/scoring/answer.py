"""What comes of a condition on a call: its answer, with what speaks for it. Three-valued logic.

Not found, can't tell, found: Kleene's logic, where `all` is the least of its parts, `any` the
greatest, and `none` turns `any` around.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from pipeline.call import Interval, Reason, Speaker
from pipeline.hit import Hit
from pipeline.scoring.condition import Every, Find, Neither, Some


class Truth(IntEnum):
    """The value of a condition."""

    NOT_FOUND = 0
    CANT_TELL = 1
    FOUND = 2

    @property
    def turned(self) -> "Truth":
        """Kleene's not."""
        return Truth(2 - self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The nearest thing said: quote is of the stored text, score (0..1) how near to the phrase.

    trust is that in the least trusted of its words and of those beside them.
    """

    start: float
    end: float
    speaker: Speaker
    quote: str
    phrase: str
    score: float
    trust: float
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one detector was asked, where it looked, and what came of it: for evidence, `explain`.

    why: for each doubtful hit, a key of doubt.py. excused are hits that `unless` let go, excuses
    for each of them the hits that speak for it (none where something is not there); unheard
    are stretches of the windows that could not be judged. deaf: nothing in the windows could be
    judged. nearest: what came nearest to a phrase that was wanted and not found.
    """

    find: Find
    windows: tuple[Interval, ...]
    certain: tuple[Hit, ...] = ()
    doubtful: tuple[Hit, ...] = ()
    why: tuple[str, ...] = ()
    excused: tuple[Hit, ...] = ()
    excuses: tuple[tuple[Hit, ...], ...] = ()
    unheard: tuple[Interval, ...] = ()
    deaf: bool = False
    nearest: Nearest | None = None
    applicable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The value of a condition on a call.

    heard is its value on what was heard alone, truth its value with what was not heard as open.
    certain and doubtful hits speak for it, those against (what `none` forbids, the steps that a
    flow did reach) speak against it. why: what it lacks, where its parts alone do not show it.
    """

    heard: Truth
    truth: Truth
    certain: tuple[Hit, ...] = ()
    doubtful: tuple[Hit, ...] = ()
    against: tuple[Hit, ...] = ()
    looks: tuple[Look, ...] = ()
    applicable: bool = True
    why: Reason | None = None

    @property
    def deaf(self) -> bool:
        """Nothing of what it asks for could be judged."""
        return bool(self.looks) and all(look.deaf for look in self.looks)

    @property
    def unheard(self) -> tuple[Interval, ...]:
        """The stretches that could not be judged."""
        return tuple(dict.fromkeys(span for look in self.looks for span in look.unheard))


def combine(condition: Every | Some | Neither, answers: tuple[Answer, ...]) -> Answer:
    """The answer of all/any/none from the answers of its parts; inapplicable parts do not count."""
    looks = tuple(look for answer in answers for look in answer.looks)
    asked = [answer for answer in answers if answer.applicable]
    if not asked:
        return Answer(heard=Truth.NOT_FOUND, truth=Truth.NOT_FOUND, looks=looks, applicable=False)
    nth = _as_many(condition, len(asked))
    heard = sorted((answer.heard for answer in asked), reverse=True)[nth]
    truth = sorted((answer.truth for answer in asked), reverse=True)[nth]
    if isinstance(condition, Neither):
        heard, truth = heard.turned, truth.turned
    certain = in_order(hit for answer in asked for hit in answer.certain)
    against = in_order(hit for answer in asked for hit in answer.against)
    if isinstance(condition, Neither):
        certain, against = against, certain
    return Answer(
        heard=heard,
        truth=truth,
        certain=certain,
        doubtful=in_order(hit for answer in asked for hit in answer.doubtful),
        against=against,
        looks=looks,
        why=next((a.why for a in asked if a.why and a.truth == truth != Truth.FOUND), None),
    )


def _as_many(condition: Every | Some | Neither, parts: int) -> int:
    """Which of the parts' values decides, from the greatest on: the last for all, the Nth for N."""
    if isinstance(condition, Every):
        return parts - 1
    return min(condition.at_least, parts) - 1 if isinstance(condition, Some) else 0


def in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Each hit once, by its time."""
    return tuple(sorted(dict.fromkeys(hits), key=lambda hit: (hit.start, hit.end)))
