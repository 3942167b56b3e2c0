"""Lexicons and templates checked: everything that is wrong, with file and line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.configuration import files
from pipeline.refusal import Refusal
from pipeline.scoring.loading import problems as template_problems
from pipeline.scoring.loading import shared_problems
from pipeline.text.lexicon import Lexicon, read_lexicon
from pipeline.text.match import broken_examples


@dataclass(frozen=True, slots=True)
class Linted:
    """One file and what is wrong with it; nothing is good."""

    path: Path
    problems: tuple[Refusal, ...]


def lint(paths: Sequence[Path], home: Path | None) -> Iterator[Linted]:
    """The named files; without any, every lexicon, template and shared file in force."""
    words, broken = _lexicons(home)
    shared = files("scorecards/shared", home)
    if not paths:
        for path in files("lexicons", home).values():
            yield Linted(path, broken.get(path) or _untrue(words[path.stem]))
        for path in files("scorecards", home).values():
            yield Linted(path, tuple(template_problems(path, words, shared)))
        for path in shared.values():
            yield Linted(path, tuple(shared_problems(path, words, shared)))
        return
    for path in paths:
        yield Linted(path, tuple(_check(path, words, shared)))


def _lexicons(home: Path | None) -> tuple[dict[str, Lexicon], dict[Path, tuple[Refusal, ...]]]:
    """The lexicons that can be read, and what is wrong with the others."""
    words: dict[str, Lexicon] = {}
    broken: dict[Path, tuple[Refusal, ...]] = {}
    for name, path in files("lexicons", home).items():
        lexicon, problems = read_lexicon(path)
        if lexicon is not None:
            words[name] = lexicon
        if problems:
            broken[path] = tuple(problems)
    return words, broken


def _check(path: Path, words: dict[str, Lexicon], shared: Mapping[str, Path]) -> Iterator[Refusal]:
    kind = _kind(path)
    if kind is None:
        key = "cli.lint-neither" if path.is_file() else "cli.lint-missing"
        yield Refusal(key, str(path))
    elif kind == "scorecards":
        yield from template_problems(path, words, shared)
    elif kind == "shared":
        yield from shared_problems(path, words, shared)
    else:
        lexicon, problems = read_lexicon(path)
        yield from problems or (_untrue(lexicon) if lexicon is not None else ())


def _kind(path: Path) -> str | None:
    """By the folder that it lies in, else by what it holds."""
    if not path.is_file():
        return None
    if path.resolve().parent.name in ("lexicons", "scorecards", "shared"):
        return path.resolve().parent.name
    heads = {line.partition(b":")[0].strip() for line in path.read_bytes()[: 1 << 20].splitlines()}
    if b"items" in heads:
        return "scorecards"
    if b"phrases" in heads:
        return "lexicons"
    return "shared" if b"conditions" in heads else None


def _untrue(lexicon: Lexicon) -> tuple[Refusal, ...]:
    file = str(lexicon.path)
    return tuple(
        Refusal("cli.lint-wrongly-matched", file, line, text=text, phrase=phrase)
        if phrase
        else Refusal("cli.lint-not-matched", file, line, text=text)
        for line, _, text, phrase in broken_examples(lexicon)
    )
