"""Boolean strings, as speech analytics write their rules: (会议||例会)&&(缺货||退款).

    && & AND     || | OR     ! NOT, or - before a word (A -B is A and not B)     ( )
    ^词          at the beginning of a turn
    "词 词"~3    up to three words apart in one turn, in this order; (甲 & 乙)~3 in either order
    A NEAR B     up to three words apart, in either order
    (甲 & 乙)~t  in the same turn
    词~s<30      within 30 seconds of the beginning; 词~e<30 of the end
    A NOTIN B    A, but not where it is part of B

Also in full width. Written from what Baidu, Voci and Verint document of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.refusal import Refusal

MAX_LENGTH = 5_000
MAX_DEPTH = 8
"""A template may be 20 levels deep; a rule takes up to two for each of its own."""
NEAR_WORDS = 3
TOKEN = re.compile(
    r"""\s*(?:
      (?P<open>[(（]) | (?P<close>[)）])
    | (?P<all>&&?|＆＆?|AND\b) | (?P<any>\|\|?|｜｜?|OR\b)
    | (?P<near>NEAR\b) | (?P<notin>NOTIN\b)
    | (?P<none>[!！]|NOT\b|-(?=\S))
    | (?P<start>\^)
    | ~(?P<how>[se])\s*[<＜]\s*(?P<seconds>\d{1,5}(?:\.\d+)?) | ~(?P<turn>t)\b | ~(?P<words>\d{1,3})
    | ["“](?P<quoted>[^"”]*)["”]
    | (?P<term>(?:(?!\s(?:(?:AND|OR|NOT|NEAR|NOTIN)\s|-\S))[^()（）&＆|｜!！^~"“”])+)
    )""",
    re.VERBOSE,
)
Kind = Literal["all", "any", "none"]
Edge = Literal["first_seconds", "last_seconds"]
EDGES: dict[str, Edge] = {"s": "first_seconds", "e": "last_seconds"}


class Term(NamedTuple):
    """A phrase; quoted ones are several words in their order where spaces part them."""

    text: str
    starts_turn: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """all, any or none of its parts."""

    kind: Kind
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Near:
    """Parts of one turn, up to so many words apart; words None: anywhere in it."""

    part: "Node"
    words: int | None


@dataclass(frozen=True, slots=True)
class Within:
    """Within seconds of the beginning, or of the end."""

    part: "Node"
    where: Edge
    seconds: float


@dataclass(frozen=True, slots=True)
class Except:
    """The part, but not inside of the other."""

    part: "Node"
    other: "Node"


Node = Term | Joined | Near | Within | Except


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def parse(text: str) -> Node:
    """The tree of a boolean string. Refusal, with the column, where it cannot be read."""
    if len(text) > MAX_LENGTH:
        raise Refusal("adopting.boolean-long", allowed=MAX_LENGTH)
    return _Parser(list(_tokens(text)), len(text) + 1).whole()


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None:
            raise _wrong(text[at : at + 10], at + 1)
        kind = match.lastgroup or ""
        found = match["how"] + match["seconds"] if kind == "seconds" else match[kind].strip()
        if found or kind == "quoted":
            yield _Token(kind, found, match.start(kind) + 1)
        at = match.end()


def _wrong(found: str, column: int) -> Refusal:
    return Refusal("adopting.boolean", column=column, found=found, at=column)


@dataclass(slots=True)
class _Parser:
    """Recursive descent: any of all of (near or except) of none of a phrase with its bounds."""

    tokens: list[_Token]
    end: int
    at: int = 0
    depth: int = 0

    def whole(self) -> Node:
        node = self.any()
        if self.at < len(self.tokens):
            raise self.missing()
        return node

    def take(self, *kinds: str) -> _Token | None:
        if self.at < len(self.tokens) and self.tokens[self.at].kind in kinds:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def sees(self, kind: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind == kind

    def any(self) -> Node:
        parts = [self.all()]
        while self.take("any"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Joined("any", tuple(parts))

    def all(self) -> Node:
        parts = [self.pair()]
        while self.take("all") or self.sees("none"):
            parts.append(self.pair())
        return parts[0] if len(parts) == 1 else Joined("all", tuple(parts))

    def pair(self) -> Node:
        node = self.none()
        while token := self.take("near", "notin"):
            other = self.none()
            if token.kind == "near":
                node = Near(Joined("all", (node, other)), NEAR_WORDS)
            else:
                node = Except(node, other)
        return node

    def none(self) -> Node:
        if self.take("none"):
            self.deeper()
            node = Joined("none", (self.none(),))
            self.depth -= 1
            return node
        return self.bounded()

    def bounded(self) -> Node:
        node = self.phrase()
        while token := self.take("seconds", "turn", "words"):
            if token.kind == "seconds":
                node = Within(node, EDGES[token.text[0]], float(token.text[1:]))
            else:
                node = Near(node, int(token.text) if token.kind == "words" else None)
        return node

    def phrase(self) -> Node:
        if opened := self.take("open"):
            self.deeper()
            node = self.any()
            if not self.take("close"):
                if self.at < len(self.tokens):
                    raise self.missing()
                at = opened.column
                raise Refusal("adopting.boolean-open", column=at, found=opened.text, at=at)
            self.depth -= 1
            return node
        starts = self.take("start") is not None
        token = self.take("term", "quoted")
        if token is None:
            raise self.missing()
        if not token.text:
            raise _wrong(token.text, token.column)
        return Term(token.text, starts, token.kind == "quoted")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refusal("adopting.boolean-deep", allowed=MAX_DEPTH)

    def missing(self) -> Refusal:
        """Something else is wanted here than what stands here."""
        if self.at == len(self.tokens):
            return _wrong("", self.end)
        return _wrong(self.tokens[self.at].text, self.tokens[self.at].column)
