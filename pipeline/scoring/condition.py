"""What a condition of a template is: data only. answer.py holds what comes of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pipeline.call import Speaker, Values


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
