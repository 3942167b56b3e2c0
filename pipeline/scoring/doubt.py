"""Why a person should look at a hit before it counts: a key for each reason, None without any."""

from pipeline.call import Call, Speaker
from pipeline.hit import Hit, Kind
from pipeline.scoring.condition import Find
from pipeline.settings import Scoring
from pipeline.text.normal import normal

SUGGESTS, SOUND, STRANGER, TRUST, REPEATS = "suggests", "sound", "stranger", "trust", "repeats"
EXCUSE, ANCHOR, NEAR = "excuse", "anchor", "near"
"""May be excused; is tied to a hit that is doubtful itself; was nearly said."""
TURNS_BACK = 3
"""Turns before the agent's in which a customer's words may be repeated."""


def doubt(hit: Hit, find: Find, call: Call, settings: Scoring, clears: bool) -> str | None:
    """clears: being found clears the agent; nothing is repeated against him then."""
    if find.doubtful:
        return SUGGESTS
    if find.scope.speakers and hit.speaker not in find.scope.speakers:
        return STRANGER
    if hit.kind == Kind.SOUND:
        return SOUND
    if hit.confidence < settings.min_confidence:
        return TRUST
    return REPEATS if not clears and _repeats(hit, call) else None


def _repeats(hit: Hit, call: Call) -> bool:
    """Whether an agent says what the customer has just said: 您说我不管，是吗."""
    if hit.turn is None or hit.speaker != Speaker.AGENT:
        return False
    words = normal(hit.quote).text
    before = call.turns[max(0, hit.turn - TURNS_BACK) : hit.turn]
    said = (turn.text for turn in before if turn.speaker == Speaker.CUSTOMER)
    return bool(words) and any(words in normal(text).text for text in said)
