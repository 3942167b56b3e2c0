"""What a template may say but hardly means: points that do not add up, conditions that nothing
uses, phrases that one item asks for and another charges."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from pipeline.call import Reason, Speaker
from pipeline.refusal import Advice
from pipeline.scoring.condition import Condition, Find, Flow, Neither, steps_of
from pipeline.scoring.template import Item, Scale, Section, Template
from pipeline.text.document import Listing, Mapping, Node, Scalar, read_document
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all

FULL_MARKS = 100.0
ROUNDING = 0.005


@dataclass(frozen=True, slots=True)
class Asked:
    """A lexicon that an item asks for, or charges, of these speakers (none: everyone)."""

    item: Item
    lexicon: Lexicon
    speakers: frozenset[Speaker]
    wanted: bool

    @property
    def charges(self) -> bool:
        """Whether saying it costs something, without anybody being asked."""
        return not self.wanted and not self.item.asks_person and self.item.points > 0


def advise(template: Template) -> Iterator[Advice]:
    """What is odd about a template, but for its lexicons."""
    for item in template.items:
        yield from _item(template, item)
    for section in template.sections:
        yield from _section(template, section)
    yield from _full_marks(template)
    yield from _bonus(template)
    yield from _unused(template)


def _advice(template: Template, line: int, key: str, **values: str | float) -> Advice:
    return Advice(Reason(f"advice.{key}", values), str(template.path), line)


def _item(template: Template, item: Item) -> Iterator[Advice]:
    judged = item.rule is not None and not item.asks_person
    if judged and not (item.points or item.bonus or item.fatal):
        yield _advice(template, item.line, "costs-nothing", found=item.id)
    section = next((s for s in template.sections if s.id == item.section), None)
    if section is not None and section.max is not None and item.points > section.max:
        numbers = {"points": item.points, "most": section.max}
        yield _advice(template, item.line, "over-section", found=item.id, **numbers)


def _section(template: Template, section: Section) -> Iterator[Advice]:
    """Marks that no item can take, or, where points are earned, that none can give."""
    items = [item for item in template.items if item.section == section.id]
    if section.max is None or template.scale == Scale.DEMERITS:
        return
    endless = any(item.per_hit and item.cap is None for item in items)
    total = sum(item.most for item in items)
    short = total < section.max - ROUNDING and not endless
    if short or (template.scale == Scale.EARN and abs(total - section.max) > ROUNDING):
        values = {"found": section.id, "points": total, "most": section.max}
        yield _advice(template, section.line, "section-sum", **values)


def _full_marks(template: Template) -> Iterator[Advice]:
    """Where somebody says what sections come to, a hundred is what is meant."""
    placed = {section.id: section.max for section in template.sections}
    if template.scale == Scale.DEMERITS or not any(placed.values()):
        return
    total = sum(most for most in placed.values() if most is not None)
    total += sum(item.points for item in template.items if placed.get(item.section) is None)
    if abs(total - FULL_MARKS) > ROUNDING:
        yield _advice(template, 1, "full-marks", points=total, most=FULL_MARKS)


def _bonus(template: Template) -> Iterator[Advice]:
    """More for an excellent call than all the rest of the template can come to."""
    if template.scale == Scale.DEMERITS or not template.items:
        return
    placed = {section.id: section.max for section in template.sections}
    total = sum(most for most in placed.values() if most is not None)
    total += sum(item.most for item in template.items if placed.get(item.section) is None)
    if template.excellent > total:
        yield _advice(template, 1, "bonus-over", points=template.excellent, most=total)


def _unused(template: Template) -> Iterator[Advice]:
    """Conditions of the file itself that nothing in it names; what is included may stay unused."""
    root, _ = read_document(template.path)
    fields = {k.value: v for k, v in root.pairs} if isinstance(root, Mapping) else {}
    conditions = fields.get("conditions")
    named = {word.split()[-1] for word in values_in(root) if word.strip()}
    for key, _ in conditions.pairs if isinstance(conditions, Mapping) else ():
        if key.value not in named:
            yield _advice(template, key.line, "unused-condition", found=key.value)


def values_in(node: Node) -> Iterator[str]:
    """Every value in a document; keys name nothing."""
    if isinstance(node, Scalar):
        yield node.value
    for part in node.items if isinstance(node, Listing) else ():
        yield from values_in(part)
    for _, value in node.pairs if isinstance(node, Mapping) else ():
        yield from values_in(value)


def contradictions(template: Template) -> Iterator[Advice]:
    """Phrases charged that are asked for elsewhere, and good examples that are charged."""
    asked = [one for item in template.items for one in asked_of(item)]
    charged = [one for one in asked if one.charges]
    for bad, other in product(charged, asked):
        if bad.lexicon.name == other.lexicon.name:
            continue
        if bad.speakers and other.speakers and not bad.speakers & other.speakers:
            continue
        if other.wanted:
            yield from _both(bad, other)
        if other.wanted or other.charges:
            yield from _examples(bad, other)


def asked_of(item: Item) -> Iterator[Asked]:
    """The lexicons that decide an item: those of when, unless and doubtful ones do not."""
    if item.rule is not None:
        yield from _asked(item, item.rule.require, wanted=True)
        yield from _asked(item, item.rule.forbid, wanted=False)


def _asked(item: Item, condition: Condition | None, wanted: bool) -> Iterator[Asked]:
    if isinstance(condition, Find):
        words = condition.settings.get("lexicon")
        if isinstance(words, Lexicon) and not condition.doubtful and _looks_everywhere(condition):
            yield Asked(item, words, condition.scope.speakers, wanted)
    elif isinstance(condition, Flow):
        for step in steps_of(condition.stages):
            yield from _asked(item, step.condition, wanted)
    elif condition is not None:
        turned = wanted != isinstance(condition, Neither)
        for part in condition.parts:
            yield from _asked(item, part, turned)


def _looks_everywhere(find: Find) -> bool:
    """Whether it looks for phrases at all, and not only beside something else."""
    return find.detector == "phrase" and find.scope.anchor is None


def _both(bad: Asked, good: Asked) -> Iterator[Advice]:
    wanted = {phrase.form for phrase in good.lexicon.phrases}
    for phrase in bad.lexicon.phrases:
        if phrase.form in wanted:
            values = {"found": phrase.text, "other": good.lexicon.name, "item": good.item.id}
            reason = Reason("advice.contradicted", values)
            yield Advice(reason, str(bad.lexicon.path), phrase.line)


def _examples(bad: Asked, other: Asked) -> Iterator[Advice]:
    for example in other.lexicon.must_match:
        found = find_all(bad.lexicon, example.text)
        if found:
            values = {"found": example.text, "phrase": found[0].phrase, "other": bad.lexicon.name}
            key = "advice.example-charged" if other.wanted else "advice.charged-twice"
            yield Advice(Reason(key, values), str(other.lexicon.path), example.line)


def once(advice: Iterable[Advice]) -> list[Advice]:
    """Each piece of advice once, by file and line."""
    known = {(a.file, a.line, a.reason.key, str(a.reason.values)): a for a in advice}
    return sorted(known.values(), key=lambda a: (a.file, a.line or 0))
