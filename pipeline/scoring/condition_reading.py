"""Reads conditions: a detector with settings and a scope, `use` of a named one, all/any/none."""

import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.detectors import detector
from pipeline.detectors import names as detector_names
from pipeline.scoring.condition import Condition, Every, Find, Neither, Some
from pipeline.scoring.flow_reading import FlowReading
from pipeline.scoring.reading import Reading, shown
from pipeline.scoring.scope_reading import PLACES, SCOPE, ScopeReading
from pipeline.text.document import Listing, Node, Scalar
from pipeline.text.document import Mapping as MappingNode
from pipeline.text.lexicon import Lexicon
from pipeline.text.pattern import Pattern

JOINS: dict[str, type[Every] | type[Some] | type[Neither]] = {
    "all": Every,
    "any": Some,
    "none": Neither,
}
KINDS = ("find", "use", *JOINS, "flow")


@dataclass(frozen=True, slots=True)
class Named:
    """A condition's name, where it is written: its node and the file that is read."""

    node: Node
    reading: Reading


@dataclass(slots=True)
class ConditionReading:
    """Reads the conditions of one template; named ones are read when first asked for.

    reading is of the file at hand: a named condition may stand in an included one. broken are the
    named ones with a problem of their own, which is told once."""

    reading: Reading
    nodes: Mapping[str, Named]
    named: dict[str, Condition | None] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def by_name(self, name: str, line: int) -> Condition | None:
        """The condition of that name; unknown names and circles are noted."""
        if name in self.open:
            self.reading.note("circle", line, " → ".join([*self.open, name]))
            return None
        if name not in self.nodes:
            self.reading.note("unknown-condition", line, name, "、".join(self.nodes))
            return None
        if name not in self.named:
            self.open.append(name)
            written, known = self.nodes[name], len(self.reading.problems)
            self.named[name] = replace(self, reading=written.reading).condition(written.node)
            if len(self.reading.problems) > known:
                self.broken.add(name)
            self.open.pop()
        return self.named[name]

    def condition(self, node: Node | None) -> Condition | None:
        if node is None:
            return None
        if isinstance(node, Scalar):
            return self.by_name(self.reading.word(node), node.line)
        keys = [key.value for key, _ in node.pairs] if isinstance(node, MappingNode) else []
        kinds = [key for key in KINDS if key in keys]
        if len(kinds) != 1:
            found = "、".join(kinds) or shown(node)
            self.reading.note("not-a-condition", node, found, "、".join(KINDS))
            return None
        if kinds[0] == "flow":
            steps = self.reading.fields(node, ("flow",))["flow"]
            return FlowReading(self.reading, self.condition).flow(steps)
        if kinds[0] in JOINS or not isinstance(node, MappingNode):
            return self.join(node, kinds[0])
        return self.use(node) if kinds[0] == "use" else self.find(node)

    def join(self, node: Node, kind: str) -> Condition | None:
        fields = self.reading.fields(node, (kind, "at_least") if kind == "any" else (kind,))
        parts = [self.condition(part) for part in self.reading.listing(fields[kind])]
        if not parts:
            self.reading.note("empty", node, kind)
        known = tuple(part for part in parts if part is not None)
        least = self.reading.whole(fields.get("at_least")) or 1
        if "at_least" in fields and least > len(parts):
            self.reading.note("too-many", fields["at_least"].line, least, len(parts))
        return Some(known, least) if kind == "any" else JOINS[kind](known)

    def use(self, node: MappingNode) -> Condition | None:
        """A named condition; further keys replace its own."""
        pairs = {key.value: (key, value) for key, value in node.pairs}
        key, value = pairs.pop("use")
        name = self.reading.word(value)
        base = self.by_name(name, key.line)
        if base is None or not pairs or name in self.broken:
            return base
        start = self.nodes[name].node
        if not isinstance(base, Find) or not isinstance(start, MappingNode):
            self.reading.note("use-changes-a-join", key, name)
            return base
        own = tuple(pair for pair in start.pairs if not _replaced(pair[0].value, pairs))
        return self.condition(MappingNode(own + tuple(pairs.values()), node.line))

    def find(self, node: MappingNode) -> Find | None:
        name = next(value for key, value in node.pairs if key.value == "find")
        word = self.reading.word(name)
        if word not in detector_names():
            self.reading.note("unknown-detector", name, word, "、".join(detector_names()))
            return None
        known = detector(word)
        hints = typing.get_type_hints(known.find)
        fields = self.reading.fields(node, ("find", *known.settings, *SCOPE))
        settings: dict[str, Any] = {}
        for key, parameter in known.settings.items():
            if key in fields:
                settings[key] = self.setting(fields[key], hints[key])
            elif parameter.default is parameter.empty:
                self.reading.note("missing-setting", node, word, key)
        own = {key: _plain(fields[key]) for key in known.settings if key in fields}
        at_most = self.reading.whole(fields.get("at_most"), 0)
        least = self.reading.whole(fields.get("at_least"), 0)
        return Find(
            detector=word,
            settings=settings,
            shown=own,
            scope=ScopeReading(self.reading, self.by_name).scope(fields),
            at_least=least if least is not None else int(at_most is None),
            at_most=at_most,
            different=self.reading.whole(fields.get("different")) or 0,
            in_one_turn=self.reading.switch(fields.get("in_one_turn")),
            doubtful=self.reading.switch(fields.get("doubtful")),
            unless=self.condition(fields.get("unless")),
        )

    def setting(self, node: Node, hint: Any) -> Any:
        """A detector's setting, as its annotation wants it."""
        if hint is Lexicon or Lexicon in typing.get_args(hint):
            return self.reading.lexicon(node)
        if hint is Pattern or Pattern in typing.get_args(hint):
            return self.reading.pattern(node)
        raw = [_whole(item) for item in node.items] if isinstance(node, Listing) else _whole(node)
        try:
            return TypeAdapter(hint).validate_python(raw)
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            self.reading.note("wrong-setting", node, shown(node), problem)
            return None


def _replaced(key: str, by: Mapping[str, Any]) -> bool:
    """An anchor replaces an anchor, wherever it lies; every other key replaces itself."""
    return key in by or (key in PLACES and any(place in by for place in PLACES))


def _whole(node: Node) -> str:
    return node.value if isinstance(node, Scalar) else shown(node)


def _plain(node: Node) -> str:
    if isinstance(node, Listing):
        return "、".join(_whole(item) for item in node.items)
    return _whole(node)
