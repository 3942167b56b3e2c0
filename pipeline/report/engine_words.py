"""What heard a call, for people: the line that transcripts keep, in the reader's words."""

from pipeline.wording import foreign


def engine_words(engine: str, language: str) -> str:
    """zhiyin 1.0, …，束宽 5，每窗 8.5 秒; a part that nobody has words for stands as it is."""
    return ", ".join(foreign(part, language) for part in engine.split(", "))
