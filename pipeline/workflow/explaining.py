"""Why an item got its verdict, from stored results."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Explanation, ItemResult, Scorecard, explain
from pipeline.settings import Settings
from pipeline.storage import Store
from pipeline.workflow.recalling import recalled
from pipeline.workflow.rules import AUTO, lexicons, rulesets


@dataclass(frozen=True, slots=True)
class Explained:
    """The stored verdict. explanation is None where the rules have changed since."""

    recording: str
    call: Call
    card: Scorecard
    item: ItemResult
    explanation: Explanation | None


def explain_item(name: str, item: str, home: Path, settings: Settings) -> Explained:
    """Raises Refusal where there is no such recording, card or item, or several recordings that
    the name may mean. Of one that changed since, the latest counts."""
    with Store(home) as store:
        result = recalled(name, store)
    if result.call is None or not result.cards:
        raise Refusal("workflow.no-card", found=name)
    card = result.cards[0]
    known = {line.id: line for line in card.items}
    if item not in known:
        raise Refusal("workflow.no-such-item", found=item, allowed="、".join(known))
    ruleset = _ruleset_of(card, home)
    explanation = explain(result.call, ruleset, item, settings.scoring) if ruleset else None
    return Explained(result.recording.name, result.call, card, known[item], explanation)


def _ruleset_of(card: Scorecard, home: Path) -> Ruleset | None:
    """The ruleset of the card, if it is still in force as it was."""
    try:
        candidates = rulesets(AUTO, home, lexicons(home))
    except Refusal:
        return None
    return next((found for found in candidates if found.digest == card.ruleset), None)
