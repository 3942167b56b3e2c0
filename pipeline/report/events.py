"""Names of what is found without words being said: silences, waits, talk-over."""

from pipeline.wording import word, words_of


def event(what: str, language: str) -> str:
    """The name of an event that a detector found; its own word for it where we have none."""
    key = f"report.event-{what}"
    return word(key, language) if key in words_of("report") else what
