"""What an item of a template asks for, in words, and the lexicons that it looks in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from pipeline.report.condition_words import sought
from pipeline.scoring.condition import (
    Branch,
    Condition,
    Every,
    Find,
    Flow,
    Neither,
    Some,
    Stage,
    Step,
    Together,
    steps_of,
)
from pipeline.scoring.template import Item, Template
from pipeline.text.lexicon import Lexicon
from pipeline.wording import word

Conditions = Mapping[str, Condition]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a rule in words. part: what it is to the item (要求, 不许, …), "" below the first
    line of a part; depth: how far it stands in."""

    part: str
    said: str
    depth: int = 0


def in_words(item: Item, template: Template, language: str) -> tuple[Line, ...]:
    """The whole rule of an item; of one that people judge, that."""
    return tuple(_lines(item, template, language))


def cost(item: Item, language: str) -> str:
    """每处 4 分，最多 12 分."""
    said = word(
        "explain.cost-hit" if item.per_hit else "explain.cost-once", language, points=item.points
    )
    if item.per_hit and item.cap is not None:
        said += word("explain.cost-cap", language, cap=item.cap)
    return said + (word(f"explain.cost-fatal-{item.fatal.value}", language) if item.fatal else "")


def lexicons_of(item: Item, template: Template) -> tuple[str, ...]:
    """Those that its rule reaches, also through the conditions that it is tied to."""
    rule = item.rule
    if rule is None:
        return ()
    parts = [rule.require, rule.forbid, rule.when, rule.unless]
    parts.append(template.conditions.get(rule.for_each or ""))
    found = (name for part in parts for name in _lexicons(part, template.conditions, set()))
    return tuple(dict.fromkeys(found))


def _lines(item: Item, template: Template, language: str) -> Iterator[Line]:
    said, rule = partial(word, language=language), item.rule
    if item.depends is not None:
        other, verdicts = item.depends
        named = word("explain.or", language).join(said(f"verdict.{v.value}") for v in verdicts)
        ask = template.item(other).ask
        yield Line(said("explain.part-depends"), said("explain.depends", item=ask, verdict=named))
    if rule is None:
        yield Line("", said("scoring.person-answers"))
        return
    each = template.conditions.get(rule.for_each) if rule.for_each else None
    parts = {"for_each": each, "when": rule.when, "require": rule.require, "forbid": rule.forbid}
    for name, condition in {**parts, "unless": rule.unless}.items():
        if condition is not None:
            first = said(f"explain.part-{name}")
            for depth, text in _said(condition, template.conditions, language, 0):
                yield Line(first, text, depth)
                first = ""
    if item.asks_person:
        yield Line("", said("desk-rules.asks-person"))


def _said(
    condition: Condition, conditions: Conditions, language: str, depth: int
) -> Iterator[tuple[int, str]]:
    if isinstance(condition, Find):
        yield depth, sought(condition, conditions, language, None)
        if condition.doubtful:
            yield depth + 1, word("desk-rules.hint-only", language)
        if condition.unless is not None:
            yield depth + 1, word("explain.part-unless", language)
            yield from _said(condition.unless, conditions, language, depth + 2)
        return
    if isinstance(condition, Flow):
        yield depth, word("desk-rules.in-order", language)
        yield from _stages(condition.stages, conditions, language, depth + 1)
        return
    key = {Every: "all-of", Some: "any-of", Neither: "none-of"}[type(condition)]
    least = condition.at_least if isinstance(condition, Some) else 0
    many = "some-of" if least > 1 else key
    yield depth, word(f"desk-rules.{many}", language, count=least)
    for part in condition.parts:
        yield from _said(part, conditions, language, depth + 1)


def _stages(
    stages: tuple[Stage, ...], conditions: Conditions, language: str, depth: int
) -> Iterator[tuple[int, str]]:
    for stage in stages:
        if isinstance(stage, Step):
            yield from _step(stage, conditions, language, depth)
        elif isinstance(stage, Together):
            yield depth, word("desk-rules.any-order", language)
            for step in stage.steps:
                yield from _step(step, conditions, language, depth + 1)
        else:
            yield from _branch(stage, conditions, language, depth)


def _branch(
    branch: Branch, conditions: Conditions, language: str, depth: int
) -> Iterator[tuple[int, str]]:
    yield depth, word("desk-rules.branch", language)
    for way in branch.ways:
        if way.step is None:
            yield depth + 1, word("desk-rules.otherwise", language)
        else:
            yield from _step(way.step, conditions, language, depth + 1)
        yield from _stages(way.then, conditions, language, depth + 2)


def _step(
    step: Step, conditions: Conditions, language: str, depth: int
) -> Iterator[tuple[int, str]]:
    key = "desk-rules.step-optional" if step.optional else "desk-rules.step"
    yield depth, word(key, language, title=step.title)
    yield from _said(step.condition, conditions, language, depth + 1)


def _lexicons(condition: Condition | None, conditions: Conditions, seen: set[str]) -> Iterator[str]:
    if isinstance(condition, Find):
        yield from (v.name for v in condition.settings.values() if isinstance(v, Lexicon))
        yield from _lexicons(condition.unless, conditions, seen)
        anchor = condition.scope.anchor
        if anchor is not None and anchor.name not in seen:
            yield from _lexicons(conditions.get(anchor.name), conditions, seen | {anchor.name})
    elif isinstance(condition, Flow):
        for step in steps_of(condition.stages):
            yield from _lexicons(step.condition, conditions, seen)
            yield from _lexicons(step.without, conditions, seen)
    elif condition is not None:
        for part in condition.parts:
            yield from _lexicons(part, conditions, seen)
