"""The language of searches (docs/search.md): reads what was typed. Refusals search.* say where."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.call import Speaker
from pipeline.refusal import Refusal
from pipeline.text.normal import normal
from pipeline.text.query import All, Near, Not, Phrases, Query, Said, Some, finds, phrase, phrases

MAX_CHARACTERS = 500
MAX_PHRASES = 20
MAX_PHRASE = 100
MAX_DEPTH = 20
MAX_TURNS = 1_000
MAX_SECONDS = 3_600
MAX_SHOWN = 20

QUOTES = {"「": "」", "『": "』", "“": "”", "‘": "’", '"': '"', "'": "'"}
SPEAKERS = {
    **dict.fromkeys(("坐席", "客服", "agent"), Speaker.AGENT),
    **dict.fromkeys(("客户", "顾客", "customer"), Speaker.CUSTOMER),
}
SOUND = ("同音", "sound")
PREFIXES = "坐席: 客户: 同音:"
OPERATORS = {
    **dict.fromkeys(("和", "AND"), "and"),
    **dict.fromkeys(("或", "OR", "|", "｜"), "or"),
    **dict.fromkeys(("不含", "NOT"), "not"),
    **dict.fromkeys("(（", "("),
    **dict.fromkeys(")）", ")"),
}
NEAR = re.compile(r"[~～](>?)(\d+)(轮|turns?|t|秒|seconds?|s)(?![^\s()（）])", re.ASCII | re.I)
PREFIX = re.compile(r"([^\W\d]\w*)[:：]")
MINUS = re.compile(r"[-－−](?=\S)")
WORD = re.compile(r"""[^\s()（）|｜"「『“”」』~～]+""")


class Token(NamedTuple):
    """A piece of what was typed. kind: phrase, prefix, near, end, or an operator's own; column:
    counted from 1."""

    kind: str
    text: str
    column: int


def read_query(text: str) -> Query:
    """The tree of what was typed. Refusal search.* where it is none, at its column."""
    if len(text) > MAX_CHARACTERS:
        raise _refused("search.too-long", MAX_CHARACTERS + 1, len(text), MAX_CHARACTERS)
    reader = _Reader(tuple(_tokens(text)))
    query = reader.alternatives()
    left = reader.here
    if left.kind == ")":
        raise _refusal("search.closed", left, ")")
    if left.kind != "end":
        raise _refusal("search.near-of-near", left, left.text)
    if not finds(query):
        raise _refused("search.only-not", 1, text)
    if (count := len(phrases(query))) > MAX_PHRASES:
        raise _refused("search.too-many", 1, count, MAX_PHRASES)
    return query


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        yield token
    yield Token("end", "", len(text) + 1)


def _token(text: str, at: int) -> tuple[Token, int]:
    if (close := QUOTES.get(text[at])) is not None:
        end = text.find(close, at + 1)
        if end < 0:
            raise _refused("search.open-quote", at + 1, text[at], close)
        return Token("phrase", text[at + 1 : end], at + 1), end + 1
    if near := NEAR.match(text, at):
        return Token("near", near[0], at + 1), near.end()
    if text[at] in "()（）|｜":
        return Token(OPERATORS[text[at]], text[at], at + 1), at + 1
    if MINUS.match(text, at):
        return Token("not", text[at], at + 1), at + 1
    if prefix := PREFIX.match(text, at):
        return Token("prefix", prefix[1], at + 1), prefix.end()
    word = WORD.match(text, at)
    if word is None:
        raise _refused("search.strange", at + 1, text[at], "~5轮 ~10秒 ~>5轮")
    return Token(OPERATORS.get(word[0], "phrase"), word[0], at + 1), word.end()


