"""What a condition of a template is, and what its answer is. Data and three-valued logic only.

Not found, can't tell, found: Kleene's logic, where `all` is the least of its parts, `any` the
greatest, and `none` turns `any` around.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from pipeline.call import Interval, Reason, Speaker, Values
from pipeline.hit import Hit


class Truth(IntEnum):
    """The value of a condition."""

    NOT_FOUND = 0
    CANT_TELL = 1
    FOUND = 2

    @property
    def turned(self) -> "Truth":
        """Kleene's not."""
        return Truth(2 - self)


class Place(StrEnum):
    """Where a condition looks, seen from its anchor."""

    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Another finding that a condition is tied to.

    name is "this" (the hit in hand) or a condition of the template. nth picks one of its hits:
    1 is the first, -1 the last, None any.
    """

    place: Place
    name: str
    nth: int | None = None
    within_seconds: float | None = None
    within_turns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a condition looks. No speakers means everyone.

    Seconds and turns count from the first words of those speakers and back from their last ones;
    percent is of the call's duration, from and to. between_...: from and to, in seconds or turns
    (the first is 1); negative ones count back from the end.
    """

    speakers: frozenset[Speaker] = frozenset()
    first_seconds: float | None = None
    last_seconds: float | None = None
    first_turns: int | None = None
    last_turns: int | None = None
    between_seconds: tuple[float, float] | None = None
    between_turns: tuple[int, int] | None = None
    percent: tuple[float, float] | None = None
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A detector with settings, and which of its hits count.

    settings are the detector's own (lexicons resolved); shown are the same as the template spells
    them. in_one_turn: as many as are wanted must lie in a single turn. unless excuses a single hit,
    which it knows as "this". doubtful: its hits only suggest.
    """

    detector: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    shown: Values = field(default_factory=dict)
    scope: Scope = Scope()
    at_least: int = 1
    at_most: int | None = None
    different: int = 0
    in_one_turn: bool = False
    doubtful: bool = False
    unless: "Condition | None" = None

    @property
    def key(self) -> str:
        """Equal for conditions that ask the same of the same detector."""
        return repr((self.detector, sorted(self.shown.items())))


@dataclass(frozen=True, slots=True)
class Every:
    """`all`: each part is found."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """`any`: one part is found, or as many as at_least says."""

    parts: "tuple[Condition, ...]"
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Neither:
    """`none`: no part is found."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One step of a flow: a detector's hit, or one of several, told by its title.

    within_...: no further from the step before it. without: what must not come between the two.
    optional: it may be left out.
    """

    title: str
    condition: "Find | Some"
    within_seconds: float | None = None
    within_turns: int | None = None
    without: "Condition | None" = None
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Steps that are all taken, in any order."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way on from a branch: taken where its step comes first; step None: where none comes."""

    step: Step | None
    then: "tuple[Stage, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """What was said first decides how the flow goes on."""

    ways: tuple[Way, ...]


Stage = Step | Together | Branch


@dataclass(frozen=True, slots=True)
class Flow:
    """`flow`: its stages are taken one after the other."""

    stages: tuple[Stage, ...]


def steps_of(stages: Iterable[Stage]) -> Iterator[Step]:
    """Every step of a flow, whichever way it takes."""
    for stage in stages:
        if isinstance(stage, Step):
            yield stage
        elif isinstance(stage, Together):
            yield from stage.steps
        else:
            for way in stage.ways:
                yield from () if way.step is None else (way.step,)
                yield from steps_of(way.then)


Condition = Find | Every | Some | Neither | Flow


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
