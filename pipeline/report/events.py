"""Names of what is found without words being said: silences, waits, talk-over."""

from pipeline.hit import Hit
from pipeline.wording import word, words_of

COUNTED = {"few", "many", "share"}
"""Events of the whole call that are no length of time."""


def happened(hit: Hit, language: str) -> str:
    """What was found without words, and how long it took: silence 12.3 s."""
    name = event(hit.what, language)
    if hit.what in COUNTED:
        return name
    return f"{name} {word('report.seconds', language, seconds=hit.end - hit.start)}"


def event(what: str, language: str) -> str:
    """The name of an event that a detector found; its own word for it where we have none."""
    key = f"report.event-{what}"
    return word(key, language) if key in words_of("report") else what
