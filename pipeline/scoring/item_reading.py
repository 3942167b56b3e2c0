"""Reads the items of a template: what each asks, its rule, and what it costs."""

from collections import Counter
from dataclasses import dataclass, replace

from pipeline.hit import Verdict
from pipeline.scoring.condition import Condition, Find, Flow, Some
from pipeline.scoring.condition_reading import ConditionReading
from pipeline.scoring.reading import Fields, Reading
from pipeline.scoring.template import Fatal, Item, Rule, Severity
from pipeline.text.document import Node

RULE_KEYS = ("require", "forbid", "for_each", "when", "unless")
ITEM_KEYS = (
    *("id", "ask", "section", "note", "points", "bonus", *RULE_KEYS),
    *("depends", "from", "until", "severity", "per", "cap", "fatal", "review"),
)


@dataclass(frozen=True, slots=True)
class ItemReading:
    """Reads items whose rules may use these conditions and that lie in one of the sections."""

    reading: Reading
    conditions: ConditionReading
    sections: frozenset[str]

    def items(self, node: Node | None) -> tuple[Item, ...]:
        nodes = self.reading.listing(node)
        if node is not None and not nodes:
            self.reading.note("empty", node, "items")
        items = tuple(self.item(one) for one in nodes)
        for name, count in Counter(item.id for item in items).items():
            if count > 1 and name:
                line = [item.line for item in items if item.id == name][1]
                self.reading.note("duplicate-id", line, name)
        self.check_depends(items)
        return items

    def item(self, node: Node) -> Item:
        reading, sections = self.reading, self.sections
        fields = reading.fields(node, ITEM_KEYS, ("id", "ask"))
        if sections and "section" not in fields:
            reading.note("missing-key", node, allowed="section")
        section = reading.word(fields.get("section"))
        if section and section not in sections:
            line = fields["section"].line
            reading.note("unknown-section", line, section, "、".join(sorted(sections)))
        item = Item(
            id=reading.name(fields.get("id")),
            ask=reading.word(fields.get("ask")),
            section=section,
            points=reading.number(fields.get("points")) or 0.0,
            bonus=reading.number(fields.get("bonus")) or 0.0,
            rule=self.rule(fields),
            per_hit=self.either(fields.get("per"), ("call", "hit")) == "hit",
            cap=reading.number(fields.get("cap")),
            fatal=reading.option(fields.get("fatal"), Fatal),
            severity=reading.choice(fields.get("severity"), Severity, Severity.NORMAL),
            asks_person=self.either(fields.get("review"), ("auto", "always")) == "always",
            depends=self.depends(fields.get("depends")),
            since=reading.day(fields.get("from")),
            until=reading.day(fields.get("until")),
            line=node.line,
        )
        self.check(item, fields)
        return item

    def either(self, node: Node | None, choices: tuple[str, ...]) -> str:
        word = self.reading.word(node, choices[0])
        if node is not None and word not in choices:
            self.reading.note("not-a-choice", node, word, "、".join(choices))
        return word

    def rule(self, fields: Fields) -> Rule | None:
        if not any(key in fields for key in RULE_KEYS):
            return None
        unless = self.conditions.condition(fields.get("unless"))
        forbid = self.conditions.condition(fields.get("forbid"))
        if forbid is not None and unless is not None:
            if _goes_through(forbid):
                self.reading.note("flow-unless", fields["unless"], "unless")
                return None
            forbid, unless = _excusing(forbid, unless), None
        each = self.reading.word(fields.get("for_each")) or None
        if each is not None:
            self.conditions.by_name(each, fields["for_each"].line)
        return Rule(
            require=self.conditions.condition(fields.get("require")),
            forbid=forbid,
            for_each=each,
            when=self.conditions.condition(fields.get("when")),
            unless=unless,
        )

    def check(self, item: Item, fields: Fields) -> None:
        """What no single key shows: keys that only make sense together."""
        judged = [key for key in ("require", "forbid") if key in fields]
        line = item.line
        if item.rule is not None and len(judged) != 1:
            self.reading.note("one-rule", line, "、".join(judged) or item.id, "require、forbid")
        hits = "forbid" in fields or "for_each" in fields or ("require" in fields and item.bonus)
        if item.per_hit and not hits:
            self.reading.note("per-hit-without-hits", line, item.id, "forbid、for_each、bonus")
        asked = item.rule and (item.rule.forbid or item.rule.require)
        if item.per_hit and asked and _goes_through(asked):
            self.reading.note("per-hit-of-flow", line, item.id, "per: call")
        if item.cap is not None and not item.per_hit:
            self.reading.note("cap-without-per-hit", fields["cap"], item.id, "per: hit")
        dearest = max(item.points, item.bonus)
        if item.cap is not None and item.cap < dearest:
            self.reading.note("cap-below-points", fields["cap"], item.cap, dearest)
        if item.since and item.until and item.since > item.until:
            self.reading.note("until-before-from", fields["until"], item.until, item.since)

    def depends(self, node: Node | None) -> tuple[str, frozenset[Verdict]] | None:
        if node is None:
            return None
        fields = self.reading.fields(node, ("item", "is"), ("item", "is"))
        words = self.reading.words(fields.get("is"))
        allowed = [verdict.value for verdict in Verdict if verdict != Verdict.CRASHED]
        for word in words:
            if word not in allowed:
                self.reading.note("not-a-choice", fields["is"], word, "、".join(allowed))
        verdicts = frozenset(Verdict(word) for word in words if word in allowed)
        return self.reading.word(fields.get("item")), verdicts

    def check_depends(self, items: tuple[Item, ...]) -> None:
        """An item may depend on one that stands above it: so there are no circles."""
        above: list[str] = []
        for item in items:
            if item.depends is not None and item.depends[0] not in above:
                self.reading.note("depends-on-later", item.line, item.depends[0], "、".join(above))
            above.append(item.id)


def _goes_through(condition: Condition) -> bool:
    """Whether there is a flow in it: its steps are one event, and none of them a hit by itself."""
    if isinstance(condition, Find):
        return False
    return isinstance(condition, Flow) or any(_goes_through(part) for part in condition.parts)


def _excusing(condition: Condition, unless: Condition) -> Condition:
    """A condition whose single hits may be excused."""
    if isinstance(condition, Find):
        both = unless if condition.unless is None else Some((condition.unless, unless))
        return replace(condition, unless=both)
    if isinstance(condition, Flow):
        return condition
    parts = tuple(_excusing(part, unless) for part in condition.parts)
    return replace(condition, parts=parts)
