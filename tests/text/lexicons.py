"""Lexicons for tests, written in the test."""

from pathlib import Path

from pipeline.text.lexicon import Lexicon, load_lexicon


def lexicon(folder: Path, text: str, name: str = "trial") -> Lexicon:
    """The lexicon of a YAML text; a title is added where there is none."""
    path = folder / f"{name}.yaml"
    path.write_text(text if "title:" in text else f"title: 试\n{text}", encoding="utf-8")
    return load_lexicon(path)


def phrases(folder: Path, *listed: str, match: str = "text", **more: str) -> Lexicon:
    """A lexicon of phrases alone; more: other keys with their YAML."""
    keys = "".join(f"{key}: {value}\n" for key, value in more.items())
    rows = "".join(f"  - {phrase}\n" for phrase in listed)
    return lexicon(folder, f"match: {match}\n{keys}phrases:\n{rows}")
