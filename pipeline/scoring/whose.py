"""Whose words an item judges."""

from collections.abc import Iterator

from pipeline.call import Speaker
from pipeline.scoring.condition import Condition, Find, Flow, steps_of
from pipeline.scoring.template import Rule

ANYBODY = frozenset[Speaker]()


def judged(rule: Rule | None) -> frozenset[Speaker]:
    """The speakers whose words a rule looks for; none: anybody's, or a person answers."""
    condition = rule and (rule.require or rule.forbid)
    found = [find.scope.speakers for find in _finds(condition)] if condition else []
    return frozenset().union(*found) if all(found) else ANYBODY


def _finds(condition: Condition) -> Iterator[Find]:
    if isinstance(condition, Find):
        yield condition
    elif isinstance(condition, Flow):
        for step in steps_of(condition.stages):
            yield from _finds(step.condition)
    else:
        for part in condition.parts:
            yield from _finds(part)
