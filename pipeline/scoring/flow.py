"""Whether the stages of a flow were gone through in their order, and at which one it stopped.

The call is walked along twice. The strict walk takes certain hits alone as steps, and heeds
whatever may have come between; where it arrives, the flow is found. The lenient walk takes
everything that may have been a step, and heeds only what certainly came between; where even that
stops, it is not found. Anything else nobody can tell.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pipeline.call import Call, Reason
from pipeline.hit import Hit
from pipeline.scoring.answer import Answer, Truth, in_order
from pipeline.scoring.condition import Anchor, Condition, Find, Flow, Place, Some, Step, steps_of
from pipeline.scoring.path import Point, Walk

Ask = Callable[[Condition, Hit | None, bool], Answer]


@dataclass(slots=True)
class _Following:
    """One flow on one call. answers: of the steps, and of what must not come before them."""

    flow: Flow
    call: Call
    ask: Ask
    this: Hit | None
    clears: bool
    answers: dict[Step, Answer]
    between: dict[Step, Answer]

    def walk(self, strict: bool, unheard: bool) -> Walk:
        walk = Walk(self.call, self.answers, self.between, strict, unheard)
        walk.go(self.flow.stages)
        return walk

    def listen_again(self, walk: Walk) -> bool:
        """Whether a step that the walk lacks came near to being said after the one before it."""
        last = walk.stuck.path[-1].hit if walk.stuck and walk.stuck.path else None
        if last is None or not walk.stuck or not self.clears:
            return False
        more = False
        for step in walk.stuck.steps:
            old, condition = self.answers[step], _after(step.condition, step)
            if condition is step.condition:
                continue
            again = self.ask(condition, last, True)
            new = tuple(hit for hit in again.doubtful if hit not in old.doubtful)
            more = more or bool(new)
            self.answers[step] = replace(
                old, doubtful=in_order((*old.doubtful, *new)), looks=old.looks + again.looks
            )
        return more


def follow(flow: Flow, call: Call, ask: Ask, this: Hit | None, clears: bool) -> Answer:
    """The value of a flow. clears: its being found clears the agent, so that near misses count."""
    steps = tuple(steps_of(flow.stages))
    following = _Following(
        flow,
        call,
        ask,
        this,
        clears,
        {step: ask(step.condition, this, clears) for step in steps},
        {s: ask(s.without, this, not clears) for s in steps if s.without is not None},
    )
    asked = (*following.answers.values(), *following.between.values())
    if not any(answer.applicable for answer in following.answers.values()):
        looks = tuple(look for answer in asked for look in answer.looks)
        nothing = Truth.NOT_FOUND
        return Answer(heard=nothing, truth=nothing, looks=looks, applicable=False)
    return _answer(following)


def _answer(following: _Following) -> Answer:
    strict, lenient = following.walk(True, True), following.walk(False, True)
    while lenient.arrived is None and following.listen_again(lenient):
        lenient = following.walk(False, True)
    asked = (*following.answers.values(), *following.between.values())
    answer = Answer(
        heard=_truth(following.walk(True, False), heard := following.walk(False, False)),
        truth=_truth(strict, lenient),
        looks=tuple(look for answer in asked for look in answer.looks),
    )
    if strict.arrived is not None:
        return replace(answer, certain=_hits(strict.arrived))
    if lenient.arrived is None:
        return replace(answer, against=_reached(lenient), why=_lack(lenient))
    doubt = _why("flow-unsure", step=strict.stuck.title if strict.stuck else "")
    if heard.arrived is not None:
        return replace(answer, doubtful=_hits(heard.arrived), why=doubt)
    return replace(answer, against=_hits(lenient.arrived), why=doubt)


def _truth(strict: Walk, lenient: Walk) -> Truth:
    if strict.arrived is not None:
        return Truth.FOUND
    return Truth.NOT_FOUND if lenient.arrived is None else Truth.CANT_TELL


def _lack(walk: Walk) -> Reason:
    """Why a walk went no further: what is missing, misplaced, too far off or interrupted."""
    stuck = walk.stuck
    if stuck is None:
        return _why("flow-missing", step="")
    step, said = stuck.title, walk.points(stuck.steps)
    if not stuck.path and said:
        return _why("flow-interrupted", step=step, at=said[0].start)
    if not stuck.path:
        return _why("flow-missing", step=step)
    last = stuck.path[-1]
    previous = last.step.title
    if not said:
        return _why("flow-missing-after", step=step, previous=previous)
    later = [point for point in said if walk.follows(last, point)]
    if not later:
        return _why("flow-misplaced", step=step, previous=previous, at=said[0].start)
    if not any(walk.near(last, point) for point in later):
        return _why("flow-too-far", step=step, previous=previous, at=later[0].start)
    return _why("flow-interrupted", step=step, at=later[0].start)


def _why(key: str, **values: str | float) -> Reason:
    return Reason(f"scoring.{key}", values)


def _reached(walk: Walk) -> tuple[Hit, ...]:
    """The steps that a walk did take, and the one that it lacks, if it was said elsewhere."""
    if walk.stuck is None:
        return ()
    points = (*walk.stuck.path, *walk.points(walk.stuck.steps)[:1])
    return in_order(_hits(points))


def _hits(path: Iterable[Point]) -> tuple[Hit, ...]:
    return tuple(point.hit for point in path if point.hit is not None)


def _after(condition: Condition, step: Step) -> Condition:
    """The same, looked for only after the hit in hand; what is tied to another stays so."""
    if isinstance(condition, Some):
        parts = tuple(_after(part, step) for part in condition.parts)
        return condition if parts == condition.parts else Some(parts)
    if not isinstance(condition, Find) or condition.scope.anchor is not None:
        return condition
    anchor = Anchor(
        place=Place.AFTER,
        name="this",
        within_seconds=step.within_seconds,
        within_turns=step.within_turns,
    )
    return replace(condition, scope=replace(condition.scope, anchor=anchor))
