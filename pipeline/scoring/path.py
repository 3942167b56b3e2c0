"""Walks along the stages of a flow, from hit to hit."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.call import Call
from pipeline.hit import Hit
from pipeline.scoring.answer import Answer
from pipeline.scoring.condition import Branch, Stage, Step, Together, Way
from pipeline.scoring.scope import turn_at, written_later


@dataclass(frozen=True, slots=True)
class Point:
    """Where a step was taken. hit None: it may have been taken in a stretch that was not heard."""

    step: Step
    start: float
    end: float
    hit: Hit | None = None


Path = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Stuck:
    """The path that went furthest, and the steps of which none led on from there."""

    path: Path
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        return " / ".join(dict.fromkeys(step.title for step in self.steps))


@dataclass(slots=True)
class Walk:
    """One walk. strict: on certain hits alone, past nothing that may have come between.

    unheard: what was not heard is open; else it counts as empty. arrived: the path that went
    through all stages.
    """

    call: Call
    answers: Mapping[Step, Answer]
    between: Mapping[Step, Answer]
    strict: bool
    unheard: bool
    arrived: Path | None = None
    stuck: Stuck | None = None

    def go(self, stages: Sequence[Stage]) -> None:
        paths = self._through(stages, [()])
        self.arrived = max(paths, key=len, default=None)

    def points(self, steps: Iterable[Step]) -> tuple[Point, ...]:
        """Where steps were taken as far as was heard, in order."""
        found = (Point(s, h.start, h.end, h) for s in steps for h in _both(self.answers[s]))
        return tuple(sorted(found, key=lambda point: point.start))

    def follows(self, last: Point | None, point: Point) -> bool:
        """Whether a point lies, or may lie, after another."""
        if last is None:
            return True
        if last.hit is None or point.hit is None:
            return point.end >= last.start
        if last.hit.turn is not None and (last.start, last.end) == (point.start, point.end):
            return written_later(self.call, last.hit, point.hit) is not None
        return point.start > last.start and point.end > last.end

    def near(self, last: Point | None, point: Point) -> bool:
        """Whether a point is as near to another as its step asks."""
        if last is None:
            return True
        seconds, turns = point.step.within_seconds, point.step.within_turns
        if seconds is not None and round(point.start - last.end, 3) > seconds:
            return False
        if turns is None:
            return True
        return self._turn(point, point.start) - self._turn(last, last.end) <= turns

    def _through(self, stages: Sequence[Stage], paths: list[Path]) -> list[Path]:
        for stage in stages:
            if isinstance(stage, Step):
                paths = self._step(stage, paths)
            elif isinstance(stage, Together):
                paths = self._together(stage, paths)
            else:
                paths = self._branch(stage, paths)
            paths = list({path[-1:]: path for path in reversed(paths)}.values())[::-1]
        return paths

    def _step(self, step: Step, paths: list[Path]) -> list[Path]:
        if not self.answers[step].applicable:
            return paths
        onward = self._lead(step, paths)
        if not onward:
            self._stop(paths, (step,))
        return [*onward, *paths] if step.optional else onward

    def _together(self, group: Together, paths: list[Path]) -> list[Path]:
        """The paths led on through all steps, in any order, to every point that may be the last."""
        steps = [step for step in group.steps if self.answers[step].applicable]
        if not steps:
            return paths
        possible = [point for step in steps for point in self._possible(step)]
        ends: dict[Point, Path] = {}
        for path in paths:
            last = path[-1] if path else None
            if any(point not in ends and self.follows(last, point) for point in possible):
                for end in self._gather(steps, path):
                    ends.setdefault(end[-1], end)
        if not ends:
            self._stop(paths, tuple(steps))
        return list(ends.values())

    def _gather(self, steps: Sequence[Step], path: Path) -> list[Path]:
        points = {step: [end[-1] for end in self._lead(step, [path])] for step in steps}
        missing = tuple(step for step in steps if not points[step])
        if missing:
            self._stop([path], missing)
            return []
        ends: list[Path] = []
        for last in (point for step in steps for point in points[step]):
            others = [points[step] for step in steps if step is not last.step]
            before = [next((p for p in other if self.follows(p, last)), None) for other in others]
            taken = [point for point in before if point is not None]
            if len(taken) == len(others):
                ends.append((*path, *sorted(taken, key=lambda point: point.start), last))
        return ends

    def _branch(self, branch: Branch, paths: list[Path]) -> list[Path]:
        steps = tuple(
            way.step
            for way in branch.ways
            if way.step is not None and self.answers[way.step].applicable
        )
        onward: list[Path] = []
        taken = False
        for way in branch.ways:
            begun = self._begin(way, steps, paths)
            taken = taken or bool(begun)
            onward += self._through(way.then, begun)
        if not taken:
            self._stop(paths, steps)
        return onward

    def _begin(self, way: Way, steps: tuple[Step, ...], paths: list[Path]) -> list[Path]:
        """A way is taken where its step comes before those of the others; else, if none comes."""
        others = [
            point
            for step in steps
            if step is not way.step
            for point in self._barring(step, self.answers[step])
        ]
        if way.step is not None:
            return self._lead(way.step, paths, others)
        return [path for path in paths if not any(self._leads(path, other, ()) for other in others)]

    def _lead(self, step: Step, paths: list[Path], rivals: Sequence[Point] = ()) -> list[Path]:
        """The paths led on to every point that a step may be taken at; of several, one will do."""
        barred = [*rivals]
        if step in self.between and self.between[step].applicable:
            barred += self._barring(step, self.between[step])
        barred.sort(key=lambda bar: bar.start)
        latest_first = sorted(paths, key=lambda path: -path[-1].end if path else 0.0)
        onward: list[Path] = []
        for point in self._possible(step):
            near = barred[: bisect_left(barred, point.start, key=lambda bar: bar.start)][::-1]
            way = next((path for path in latest_first if self._leads(path, point, near)), None)
            onward += [(*way, point)] if way is not None else []
        return onward

    def _leads(self, path: Path, point: Point, barred: Sequence[Point]) -> bool:
        """Whether a point is later and near, and nothing barred that is near comes first."""
        last = path[-1] if path else None
        return (
            self.follows(last, point)
            and self.near(last, point)
            and not any(self._lies_between(last, bar, point) for bar in barred)
        )

    def _possible(self, step: Step) -> list[Point]:
        answer = self.answers[step]
        if self.strict:
            return [Point(step, hit.start, hit.end, hit) for hit in answer.certain]
        return [*self.points((step,)), *(self._unheard(step, answer) if self.unheard else ())]

    def _barring(self, step: Step, answer: Answer) -> list[Point]:
        hits = _both(answer) if self.strict else answer.certain
        found = [Point(step, hit.start, hit.end, hit) for hit in hits]
        return found + (self._unheard(step, answer) if self.strict and self.unheard else [])

    def _unheard(self, step: Step, answer: Answer) -> list[Point]:
        return [Point(step, span.start, span.end) for span in answer.unheard]

    def _lies_between(self, last: Point | None, bar: Point, point: Point) -> bool:
        if (bar.hit is not None and bar.hit == point.hit) or not self.near(last, bar):
            return False
        if last is None:
            return True
        if bar.hit is None:
            return bar.end > last.end
        if last.hit is None:
            return bar.start >= last.end
        return self.follows(last, bar)

    def _turn(self, point: Point, moment: float) -> int:
        if point.hit is not None and point.hit.turn is not None:
            return point.hit.turn
        return turn_at(self.call, moment)

    def _stop(self, paths: list[Path], steps: tuple[Step, ...]) -> None:
        furthest = max(paths, key=len, default=None)
        if furthest is not None and (self.stuck is None or len(furthest) > len(self.stuck.path)):
            self.stuck = Stuck(furthest, steps)


def _both(answer: Answer) -> tuple[Hit, ...]:
    return (*answer.certain, *answer.doubtful)
