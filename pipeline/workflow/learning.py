"""What the machine learns of people's decisions: `zhiyin learn`, and what follows from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.hit import Verdict
from pipeline.insight.learning import Answer, TooFew, Traits, learned
from pipeline.insight.settling import traits
from pipeline.scoring.decision import DECIDABLE
from pipeline.scoring.review import MACHINE, Marking, in_force
from pipeline.scoring.risk import needs_eyes
from pipeline.settings import Settings
from pipeline.storage import Act
from pipeline.storage.lesson_records import Answered, Key, Lesson, Raised, Taught
from pipeline.storage.lessons import Lessons
from pipeline.storage.rate_sums import RateSums
from pipeline.storage.reviews import Reviews
from pipeline.storage.topics import Topics
from pipeline.storage.trainings import Trainings
from pipeline.workflow.flag_settling import Settled, settle_flags
from pipeline.workflow.foretelling import body_of, foretell
from pipeline.workflow.proposing import proposed
from pipeline.workflow.rules import read_working_copy
from pipeline.workflow.sampled import keep_agreements

ANSWERING = (Marking.ITEM, Marking.HIT, Marking.MISSED)
"""Marks that say what becomes of an item."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of drafts: foretold, how many; settled, what needs no person."""

    foretold: int = 0
    settled: Settled = field(default_factory=Settled)


@dataclass(frozen=True, slots=True)
class Learning:
    """What came of learning. fresh: the lesson is a new version; otherwise nothing was decided
    since that changes it. answers: decisions on flags that were not known before."""

    lesson: Lesson | None
    fresh: bool
    answers: int
    proposals: int
    applied: Applied


def learn(
    home: Path, settings: Settings, by: str, tell: Callable[[int], None] = lambda _: None
) -> Learning:
    """Learn from all decisions, keep it as the next version, and apply it to drafts. tell is told
    how many judged calls were read. Refusal where the rules cannot be read."""
    book = read_working_copy(home)
    with Lessons(home, settings.storage) as lessons, Reviews(home, settings.storage) as reviews:
        new = _gather(lessons, tell)
        taught = [_taught(lessons, key) for key in lessons.answered()]
        phrases = proposed(lessons, book)
        before = lessons.last()
        kept = tuple(before.taught) if before else ()
        fresh = bool(taught or phrases) and (
            tuple(taught) != kept or phrases != lessons.proposals()
        )
        if fresh:
            lessons.teach(taught, phrases, Act(by, "learned", "", _told(taught)))
        applied = _apply(lessons, reviews, settings)
        _count(home, settings)
        return Learning(lessons.last(), fresh, new, len(phrases), applied)


def apply_lesson(home: Path, settings: Settings) -> Applied:
    """What was learned last, applied to the drafts that a run has made since."""
    with Lessons(home, settings.storage) as lessons, Reviews(home, settings.storage) as reviews:
        applied = _apply(lessons, reviews, settings)
    _count(home, settings)
    return applied


def _count(home: Path, settings: Settings) -> None:
    """What pages tell of all cards, so that nobody waits for it in the morning."""
    at = (home, settings.storage)
    with Topics(*at) as topics, RateSums(*at) as sums, Trainings(*at) as trainings:
        keep_agreements(topics, sums, settings.review.random_share)
        trainings.count()


def _apply(lessons: Lessons, reviews: Reviews, settings: Settings) -> Applied:
    count = foretell(lessons)
    return Applied(count, settle_flags(lessons, reviews, settings.review))


def _gather(lessons: Lessons, tell: Callable[[int], None]) -> int:
    """Keep an answer for every flag that people settled since the last time; how many."""
    lessons.drop_withdrawn()
    count = read = 0
    for some in lessons.unanswered():
        found = [answer for one in some for answer in _answers(one)]
        lessons.keep_answers(found)
        count, read = count + len(found), read + len(some)
        tell(read)
    return count


def _answers(raised: Raised) -> Iterator[Answered]:
    said = {mark.item: mark.by for mark in in_force(raised.marks) if mark.kind in ANSWERING}
    for item in raised.card.items:
        ruling = raised.rulings.get(item.id)
        if said.get(item.id) == MACHINE:
            continue  # a rule settled it, and a person the rest of the card
        if needs_eyes(item) and ruling is not None and ruling.verdict in DECIDABLE:
            found = traits(raised.call, item, raised.topic)
            yield Answered(
                card=raised.id,
                template=raised.card.template,
                item=item.id,
                upheld=ruling.verdict == Verdict.FAIL,
                at=raised.at,
                numbers=found.numbers,
                words=found.words,
            )


def _taught(lessons: Lessons, key: Key) -> Taught:
    """What there is to say of an item."""
    answers = lessons.answers(key)
    found = learned(key[1], [_answer(one) for one in answers])
    return Taught(
        template=key[0],
        item=key[1],
        decisions=len(answers),
        upheld=sum(one.upheld for one in answers),
        needed=found.needed if isinstance(found, TooFew) else None,
        body=None if isinstance(found, TooFew) else body_of(found),
    )


def _answer(one: Answered) -> Answer:
    known = Traits(numbers=one.numbers, words=one.words)
    return Answer(traits=known, upheld=one.upheld, at=one.at)


def _told(taught: Sequence[Taught]) -> dict[str, str | float]:
    """For the record."""
    whole = sum(one.body is not None for one in taught)
    return {"items": len(taught), "learned": whole, "decisions": sum(o.decisions for o in taught)}
