"""Reads values out of a template's nodes and keeps every problem, so that lint can list them all.

A wrong value is noted and replaced by None or a default: reading goes on, the template is refused
at the end.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pipeline.refusal import Refusal
from pipeline.text.document import Listing, Node, Scalar
from pipeline.text.document import Mapping as MappingNode
from pipeline.text.lexicon import Lexicon
from pipeline.text.pattern import Pattern, wrong_regex

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
WHOLE = re.compile(r"[+-]?\d+")
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SWITCH = {"true": True, "false": False}

Choice = TypeVar("Choice", bound=StrEnum)
Fields = dict[str, Node]


@dataclass(frozen=True, slots=True)
class Reading:
    """One template being read. lexicons are those that it may name."""

    file: str
    lexicons: Mapping[str, Lexicon]
    problems: list[Refusal] = field(default_factory=list)
    reached: dict[str, Lexicon] = field(default_factory=dict)

    def note(self, key: str, at: Node | int, found: object = "", allowed: object = "") -> None:
        """Keeps a problem: template.<key> at a node or line, with what is there and what may be."""
        place = (at, None) if isinstance(at, int) else (at.line, at.column)
        self.problems.append(
            Refusal(f"template.{key}", self.file, *place, found=str(found), allowed=str(allowed))
        )

    def fields(self, node: Node, allowed: tuple[str, ...], needed: tuple[str, ...] = ()) -> Fields:
        """The values of a mapping by key; keys that are not allowed are noted and left out."""
        if not isinstance(node, MappingNode):
            self.note("not-a-mapping", node, shown(node), "、".join(allowed))
            return {}
        for key, _ in node.pairs:
            if key.value not in allowed:
                self.note("unknown-key", key, key.value, "、".join(allowed))
        found = {key.value: value for key, value in node.pairs if key.value in allowed}
        for name in needed:
            if name not in found:
                self.note("missing-key", node, allowed=name)
        return found

    def listing(self, node: Node | None) -> tuple[Node, ...]:
        if node is None:
            return ()
        if isinstance(node, Listing):
            return node.items
        self.note("not-a-list", node, shown(node))
        return ()

    def word(self, node: Node | None, default: str = "") -> str:
        if node is None:
            return default
        if isinstance(node, Scalar) and node.value.strip():
            return node.value.strip()
        self.note("not-a-word", node, shown(node))
        return default

    def words(self, node: Node | None) -> tuple[str, ...]:
        """One word or a list of words."""
        if isinstance(node, Listing):
            return tuple(self.word(item) for item in node.items)
        return (self.word(node),) if node is not None else ()

    def name(self, node: Node | None) -> str:
        """A name for other keys to point at."""
        word = self.word(node)
        if node is not None and word and not NAME.fullmatch(word):
            self.note("bad-name", node, word, "a-z、0-9、-")
        return word

    def number(self, node: Node | None, least: float = 0.0) -> float | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and not node.quoted and NUMBER.fullmatch(node.value):
            if (value := float(node.value)) >= least:
                return value
            self.note("too-small", node, node.value, f"{least:g}")
            return None
        self.note("not-a-number", node, shown(node))
        return None

    def whole(self, node: Node | None, least: int = 1) -> int | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and not node.quoted and WHOLE.fullmatch(node.value):
            if (value := int(node.value)) >= least:
                return value
            self.note("too-small", node, node.value, least)
            return None
        self.note("not-a-whole-number", node, shown(node))
        return None

    def choice(self, node: Node | None, choices: type[Choice], default: Choice) -> Choice:
        return self.option(node, choices) or default

    def switch(self, node: Node | None) -> bool:
        """true or false; false where nothing stands."""
        if node is None:
            return False
        if isinstance(node, Scalar) and node.value in SWITCH:
            return SWITCH[node.value]
        self.note("not-a-choice", node, shown(node), "、".join(SWITCH))
        return False

    def option(self, node: Node | None, choices: type[Choice]) -> Choice | None:
        if node is None:
            return None
        allowed = [choice.value for choice in choices]
        if isinstance(node, Scalar) and node.value in allowed:
            return choices(node.value)
        self.note("not-a-choice", node, shown(node), "、".join(allowed))
        return None

    def day(self, node: Node | None) -> date | None:
        if node is None:
            return None
        try:
            return date.fromisoformat(self.word(node))
        except ValueError:
            self.note("not-a-day", node, shown(node), "2026-01-31")
            return None

    def pattern(self, node: Node) -> Pattern | None:
        """A regular expression, as RE2 takes it."""
        text = self.word(node)
        problem, found = wrong_regex(text) if text else ("", "")
        if problem:
            self.note(problem, node, found)
        return None if problem or not text else Pattern(text)

    def lexicon(self, node: Node) -> Lexicon | None:
        word = self.word(node)
        if word in self.lexicons:
            return self.reached.setdefault(word, self.lexicons[word])
        self.note("unknown-lexicon", node, word, "、".join(self.lexicons))
        return None


def shown(node: Node) -> str:
    """A node as it may be quoted in a message."""
    if isinstance(node, Scalar):
        return node.value[:60]
    return "[…]" if isinstance(node, Listing) else "{…}"
