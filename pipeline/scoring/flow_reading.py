"""Reads `flow`: steps one after the other, groups in any order, branches."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.scoring.condition import (
    Branch,
    Condition,
    Find,
    Flow,
    Some,
    Stage,
    Step,
    Together,
    Way,
)
from pipeline.scoring.reading import Fields, Reading, shown
from pipeline.text.document import Mapping as MappingNode
from pipeline.text.document import Node, Scalar

STAGES = ("step", "any_order", "branch")
REACH = ("within_seconds", "within_turns", "without")
STEP_KEYS = ("title", *REACH, "optional")
WAY_KEYS = ("if", "title", *REACH, "then")


@dataclass(frozen=True, slots=True)
class FlowReading:
    """Reads the flows of one template; condition reads what stands for a condition."""

    reading: Reading
    condition: Callable[[Node | None], Condition | None]

    def flow(self, node: Node) -> Flow:
        return Flow(self.stages(node))

    def stages(self, node: Node) -> tuple[Stage, ...]:
        stages = [self.stage(item) for item in self.reading.listing(node)]
        if not stages:
            self.reading.note("empty", node, "flow")
        return tuple(stage for stage in stages if stage is not None)

    def stage(self, node: Node) -> Stage | None:
        """A condition's name alone is a step."""
        if isinstance(node, Scalar):
            return self.step({"step": node}, "step")
        keys = [key.value for key, _ in node.pairs] if isinstance(node, MappingNode) else []
        kinds = [key for key in STAGES if key in keys]
        if len(kinds) != 1:
            found = "、".join(kinds) or "、".join(keys) or shown(node)
            self.reading.note("not-a-step", node, found, "、".join(STAGES))
            return None
        if kinds[0] == "step":
            return self.step(self.reading.fields(node, ("step", *STEP_KEYS)), "step")
        inner = self.reading.fields(node, (kinds[0],))[kinds[0]]
        return self.together(inner) if kinds[0] == "any_order" else self.branch(inner)

    def together(self, node: Node) -> Together | None:
        stages = self.stages(node)
        steps = tuple(stage for stage in stages if isinstance(stage, Step))
        if len(steps) < len(stages) or any(step.optional for step in steps):
            self.reading.note("not-a-step", node, "any_order", "step")
            return None
        return Together(steps)

    def branch(self, node: Node) -> Branch:
        ways = [self.way(item) for item in self.reading.listing(node)]
        ends = [way for way in ways if way.step is None]
        if len(ways) < 2 or len(ends) > 1 or (ends and ways[-1].step is not None):
            self.reading.note("wrong-branch", node, len(ways), "if、then、else")
        return Branch(tuple(ways))

    def way(self, node: Node) -> Way:
        otherwise = isinstance(node, MappingNode) and "else" in [k.value for k, _ in node.pairs]
        keys, needed = (("else",), ("else",)) if otherwise else (WAY_KEYS, ("if",))
        fields = self.reading.fields(node, keys, needed)
        then = fields.get("else" if otherwise else "then")
        stages = tuple(self.stages(then)) if then is not None else ()
        step = self.step(fields, "if") if "if" in fields else None
        return Way(step, stages)

    def step(self, fields: Fields, key: str) -> Step | None:
        """What a step waits for is a hit: a detector's, or that of any of several."""
        node = fields[key]
        condition = self.condition(node)
        if condition is None:
            return None
        if not isinstance(condition, Find | Some) or not _gives_hits(condition):
            self.reading.note("step-without-hit", node, shown(node), "find、use、any")
            return None
        title = self.reading.word(fields.get("title"))
        return Step(
            title=title or (node.value if isinstance(node, Scalar) else _named(condition)),
            condition=condition,
            within_seconds=self.reading.number(fields.get("within_seconds")),
            within_turns=self.reading.whole(fields.get("within_turns"), 0),
            without=self.condition(fields.get("without")),
            optional=self.reading.switch(fields.get("optional")),
        )


def _gives_hits(condition: Condition) -> bool:
    if isinstance(condition, Some):
        return condition.at_least == 1 and all(_gives_hits(part) for part in condition.parts)
    return (
        isinstance(condition, Find)
        and condition.at_least == 1
        and condition.at_most is None
        and condition.different <= 1
    )


def _named(condition: Condition) -> str:
    """A step without a title is called by what it looks for."""
    if isinstance(condition, Some):
        return " / ".join(dict.fromkeys(_named(part) for part in condition.parts))
    if isinstance(condition, Find):
        return str(condition.shown.get("lexicon", condition.detector))
    return ""
