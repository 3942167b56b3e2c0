"""What decisions teach, as leads look at it: each item's model, how right the machine is, whether
flags of it are settled, and phrases that lexicons lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.insight.calibration import Threshold
from pipeline.insight.learning import Learned
from pipeline.scoring.agreement import Agreement, Share
from pipeline.scoring.rulebook import Rulebook
from pipeline.scoring.template import Fatal
from pipeline.storage import Person
from pipeline.storage.lesson_records import Key, Lesson, Proposed, Settling, Taught
from pipeline.storage.lessons import Lessons
from pipeline.storage.topics import Topics
from pipeline.workflow.access import Permission, demand, may
from pipeline.workflow.flag_settling import threshold_of
from pipeline.workflow.foretelling import known, learned_of
from pipeline.workflow.sampled import last_agreements

NOTHING = Agreement(cases=0, failures=0, charged=0, rightly_charged=0, asked=0, rightly_asked=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An item. title: of its template; learned: None where there is too little; agreement: of the
    random sample; settling: what a lead said last; reached: from where on that settles, None where
    it does not."""

    key: Key
    ask: str
    title: str
    fatal: bool
    taught: Taught
    learned: Learned | None
    agreement: Agreement
    settling: Settling | None
    reached: Threshold | None

    @property
    def upheld(self) -> Share:
        """Of all decisions."""
        return Share(self.taught.upheld, self.taught.decisions)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A phrase that a lexicon lacks, for people to try."""

    proposed: Proposed
    ask: str

    @property
    def precision(self) -> Share:
        """Of the passages and calls with it, those that people marked."""
        return Share(self.proposed.marked, self.proposed.said)

    @property
    def recall(self) -> Share:
        """Of all marked passages, those with it."""
        return Share(self.proposed.marked, self.proposed.passages)


@dataclass(frozen=True, slots=True)
class Learnt:
    """The last lesson, None where there is none yet; its items, the most decisions first. sampled:
    when what the random sample says was counted, milliseconds since 1970, 0: never."""

    lesson: Lesson | None
    items: tuple[Seen, ...]
    proposals: tuple[Proposal, ...]
    sampled: int


def learnt(lessons: Lessons, topics: Topics, asker: Person, book: Rulebook) -> Learnt:
    """For who may see it; proposed phrases are words of calls, and only for who may try them."""
    demand(asker, Permission.LEARNING)
    lesson = lessons.last()
    names = _names(book)
    sampled, right = last_agreements(topics)
    said, last = lessons.settlings(), known(lesson)
    items = []
    for one in lesson.taught if lesson else ():
        key = (one.template, one.item)
        ask, title, fatal = names.get(key, _bare(one))
        rule = said.get(key)
        items.append(
            Seen(
                key=key,
                ask=ask,
                title=title,
                fatal=fatal,
                taught=one,
                learned=last.learned.get(key),
                agreement=right.get(key, NOTHING),
                settling=rule,
                reached=threshold_of(last, rule) if rule else None,
            )
        )
    found = lessons.proposals() if may(asker, Permission.TRY) else []
    return Learnt(
        lesson,
        tuple(sorted(items, key=lambda one: (-one.taught.decisions, one.key))),
        tuple(Proposal(one, names.get((one.template, one.item), _bare(one))[0]) for one in found),
        sampled,
    )


def item_history(lessons: Lessons, key: Key) -> Sequence[tuple[Lesson, Taught, Learned | None]]:
    """What each of the last lessons said of an item, the newest first."""
    return [
        (lesson, one, learned_of(one)) for lesson in lessons.history(key) for one in lesson.taught
    ]


Name = tuple[str, str, bool]
"""What an item asks, what its template is called, whether it is fatal."""


def _names(book: Rulebook) -> Mapping[Key, Name]:
    return {
        (one.template.name, item.id): (
            item.ask,
            one.template.title,
            item.fatal in (Fatal.CARD, Fatal.SECTION),
        )
        for one in book.rulesets
        for item in one.template.items
    }


def _bare(one: Proposed | Taught) -> Name:
    """Of an item that the rules do not have any more."""
    return one.item, one.template, False
