"""Alibaba's rules for analysing conversations (SCA): conditions of operators, rules of conditions.

Read as its pages describe UploadRule, GetRuleDetail and GetRuleV4. What a rule looks for is what it
objects to, or what it rewards: so it becomes an item that forbids, or one with a bonus.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.adopting.adopted import Adopted, Rules, Tree, clean
from pipeline.adopting.alibaba_conditions import PLACES, Conditions, named
from pipeline.adopting.alibaba_json import Fields, parsed, ruleset
from pipeline.adopting.boolean import Joined, Node, Term, parse
from pipeline.adopting.building import Making, Unfit
from pipeline.adopting.tables import read_text
from pipeline.refusal import Refusal

SEVERITIES = {"0": "minor", "1": "normal", "2": "major"}
ADDS = 1
"""scoreType of a rule that adds points; 3 takes them away."""
EVERY = 0
"""hit_time of an anchor that stands for each of its hits; -1 is any."""
Item = dict[str, Tree]


def is_alibaba(text: str) -> bool:
    """Whether a JSON text has conditions and rules."""
    try:
        return ruleset(parsed(text)) is not None
    except ValueError:
        return False


def read_alibaba(path: Path, name: str, match: str) -> Adopted:
    """What a file of rules gives. Refusal where it holds none."""
    text = read_text(path)
    try:
        tree = ruleset(parsed(text))
    except ValueError as error:
        raise Refusal("adopting.no-rules", str(path), found="JSON") from error
    if tree is None:
        raise Refusal("adopting.no-rules", str(path), found="conditions、rules")
    making = Making(name, match)
    conditions = Conditions(making, text)
    for condition in tree["conditions"]:
        conditions.read(Fields.of(condition))
    rules = _Rules(conditions)
    for number, rule in enumerate(tree["rules"], 1):
        rules.read(Fields.of(rule), number)
    if not rules.items:
        raise Refusal("adopting.nothing", str(path))
    template = Rules(name, clean(path.stem), conditions.by_name, tuple(rules.items))
    return Adopted(tuple(making.lexicons.values()), template, making.misfits.in_order())


@dataclass(slots=True)
class _Rules:
    """The rules of a file, as items."""

    conditions: Conditions
    items: list[Item] = field(default_factory=list)

    def read(self, fields: Fields, number: int) -> None:
        name = clean(fields.text("name"))
        line = self.conditions.line(name, fields.text("lambda"))
        item: Item = {"id": f"rule-{number}", "ask": name or f"rule {number}"}
        if comments := clean(fields.text("comments")):
            item["note"] = comments
        said = fields.text("lambda")
        item |= self.about(fields, line)
        try:
            known = {key: key for key in self.conditions.by_name}
            tree = self.conditions.joined(_renamed(parse(said)), known)
            item |= self.judged(tree, adds=fields.number("scoretype") == ADDS)
            if self.any_for_every(item):
                self.conditions.making.misfits.near(line, name or said, "every-hit")
            if fields.flag("ishitnumscore") and ("forbid" in item or "for_each" in item):
                item["per"] = "hit"
        except (Unfit, Refusal) as wrong:
            key, found, values = _why(wrong)
            self.conditions.making.misfits.lost(line, found or name, key, **values)
            self.conditions.making.misfits.near(line, name or said, "person")
        fields.name_rest(self.conditions.making.misfits, line)
        self.items.append(item)

    def about(self, fields: Fields, line: int) -> Item:
        """Points, dates, severity, and whether a person is asked."""
        points = abs(fields.number("scorenum") or 0)
        item: Item = {}
        if points:
            item["bonus" if fields.number("scoretype") == ADDS else "points"] = points
        if severity := SEVERITIES.get(fields.text("level")):
            item["severity"] = severity
        if fields.text("autoreview") != "1":
            item["review"] = "always"
        if fields.text("fullcycle") != "1":
            item |= self.days(fields, line)
        fields.ignore("rid", "id", "type", "business", "businesscategories", "triggers", "status")
        fields.ignore("targettype", "rulescoretype", "fullcycle", "createtime", "updatetime")
        return item

    def days(self, fields: Fields, line: int) -> Item:
        """The first and the last day on which it holds."""
        said = {"from": "effectivestarttime", "until": "effectiveendtime"}
        days: Item = {}
        for ours, key in said.items():
            text = fields.text(key)[:10]
            try:
                days |= {ours: date.fromisoformat(text).isoformat()} if text else {}
            except ValueError:
                self.conditions.making.misfits.lost(line, f"{key}: {text}", "field")
        if str(days.get("from", "")) > str(days.get("until", "9999")):
            self.conditions.making.misfits.lost(line, " > ".join(map(str, days.values())), "field")
            return {}
        return days

    def judged(self, tree: Tree, adds: bool) -> Item:
        """The rule's own keys: what is there and must not be, or is not there and must be."""
        if adds:
            return {"require": tree}
        parts = _parts(tree, "all") or [tree]
        missing = [part for part in parts if _parts(part, "none")]
        there = [part for part in parts if part not in missing]
        if len(missing) != 1:
            return {"forbid": tree}
        (wanted,) = _parts(missing[0], "none")
        if not there:
            return {"require": wanted}
        if len(there) == 1 and self.conditions.anchors.get(str(wanted)) == (there[0], EVERY):
            return {"for_each": there[0], "require": self.after_this(str(wanted))}
        return {"when": there[0] if len(there) == 1 else {"all": there}, "require": wanted}

    def any_for_every(self, item: Item) -> bool:
        """Whether a condition stands for each hit of another, and any of them will do here."""
        each = {str(_used(item["require"]))} if "for_each" in item else set()
        names = {*_names([item.get(key, "") for key in ("require", "forbid", "when")])}
        while more := {self.conditions.anchors[n][0] for n in names if self._tied(n)} - names:
            names |= more
        return any(self._tied(n) and self.conditions.anchors[n][1] == EVERY for n in names - each)

    def _tied(self, name: str) -> bool:
        return name in self.conditions.anchors

    def after_this(self, name: str) -> Tree:
        """A condition that is tied to another, tied to the hit in hand."""
        condition = self.conditions.by_name[name]
        keys = condition.keys() if isinstance(condition, Mapping) else ()
        return {"use": name} | {place: "this" for place in set(PLACES.values()) if place in keys}


def _renamed(node: Node) -> Node:
    """A rule's lambda, its conditions by our names."""
    if isinstance(node, Term):
        return Term(named(node.text))
    return Joined(node.kind, tuple(map(_renamed, node.parts))) if isinstance(node, Joined) else node


def _parts(tree: Tree, kind: str) -> Sequence[Tree]:
    found: Any = tree.get(kind) if isinstance(tree, Mapping) else None
    return found if isinstance(found, list) else []


def _names(tree: Tree) -> Iterator[str]:
    """The conditions that a tree names."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        yield from _names(list(tree.values()))
    elif isinstance(tree, Sequence):
        for part in tree:
            yield from _names(part)


def _used(tree: Tree) -> Tree:
    return tree.get("use", "") if isinstance(tree, Mapping) else ""


def _why(wrong: Unfit | Refusal) -> tuple[str, str, Mapping[str, str | float]]:
    if isinstance(wrong, Unfit):
        return wrong.key, wrong.found, wrong.values
    return wrong.reason.key, "", wrong.reason.values
