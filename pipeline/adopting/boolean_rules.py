"""Boolean strings, a line each or as Baidu's rule query answers them, as lexicons and items.

A line that only asks for phrases goes into one lexicon; a line with conditions becomes an item
that a person decides, for such rules mark a call and say nothing of points.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from pipeline.adopting.adopted import Adopted, Rules, Tree, Wording, Words, clean
from pipeline.adopting.boolean import Except, Joined, Near, Node, Term, Within, parse
from pipeline.adopting.building import Condition, Making, Unfit, shallow
from pipeline.adopting.checking import sound_wordings
from pipeline.adopting.tables import read_text
from pipeline.hit import Kind
from pipeline.refusal import Refusal
from pipeline.text.normal import normal
from pipeline.text.phrase import MAX_GAP

CHARACTERS = 2
"""Of a word, on average: what counts words counts so many characters here."""
MOST_WAYS = 200
"""Phrases that one rule may come to when its alternatives are combined."""
OPERATORS = re.compile(r"&&|\|\||＆|｜|~[ste\d]|^\s*[!！^-]|\b(?:NEAR|NOTIN)\b|[(（].*[|&].*[)）]")


@dataclass(frozen=True, slots=True)
class Line:
    """A boolean string, its line, and the category that it stands in, if any."""

    number: int
    text: str
    category: str = ""


def looks_boolean(text: str) -> bool:
    """Whether a line in five, at least, has operators."""
    lines = [line for line in text.splitlines() if line.strip()]
    return 5 * sum(bool(OPERATORS.search(line)) for line in lines) >= max(1, len(lines))


def lines_of(path: Path) -> list[Line]:
    """The rules of a text file, # begins a comment; or of Baidu's answer in JSON."""
    text = read_text(path)
    if text.lstrip().startswith("{"):
        return list(_of_answer(text, path))
    numbered = enumerate(map(clean, text.splitlines()), 1)
    return [Line(number, line) for number, line in numbered if line and not line.startswith("#")]


def _of_answer(text: str, path: Path) -> Iterator[Line]:
    """{"results": {"rule": [{"category": …, "contents": […]}]}}; a line is a line of the JSON."""
    try:
        answer = json.loads(text)
        rules = answer.get("results", answer)["rule"]
        pairs = [(rule, said) for rule in rules for said in rule.get("contents", ())]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refusal("adopting.no-rules", str(path), found=type(error).__name__) from error
    at = 0
    for rule, said in pairs:
        quoted = json.dumps(str(said), ensure_ascii=False)
        at = max(at, text.find(quoted, at))
        category = clean(str(rule.get("category", "")))
        yield Line(text.count("\n", 0, at) + 1, clean(str(said)), category)


Item = Mapping[str, Tree]


def read_boolean(path: Path, name: str, match: str) -> Adopted:
    """What a file of boolean strings gives."""
    making = Making(name, match)
    plain: list[Wording] = []
    items: list[Item] = []
    for line in lines_of(path):
        try:
            rule = _Rule(making, line)
            tree = parse(line.text)
            if (wordings := rule.alternatives(tree)) is not None:
                plain += wordings
            else:
                items.append(shallow(_item(line, rule.condition(tree))))
        except Refusal as refusal:
            reason = refusal.reason
            making.misfits.lost(line.number, line.text, reason.key, **reason.values)
        except Unfit as unfit:
            making.misfits.lost(line.number, unfit.found or line.text, unfit.key, **unfit.values)
    sound = sound_wordings(plain, match, making.misfits)
    words = (Words(name, clean(path.stem), match, sound),) if sound else ()
    if words and items:
        said = {"find": "phrase", "lexicon": name}
        items.insert(0, {"id": "phrases", "ask": "词库里的话", "review": "always", "forbid": said})
    rules = Rules(name, clean(path.stem), {}, tuple(items)) if items else None
    return Adopted((*words, *making.lexicons.values()), rules, making.misfits.in_order())


