"""Why an item got its verdict, from stored results."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import Explanation, ItemResult, Scorecard, explain
from pipeline.settings import Settings
from pipeline.storage import Result, Store
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
    result = _result(name, home)
    if result.call is None or not result.cards:
        raise Refusal("workflow.no-card", found=name)
    card = result.cards[0]
    known = {line.id: line for line in card.items}
    if item not in known:
        raise Refusal("workflow.no-such-item", found=item, allowed="、".join(known))
    ruleset = _ruleset_of(card, home)
    explanation = explain(result.call, ruleset, item, settings.scoring) if ruleset else None
    return Explained(result.recording.name, result.call, card, known[item], explanation)


def _result(name: str, home: Path) -> Result:
    with Store(home) as store:
        found = store.find(name)
    if not found:
        raise Refusal("workflow.not-found", found=name)
    path = str(Path(name).resolve())
    named = [r for r in found if r.recording.name == name or path in r.recording.sources] or found
    meant = [result for result in named if result.cards] or named
    places = _places(meant)
    if len(places) > 1:
        raise Refusal("workflow.ambiguous", found=name, allowed="、".join(places))
    return meant[0]


def _places(meant: Sequence[Result]) -> list[str]:
    """Where they lie; of several conversations in one file, what each is known by."""
    by_file: dict[str, list[str]] = {}
    for result in meant:
        names = by_file.setdefault(result.recording.sources[0], [])
        if result.recording.name not in names:
            names.append(result.recording.name)
    return [place for path, n in by_file.items() for place in (n if len(n) > 1 else [path])]


def _ruleset_of(card: Scorecard, home: Path) -> Ruleset | None:
    """The ruleset of the card, if it is still in force as it was."""
    try:
        candidates = rulesets(AUTO, home, lexicons(home))
    except Refusal:
        return None
    return next((found for found in candidates if found.digest == card.ruleset), None)
