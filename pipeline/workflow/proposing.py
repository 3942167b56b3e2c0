"""Phrases that lexicons lack, from the words that people marked as missed, or upheld."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.call import Speaker
from pipeline.hit import Kind
from pipeline.insight.proposals import FEWEST, Marked, Other, proposals
from pipeline.scoring.condition import Condition, Every, Find, Some
from pipeline.scoring.review import Mark, Marking, View, in_force
from pipeline.scoring.rulebook import Rulebook
from pipeline.scoring.template import Item
from pipeline.storage.lesson_records import Proposed, Raised
from pipeline.storage.lessons import Lessons
from pipeline.text.lexicon import Lexicon

MOST_CALLS = 5_000
"""The newest judged calls of a template that are looked at: their words are read one by one."""
PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Sought:
    """An item that forbids phrases of a lexicon, by whom they are said."""

    item: str
    lexicon: Lexicon
    speakers: frozenset[Speaker]


@dataclass(frozen=True, slots=True)
class _Heard:
    """What people marked of an item, and what was said elsewhere. Text alone: thousands of calls
    with the times of their words are too much to hold."""

    sought: Sought
    marked: list[Marked] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)

    def add(self, raised: Raised) -> None:
        """One more call."""
        marks = [mark for mark in in_force(raised.marks) if mark.item == self.sought.item]
        spans = _spans(raised, marks)
        texts, call = raised.call.turns, str(raised.id)
        self.marked.extend(Marked(call, texts[turn].text[a:b]) for turn, a, b in spans)
        self.others.append(Other(call, tuple(_elsewhere(raised, self.sought, spans))))

    def proposed(self, template: str) -> Iterator[Proposed]:
        """What the item's lexicon lacks."""
        if len(self.marked) < FEWEST:
            return
        lexicon = self.sought.lexicon
        known = [phrase.text for phrase in lexicon.phrases if phrase.kind != Kind.REGEX]
        for one in proposals(self.marked, self.others, known):
            yield Proposed(
                template=template,
                item=self.sought.item,
                lexicon=lexicon.name,
                phrase=one.phrase,
                marked=one.precision.part,
                said=one.precision.whole,
                passages=one.recall.whole,
                more=one.more,
                cards=tuple(sorted(map(int, one.where))),
            )


def proposed(lessons: Lessons, book: Rulebook) -> list[Proposed]:
    """Of every item of the rules that forbids phrases of a lexicon."""
    found: list[Proposed] = []
    for template in (ruleset.template for ruleset in book.rulesets):
        heard = [_Heard(one) for item in template.items if (one := _sought(item))]
        for raised in lessons.judged(template.name, MOST_CALLS) if heard else ():
            for words in heard:
                words.add(raised)
        for words in heard:
            found += words.proposed(template.name)
    return found


def _sought(item: Item) -> Sought | None:
    find = _phrases(item.rule.forbid) if item.rule else None
    lexicon = find.settings.get("lexicon") if find else None
    if find is None or not isinstance(lexicon, Lexicon):
        return None
    return Sought(item.id, lexicon, find.scope.speakers or frozenset(Speaker))


def _phrases(condition: Condition | None) -> Find | None:
    """The first part that looks for phrases."""
    if isinstance(condition, Find):
        return condition if condition.detector == PHRASE else None
    parts = condition.parts if isinstance(condition, Every | Some) else ()
    return next((found for part in parts if (found := _phrases(part))), None)


def _spans(raised: Raised, marks: Sequence[Mark]) -> list[tuple[int, int, int]]:
    """Turn, first and last character of what people marked: as missed, or upheld where it was not
    by sound alone that it was found."""
    found = {
        (mark.span.turn, mark.span.first, mark.span.last)
        for mark in marks
        if mark.kind == Marking.MISSED and mark.span and mark.span.turn is not None
    }
    evidence = {item.id: item.evidence for item in raised.card.items}
    for mark in marks:
        if mark.kind == Marking.HIT and mark.says == View.UPHELD and mark.hit is not None:
            hit = evidence[mark.item][mark.hit]
            text = raised.call.turns[hit.turn].text if hit.turn is not None else ""
            if hit.kind != Kind.SOUND and hit.quote and (at := text.find(hit.quote)) >= 0:
                found.add((hit.turn or 0, at, at + len(hit.quote)))
    return sorted(found)


def _elsewhere(
    raised: Raised, sought: Sought, spans: Sequence[tuple[int, int, int]]
) -> Iterator[str]:
    """What the same speakers said around those spans, and in other turns."""
    for number, turn in enumerate(raised.call.turns):
        if turn.speaker not in sought.speakers:
            continue
        at = 0
        for _, first, last in (span for span in spans if span[0] == number):
            yield turn.text[at:first]
            at = max(at, last)
        yield turn.text[at:]