@dataclass(slots=True)
class _Reader:
    """Goes through the tokens once. speaker, sound: what stands before the part at hand."""

    tokens: tuple[Token, ...]
    at: int = 0
    depth: int = 0
    speaker: Speaker | None = None
    sound: bool = False

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def taken(self, *kinds: str) -> Token | None:
        """The token at hand, if it is of one of the kinds; then the next one is at hand."""
        token = self.here
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def alternatives(self) -> Query:
        parts = [self.conjunction()]
        while self.taken("or"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def conjunction(self) -> Query:
        parts = [self.negation()]
        while self.here.kind in ("and", "not", "phrase", "prefix", "("):
            self.taken("and")
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negation(self) -> Query:
        if self.taken("not"):
            return Not(self.deeper(self.negation))
        return self.nearness()

    def nearness(self) -> Query:
        start = self.here
        first = self.part()
        near = self.taken("near")
        if near is None:
            return first
        after = self.here
        return _near(near, _side(first, start), _side(self.part(), after))

    def part(self) -> Query:
        token = self.here
        if self.taken("prefix"):
            return self.prefixed(token)
        if self.taken("("):
            query = self.deeper(self.alternatives)
            if not self.taken(")"):
                raise _refusal("search.open-bracket", token, "(", allowed=")")
            return query
        if self.taken("phrase"):
            return self.phrase(token)
        if token.kind == "end":
            raise self.ends(token)
        raise _refusal("search.phrase-missing", token, token.text)

    def ends(self, token: Token) -> Refusal:
        """What to say of a query that ends where a phrase belongs."""
        if not self.at:
            return _refusal("search.empty", token, "")
        last = self.tokens[self.at - 1]
        return _refusal(
            "search.ends", last, f"{last.text}:" if last.kind == "prefix" else last.text
        )

    def prefixed(self, token: Token) -> Query:
        before = self.speaker, self.sound
        name = token.text.lower()
        if name in SOUND:
            self.sound = True
        elif name in SPEAKERS:
            self.speaker = SPEAKERS[name]
        else:
            raise _refusal("search.prefix", token, token.text, allowed=PREFIXES)
        query = self.deeper(self.part)
        self.speaker, self.sound = before
        return query

    def deeper(self, read: Callable[[], Query]) -> Query:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _refusal("search.too-deep", self.here, self.here.text, allowed=MAX_DEPTH)
        query = read()
        self.depth -= 1
        return query

    def phrase(self, token: Token) -> Said:
        form = normal(token.text).text
        if not form:
            raise _refusal("search.nothing", token, token.text)
        if len(form) > MAX_PHRASE:
            raise _refusal("search.long-phrase", token, len(form), allowed=MAX_PHRASE)
        return replace(phrase(form), speaker=self.speaker, sound=self.sound)


def _near(token: Token, first: Phrases, second: Phrases) -> Near:
    found = NEAR.fullmatch(token.text)
    assert found is not None  # noqa: S101 - it is how the token was made
    ordered, many, unit = bool(found[1]), int(found[2]), found[3].lower()
    if unit == "轮" or unit.startswith("t"):
        if many > MAX_TURNS:
            raise _far(token, f"~{MAX_TURNS}{found[3]}")
        return Near(first, second, turns=many, ordered=ordered)
    if many > MAX_SECONDS:
        raise _far(token, f"~{MAX_SECONDS}{found[3]}")
    return Near(first, second, milliseconds=1000 * many, ordered=ordered)


def _far(token: Token, allowed: str) -> Refusal:
    said = token.text if len(token.text) <= MAX_SHOWN else f"{token.text[:MAX_SHOWN]}…"
    return _refusal("search.far", token, said, allowed)


def _side(query: Query, token: Token) -> Phrases:
    """What may stand beside ~5轮: phrases and 或, no more."""
    if isinstance(query, Said):
        return query
    if isinstance(query, Some):
        flat = [one for part in query.parts for one in phrases(_side(part, token))]
        return Some(tuple(flat))
    raise _refusal("search.near-side", token, token.text)


def _refusal(key: str, token: Token, found: str | int, allowed: str | int = "") -> Refusal:
    return _refused(key, token.column, found, allowed)


def _refused(key: str, column: int, found: str | int, allowed: str | int = "") -> Refusal:
    return Refusal(key, column=column, at=column, found=found, allowed=allowed)
