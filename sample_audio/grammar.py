"""Reads `grammar/*.txt` and says a sentence of it.

A file holds rules (`:name`, then one alternative a line; `:name*` is drawn once a call) and
stories (`=name` inbound, `>name` outbound; then one line of the call each). In a sentence `{name}`
is a rule or a slot of `numerals.SAID`, `[a|b|]` one of several pieces, `<…>` the words that a
finding must point at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from sample_audio.numerals import SAID

FOLDER = Path(__file__).parent / "grammar"
BUSINESSES = ("telecom", "bank", "insurance", "shop")
TOKEN = re.compile(r"\{[\w.-]+\}|[\[\]|]|[^{}\[\]|]+")

Piece = str | tuple[tuple["Piece", ...], ...]
"""Words, “{name}”, or alternatives that are pieces in a row each."""
Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """What happens in a call between opening and closing: (mark, sentence), see telecom.txt."""

    name: str
    direction: str
    lines: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Rules by name; `kept` are those that are drawn once a call."""

    rules: dict[str, list[Sentence]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    stories: list[Story] = field(default_factory=list)


def parse(text: str) -> Sentence:
    """One alternative of a rule."""
    pieces, _ = _row(TOKEN.findall(text), 0)
    return pieces


def _row(tokens: list[str], at: int) -> tuple[Sentence, int]:
    pieces: list[Piece] = []
    while at < len(tokens) and tokens[at] not in "]|":
        if tokens[at] == "[":
            options = []
            while tokens[at] != "]":
                option, at = _row(tokens, at + 1)
                options.append(option)
            pieces.append(tuple(options))
        else:
            pieces.append(tokens[at])
        at += 1
    return tuple(pieces), at


@cache
def load(business: str) -> Grammar:
    """The grammar of one business, with what all have in common."""
    grammar = Grammar()
    for name in ("slots", "common", "failures", business):
        _read(FOLDER / f"{name}.txt", grammar)
    return grammar


def _read(path: Path, grammar: Grammar) -> None:
    rule: list[Sentence] = []
    story: list[tuple[str, Sentence]] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in ("=", ">", ":") and line[1:]:
            _close(grammar, story)
            story, name = None, line[1:].rstrip("*")
            if line[0] == ":":
                rule = grammar.rules[name] = []
                if line.endswith("*"):
                    grammar.kept.add(name)
            else:
                story = []
                grammar.stories.append(Story(name, "in" if line[0] == "=" else "out", ()))
        elif story is not None and line:
            mark, _, text = line.partition(" ")
            optional = text.startswith("~") or mark.startswith("~")
            mark = ("~" if optional else "") + mark.strip("~")
            story.append((mark, parse(text.lstrip("~"))))
        elif story is None:
            rule.append(parse(line))
    _close(grammar, story)


def _close(grammar: Grammar, story: list[tuple[str, Sentence]] | None) -> None:
    if story is not None:
        last = grammar.stories.pop()
        grammar.stories.append(Story(last.name, last.direction, tuple(story)))
    for sentences in grammar.rules.values():
        while len(sentences) > 1 and not sentences[-1]:
            sentences.pop()  # blank lines between rules


class Speech:
    """Says sentences of a grammar for one call: the same name, company and product throughout."""

    def __init__(self, business: str, random: Random) -> None:
        self.grammar = load(business)
        self.random = random
        self.kept: dict[str, str] = {}

    def say(self, name: str) -> str:
        """A sentence of a rule, or a slot's value."""
        if name in self.kept:
            return self.kept[name]
        if name in SAID:
            return SAID[name](self.random)
        text = self.expand(self.random.choice(self.grammar.rules[name]))
        if name in self.grammar.kept:
            self.kept[name] = text
        return text

    def expand(self, sentence: Sentence) -> str:
        """A parsed sentence in words."""
        said = []
        for piece in sentence:
            if isinstance(piece, tuple):
                said.append(self.expand(self.random.choice(piece)))
            elif piece[0] == "{":
                said.append(self.say(piece[1:-1]))
            else:
                said.append(piece)
        return "".join(said)
