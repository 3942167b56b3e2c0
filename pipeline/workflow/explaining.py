"""Why an item got its verdict, from stored results and the rules of then."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.scoring.condition import Condition
from pipeline.scoring.rulebook import rebuilt
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Explanation, ItemResult, Scorecard, explain
from pipeline.settings import Scoring, Settings
from pipeline.storage import Recording, Store
from pipeline.storage.review_records import Review
from pipeline.workflow.recalling import recalled
from pipeline.workflow.rules import read_working_copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The stored verdict. explanation is None where this version cannot read the rules of then.

    scoring: the settings by which the card was drafted. in_force: the working copy still has the
    same rules.
    """

    recording: str
    files: tuple[str, ...]
    call: Call
    card: Scorecard
    item: ItemResult
    explanation: Explanation | None
    scoring: Scoring
    in_force: bool

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """The named conditions of the template of then."""
        return self.explanation.ruleset.template.conditions if self.explanation else {}


def explain_item(name: str, item: str, home: Path, settings: Settings) -> Explained:
    """Raises Refusal where there is no such recording, card or item, or several recordings that
    the name may mean. Of one that changed since, the latest counts."""
    with Store(home, settings.storage) as store:
        result = recalled(name, store)
        cards = {card.ruleset: store.texts(card.ruleset) for card in result.cards}
    if result.call is None or not result.cards:
        raise Refusal("workflow.no-card", found=name)
    lines = [(card, line) for card in result.cards for line in card.items]
    found = next(((card, line) for card, line in lines if line.id == item), None)
    if found is None:
        known = dict.fromkeys(line.id for _, line in lines)
        raise Refusal("workflow.no-such-item", found=item, allowed="、".join(known))
    card, line = found
    return _explained(result.recording, result.call, card, line, _Now(home, settings, cards))


def explain_card(review: Review, item: str, home: Path, settings: Settings) -> Explained:
    """The same of a card that somebody has open, as the machine drafted it."""
    line = next((line for line in review.card.items if line.id == item), None)
    if line is None:
        known = "、".join(line.id for line in review.card.items)
        raise Refusal("workflow.no-such-item", found=item, allowed=known)
    digest = review.card.ruleset
    with Store(home, settings.storage) as store:
        texts = {digest: store.texts(digest)}
    now = _Now(home, settings, texts)
    return _explained(review.recording, review.call, review.card, line, now)


@dataclass(frozen=True, slots=True)
class _Now:
    """Where it is explained. texts: of rulesets, by digest."""

    home: Path
    settings: Settings
    texts: Mapping[str, Mapping[str, str]]


def _explained(
    recording: Recording, call: Call, card: Scorecard, line: ItemResult, now: _Now
) -> Explained:
    ruleset = _ruleset(card, now.texts[card.ruleset])
    scoring = scoring_of(card, now.settings.scoring)
    return Explained(
        recording=recording.name,
        files=tuple(Path(source).name for source in recording.sources),
        call=call,
        card=card,
        item=line,
        explanation=explain(call, ruleset, line.id, scoring) if ruleset else None,
        scoring=scoring,
        in_force=card.ruleset in _digests(now.home),
    )


def _ruleset(card: Scorecard, texts: Mapping[str, str]) -> Ruleset | None:
    """The rules of then, read again from their stored texts."""
    try:
        candidates = rebuilt(texts).rulesets
    except Refusal:
        return None
    return next((found for found in candidates if found.digest == card.ruleset), None)


def scoring_of(card: Scorecard, now: Scoring) -> Scoring:
    """The settings of then; of a card that does not name them, those of now."""
    known = {field.name for field in fields(Scoring)}
    then = {name: float(value) for name, value in card.settings.items() if name in known}
    return replace(now, **then)  # type: ignore[arg-type]  # by name


def _digests(home: Path) -> frozenset[str]:
    try:
        return frozenset(read_working_copy(home).digests.values())
    except Refusal:
        return frozenset()
