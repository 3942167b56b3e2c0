"""Names of what is found without words being said: silences, waits, talk-over."""

from pipeline.call import Call
from pipeline.hit import Hit
from pipeline.text.rate import characters_per_minute, turn_rates
from pipeline.wording import word, words_of

COUNTED = {"few", "many", "share"}
"""Events of the whole call that are no length of time."""
PACES = {"fast", "slow"}


def happened(hit: Hit, language: str, call: Call | None = None) -> str:
    """What was found without words, and how long it took: silence 12.3 s. Of a pace, how fast it
    was, if the call is at hand; of a moment, nothing."""
    name = event(hit.what, language)
    if hit.what in PACES:
        pace = _pace(hit, call) if call else None
        return name if pace is None else f"{name} {word('report.rate', language, rate=round(pace))}"
    if hit.what in COUNTED or hit.end <= hit.start:
        return name
    return f"{name} {word('report.seconds', language, seconds=hit.end - hit.start)}"


def event(what: str, language: str) -> str:
    """The name of an event that a detector found; its own word for it where we have none."""
    key = f"report.event-{what}"
    return word(key, language) if key in words_of("report") else what


def _pace(hit: Hit, call: Call) -> float | None:
    """Characters per minute: of the turn, or of the whole call."""
    if hit.turn is None:
        return characters_per_minute(call, hit.speaker)
    return dict(turn_rates(call, hit.speaker) or ()).get(hit.turn)