def _item(line: Line, condition: Condition) -> Item:
    about: dict[str, Tree] = {"id": f"rule-{line.number}", "ask": line.text}
    if line.category:
        about["note"] = line.category
    negated = condition.get("none")
    if isinstance(negated, Sequence) and len(negated) == 1:
        return about | {"review": "always", "require": negated[0]}
    return about | {"review": "always", "forbid": condition}


@dataclass(frozen=True, slots=True)
class _Rule:
    """One string on its way into conditions."""

    making: Making
    line: Line

    def condition(self, node: Node, scope: Mapping[str, Tree] | None = None) -> Condition:
        """The condition of a tree; scope are further keys of every phrase in it."""
        wordings = self.alternatives(node)
        if wordings is not None:
            return self.making.phrases(wordings, self.line.text) | dict(scope or {})
        if isinstance(node, Within):
            return self.condition(node.part, {**(scope or {}), node.where: node.seconds})
        if isinstance(node, Joined):
            return {node.kind: [self.condition(part, scope) for part in self.merged(node)]}
        raise Unfit("boolean-unfit")

    def merged(self, node: Joined) -> tuple[Node, ...]:
        """The parts of any, phrases put together in one."""
        if node.kind == "all":
            return node.parts
        phrases = tuple(part for part in node.parts if self.alternatives(part) is not None)
        others = tuple(part for part in node.parts if part not in phrases)
        return (*((Joined("any", phrases),) if phrases else ()), *others)

    def alternatives(self, node: Node) -> list[Wording] | None:
        """The phrases, one of which must be said, where a tree asks for no more than that."""
        if isinstance(node, Term):
            return [self.wording(node)]
        if isinstance(node, Joined) and node.kind == "any":
            found = [self.alternatives(part) for part in node.parts]
            return None if None in found else [w for one in found for w in one or ()]
        if isinstance(node, Near):
            return self.near(node)
        if isinstance(node, Except):
            return self.excepting(node)
        return None

    def wording(self, term: Term) -> Wording:
        if not term.starts_turn:
            return Wording(term.text, self.line.number, group=self.line.category)
        form = re.escape(normal(term.text).text)
        return Wording(
            f"^{form}" if form else "", self.line.number, Kind.REGEX.value, group=self.line.category
        )

    def excepting(self, node: Except) -> list[Wording]:
        these, others = self.alternatives(node.part), self.alternatives(node.other)
        if these is None or others is None or any(w.match for w in (*these, *others)):
            raise Unfit("boolean-except")
        unless = tuple(wording.text for wording in others)
        return [Wording(w.text, w.line, unless_within=unless, group=w.group) for w in these]

    def near(self, node: Near) -> list[Wording]:
        """Phrases with gaps: every way to choose one of each part."""
        gap, sign = self.gap(node.words), "*"
        if isinstance(node.part, Term):
            parts = [[word] for word in node.part.text.split()]
            sign = ""
        else:
            joined = node.part
            if not isinstance(joined, Joined) or joined.kind != "all":
                raise Unfit("boolean-near")
            parts = [self.plain(part) for part in joined.parts]
        ways = 1
        for part in parts:
            ways *= len(part)
        if ways > MOST_WAYS or len(parts) < 2:
            raise Unfit("boolean-near" if len(parts) < 2 else "boolean-ways", allowed=MOST_WAYS)
        spaced = f"*{{{gap}}}{sign}"
        line, group = self.line.number, self.line.category
        return [Wording(spaced.join(way), line, group=group) for way in product(*parts)]

    def plain(self, node: Node) -> list[str]:
        wordings = self.alternatives(node)
        if wordings is None or any(w.match or w.unless_within for w in wordings):
            raise Unfit("boolean-near")
        return [wording.text for wording in wordings]

    def gap(self, words: int | None) -> int:
        """Characters for words; what is longer than a gap may be is named."""
        gap = MAX_GAP if words is None else words * CHARACTERS
        if words is None:
            self.making.misfits.near(self.line.number, self.line.text, "same-turn", allowed=gap)
        else:
            gap = min(gap, MAX_GAP)
            values = {"words": words, "allowed": gap}
            self.making.misfits.near(self.line.number, self.line.text, "words-apart", **values)
        return gap
