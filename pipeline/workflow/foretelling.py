"""What was learned, applied to drafts that wait: how likely each flag is upheld, and with that the
order of the queue."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.insight.calibration import Measured, Threshold
from pipeline.insight.learning import Learned, Model
from pipeline.insight.settling import traits
from pipeline.scoring.risk import needs_eyes, rank
from pipeline.storage.lesson_records import Foretold, Key, Lesson, Raised, Taught
from pipeline.storage.lessons import Lessons
from pipeline.storage.plain import plain, typed


@dataclass(frozen=True, slots=True)
class Known:
    """A lesson that can be applied: its version, and what it learned by template and item."""

    version: int
    learned: Mapping[Key, Learned]


def body_of(learned: Learned) -> str:
    """As it is stored."""
    return json.dumps(
        {
            "model": learned.model.as_json(),
            "measured": plain(learned.measured),
            "thresholds": plain(learned.thresholds),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def learned_of(taught: Taught) -> Learned | None:
    """None where there was too little, or where another version of the product wrote it."""
    if taught.body is None:
        return None
    stored = json.loads(taught.body)
    model = Model.from_json(stored["model"])
    if model is None:
        return None
    measured = typed(Measured, stored["measured"])
    return Learned(model, measured, typed(tuple[Threshold, ...], stored["thresholds"]))


def known(lesson: Lesson | None) -> Known:
    """What a lesson learned; nothing where there is none."""
    if lesson is None:
        return Known(0, {})
    found = {(one.template, one.item): learned_of(one) for one in lesson.taught}
    return Known(lesson.version, {key: one for key, one in found.items() if one is not None})


def foretell(lessons: Lessons, tell: Callable[[int], None] = lambda _: None) -> int:
    """Apply the last lesson to the drafts that it was not applied to; how many. tell is told how
    many are done."""
    last = known(lessons.last())
    if not last.learned:
        return 0
    models = {key: one.model for key, one in last.learned.items()}
    count = 0
    for some in lessons.unforetold(models.keys(), last.version):
        lessons.foretell(last.version, [_foretold(one, models) for one in some])
        count += len(some)
        tell(count)
    return count


def _foretold(raised: Raised, models: Mapping[Key, Model]) -> Foretold:
    card = raised.card
    chances = {
        item.id: models[card.template, item.id].probability(traits(raised.call, item, raised.topic))
        for item in card.items
        if needs_eyes(item) and (card.template, item.id) in models
    }
    return Foretold(raised.id, chances, rank(card, chances))
