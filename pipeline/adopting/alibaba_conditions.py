"""Alibaba's conditions: operators found by somebody, in some sentences, beside other conditions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.adopting.adopted import Tree, clean
from pipeline.adopting.alibaba_json import Fields
from pipeline.adopting.alibaba_operators import SPEAKERS, Operator, condition_of
from pipeline.adopting.boolean import Joined, Node, Term, parse
from pipeline.adopting.building import Condition, Making, Unfit, shallow
from pipeline.refusal import Refusal

PLACES = {"BEFORE": "before", "AFTER": "after", "AROUND": "around", "CURRENT": "around"}


@dataclass(slots=True)
class Conditions:
    """The conditions of a file, by our names for them.

    anchors: whose hits a condition is tied to, and which of them. unfit: why one has none of ours.
    """

    making: Making
    text: str
    by_name: dict[str, Tree] = field(default_factory=dict)
    anchors: dict[str, tuple[str, int]] = field(default_factory=dict)
    unfit: dict[str, Unfit] = field(default_factory=dict)

    def line(self, *said: str) -> int:
        """Where the first of these stands in the file."""
        for words in filter(None, said):
            at = self.text.find(json.dumps(words, ensure_ascii=False))
            if at >= 0:
                return self.text.count("\n", 0, at) + 1
        return 1

    def read(self, fields: Fields) -> None:
        name = named(fields.text("cid"))
        fields.ignore("id", "rid", "usergroup")
        try:
            if fields.flag("exclusion"):
                raise Unfit("field", "exclusion")
            self.by_name[name] = shallow(self.found(fields, name))
        except Unfit as unfit:
            self.unfit[name] = unfit
        except Refusal as refusal:
            self.unfit[name] = Unfit(refusal.reason.key, "", **refusal.reason.values)

    def found(self, fields: Fields, name: str) -> Condition:
        """The condition, wherever one of its operators is found in its range."""
        scope = self.scope(Fields.of(fields.raw("checkrange")), name)
        speaker = str(scope.get("speaker", ""))
        each: dict[str, Condition] = {}
        title = clean(fields.text("name"))
        for raw in fields.listed("operators"):
            operator = Fields.of(raw)
            operator.ignore("id", "qualitychecktype", "usergroup")
            own = clean(operator.text("name")) or title or name
            param = Fields.of(operator.raw("param"))
            line = self.line(*param.words("keywords"), param.text("regex"), own)
            asked = Operator(operator.text("type"), param, speaker, line, own)
            each[operator.text("oid")] = _scoped(condition_of(asked, self.making), scope)
            param.name_rest(self.making.misfits, line)
        said = fields.text("lambda") or "&&".join(each)
        fields.name_rest(self.making.misfits, self.line(title))
        if len(each) > 1 and "&" in said:
            self.making.misfits.near(self.line(title, said), title or said, "same-sentence")
        return _as_condition(self.joined(parse(said), each))

    def scope(self, fields: Fields, name: str) -> Condition:
        """Who and where, as keys of a condition."""
        role = fields.text("role")
        if role not in SPEAKERS:
            raise Unfit("role", role)
        if fields.flag("allsentencessatisfy"):
            raise Unfit("all-sentences")
        scope: Condition = {"speaker": SPEAKERS[role]} if SPEAKERS[role] else {}
        reach = fields.inside("range")
        first, last = int(reach.number("from") or 1), int(reach.number("to") or -1)
        anchor = Fields.of(fields.raw("anchor"))
        fields.ignore("roleid", "absolute")
        fields.name_rest(self.making.misfits, self.line(name.removeprefix("c-")))
        if anchor.text("cid"):
            return scope | self.tied(anchor, name, (first, last))
        return scope | _turns(first, last)

    def tied(self, anchor: Fields, name: str, reach: tuple[int, int]) -> Condition:
        """Before, after or around a hit of another condition."""
        place, to = anchor.text("location").upper(), named(anchor.text("cid"))
        if place not in PLACES:
            raise Unfit("anchor", place)
        nth = int(anchor.number("hittime") or 0)
        self.anchors[name] = (to, nth)
        scope: Condition = {PLACES[place]: f"{_ordinal(nth)} {to}" if nth > 0 else to}
        first, last = reach
        if place == "CURRENT":
            return scope | {"within_turns": 0}
        if first != 1 or last > 0:
            said = f"{anchor.text('location')} {first}–{last}"
            self.making.misfits.near(self.line(anchor.text("cid")), said, "turns-from-anchor")
        return scope | ({"within_turns": last} if last > 0 else {})

    def joined(self, node: Node, each: Mapping[str, Tree]) -> Tree:
        """A lambda with what its names stand for."""
        if isinstance(node, Term):
            if node.text not in each:
                raise self.unfit.get(node.text) or Unfit("unknown-id", node.text)
            return each[node.text]
        if not isinstance(node, Joined):
            raise Unfit("boolean-unfit")
        return {node.kind: [self.joined(part, each) for part in node.parts]}


def named(cid: str) -> str:
    """Our name for the condition of that id."""
    return "c-" + re.sub(r"[^a-z0-9]+", "-", cid.lower()).strip("-")


def _scoped(condition: Condition, scope: Condition) -> Condition:
    negated = condition.get("none")
    if isinstance(negated, list):
        return {"none": [_scoped(part, scope) for part in negated]}
    return condition | scope


def _as_condition(tree: Tree) -> Condition:
    if not isinstance(tree, dict):
        raise Unfit("boolean-unfit")
    return tree


def _turns(first: int, last: int) -> Condition:
    if (first, last) == (1, -1):
        return {}
    if last == -1 and first < 0:
        return {"last_turns": -first}
    return {"first_turns": last} if first == 1 and last > 0 else {"between_turns": [first, last]}


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number in (11, 12, 13) else ending}"
