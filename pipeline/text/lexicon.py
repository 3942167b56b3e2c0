"""Lexicons: named lists of phrases with how to match them, from the YAML files that QA leads edit.

name: forbidden                # as the file is called
title: 服务禁语
match: word                    # text | word | sound | regex; for all, a phrase may differ
sound: true                    # phrases of three syllables and more also by their sound
unless_within: [能不能]         # no hit where the words found are part of one of these
phrases:
  - 不知道
  - {phrase: 我不能, unless_within: [我不能不]}
  - 您好*{10}工号*{6}为您服务    # *{n}: up to n characters between; *{n}*: in either order
must_match: [我不知道啊]        # examples that tests hold the file to
must_not_match: [您知不知道]
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.hit import Kind
from pipeline.refusal import Refusal
from pipeline.text.document import Listing, Mapping, Node, Scalar, read_document
from pipeline.text.pattern import wrong_regex
from pipeline.text.phrase import GAP, MAX_GAP, Part, Phrase, parts

KINDS = {kind.value: kind for kind in (Kind.TEXT, Kind.WORD, Kind.SOUND, Kind.REGEX)}
KEYS = ("name", "title", "note", "match", "sound", "unless_within", "phrases")
EXAMPLES = ("must_match", "must_not_match")
PHRASE_KEYS = ("phrase", "match", "sound", "unless_within")
MIN_SOUND_SYLLABLES = 3
"""Shorter phrases sound like too many others; `sound: true` on the phrase itself insists."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that the lexicon must, or must not, match."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """A named list of phrases. Compared by identity: what is built for it is kept beside it."""

    name: str
    title: str
    phrases: tuple[Phrase, ...]
    must_match: tuple[Example, ...] = ()
    must_not_match: tuple[Example, ...] = ()
    path: Path = Path()
    source: str = ""
    """The text of the file, byte for byte what a ruleset's digest covers."""


def load_lexicons(folder: Path) -> dict[str, Lexicon]:
    """All lexicons of a folder, by name, in the order of their names."""
    return {path.stem: load_lexicon(path) for path in sorted(folder.glob("*.yaml"))}


def load_lexicon(path: Path) -> Lexicon:
    """The lexicon in a file; Refusal with its place at the first problem."""
    lexicon, refusals = read_lexicon(path)
    if lexicon is None or refusals:
        raise refusals[0]
    return lexicon


def read_lexicon(path: Path) -> tuple[Lexicon | None, list[Refusal]]:
    """What can be read of a file, and everything that is wrong with it in the order of its lines.

    None where it is no YAML. Phrases that are wrong are left out.
    """
    try:
        root, source = read_document(path)
    except Refusal as refusal:
        return None, [_gap_in_braces(refusal, path) or refusal]
    reader = _Reader(str(path))
    lexicon = reader.lexicon(root, path, source)
    return lexicon, sorted(reader.problems, key=lambda refusal: refusal.line or 0)


def _gap_in_braces(refusal: Refusal, path: Path) -> Refusal | None:
    """{phrase: 您好*{5}再见} is no YAML; say what to do instead of what the parser expected."""
    if refusal.reason.key != "yaml.syntax" or not refusal.line:
        return None
    line = "".join(path.read_text("utf-8-sig").splitlines()[refusal.line - 1 : refusal.line])
    if "*{" not in line or not line.lstrip(" -").startswith("{"):
        return None
    key = "lexicon.gap-needs-quotes"
    return Refusal(key, str(path), refusal.line, refusal.column, allowed="{5}")


@dataclass(frozen=True, slots=True)
class _Defaults:
    kind: Kind
    sound: bool
    unless_within: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """One lexicon being read. A problem is noted, and reading goes on."""

    file: str
    problems: list[Refusal] = field(default_factory=list)

    def note(self, key: str, node: Node, found: str = "", allowed: str = "") -> None:
        at = (self.file, node.line, node.column)
        self.problems.append(Refusal(f"lexicon.{key}", *at, found=found, allowed=allowed))

    def lexicon(self, root: Node, path: Path, source: str) -> Lexicon:
        fields = self.fields(root, KEYS + EXAMPLES, ("title", "phrases"))
        name = self.word(fields["name"]) if "name" in fields else path.stem
        if name and name != path.stem:
            self.note("wrong-name", fields["name"], name, path.stem)
        title = self.word(fields["title"]) if "title" in fields else ""
        defaults = self.defaults(fields)
        phrases = tuple(self.phrases(fields["phrases"], defaults)) if "phrases" in fields else ()
        examples = {key: self.examples(fields[key]) for key in EXAMPLES if key in fields}
        return Lexicon(path.stem, title, phrases, path=path, source=source, **examples)

    def fields(
        self, node: Node, allowed: tuple[str, ...], needed: tuple[str, ...]
    ) -> dict[str, Node]:
        if not isinstance(node, Mapping):
            self.note("not-a-mapping", node, allowed="、".join(allowed))
            return {}
        for key, _ in node.pairs:
            if key.value not in allowed:
                self.note("unknown-key", key, key.value, "、".join(allowed))
        found = {key.value: value for key, value in node.pairs}
        for name in needed:
            if name not in found:
                self.note("missing-key", node, allowed=name)
        return found

    def word(self, node: Node) -> str:
        if isinstance(node, Scalar) and node.value.strip():
            return node.value.strip()
        self.note("empty" if isinstance(node, Scalar) else "not-a-word", node)
        return ""

    def listing(self, node: Node) -> tuple[Node, ...]:
        if isinstance(node, Listing):
            return node.items
        self.note("not-a-list", node, node.value if isinstance(node, Scalar) else "")
        return ()

    def examples(self, node: Node) -> tuple[Example, ...]:
        said = ((self.word(item), item.line) for item in self.listing(node))
        return tuple(Example(text, line) for text, line in said if text)

    def defaults(self, fields: dict[str, Node]) -> _Defaults:
        return _Defaults(
            self.kind(fields["match"]) if "match" in fields else Kind.TEXT,
            self.switch(fields["sound"]) if "sound" in fields else False,
            self.unless(fields.get("unless_within")),
        )

    def kind(self, node: Node) -> Kind:
        word = self.word(node)
        if word and word not in KINDS:
            self.note("unknown-match", node, word, "、".join(KINDS))
        return KINDS.get(word, Kind.TEXT)

    def switch(self, node: Node) -> bool:
        word = self.word(node)
        if word and word not in ("true", "false"):
            self.note("not-a-switch", node, word, "true、false")
        return word == "true"

    def unless(self, node: Node | None) -> tuple[tuple[Part, ...], ...]:
        items = self.listing(node) if node is not None else ()
        read = (self.parts(self.word(item), item) for item in items)
        return tuple(found for found in read if found)

    def parts(self, text: str, node: Node) -> tuple[Part, ...]:
        """The parts of a phrase; none where it is wrong."""
        problem = wrong_wording(text) if text else None
        if problem:
            self.note(problem, node, text, "{5}")
        return parts(text) if text and not problem else ()

    def phrases(self, node: Node, defaults: _Defaults) -> Iterator[Phrase]:
        seen: dict[str, int] = {}
        if isinstance(node, Listing) and not node.items:
            self.note("empty", node)
        for item in self.listing(node):
            phrase = self.phrase(item, defaults)
            if phrase is None:
                continue
            if phrase.form in seen:
                self.note("duplicate-phrase", item, phrase.text, str(seen[phrase.form]))
                continue
            seen[phrase.form] = item.line
            yield phrase

    def phrase(self, node: Node, defaults: _Defaults) -> Phrase | None:
        plain: dict[str, Node] = {"phrase": node}
        fields = plain
        if not isinstance(node, Scalar):
            fields = self.fields(node, PHRASE_KEYS, ("phrase",))
        text = self.word(fields["phrase"]) if "phrase" in fields else ""
        kind = self.kind(fields["match"]) if "match" in fields else defaults.kind
        unless = defaults.unless_within + self.unless(fields.get("unless_within"))
        insists = self.switch(fields["sound"]) if "sound" in fields else None
        if not text:
            return None
        if kind == Kind.REGEX:
            right = self.regex(text, fields["phrase"])
            return Phrase(text, kind, (), unless, False, node.line) if right else None
        found = self.parts(text, fields["phrase"])
        if insists is None:
            enough = sum(len(part.text) for part in found) >= MIN_SOUND_SYLLABLES
            own = "match" in fields and kind == Kind.SOUND
            insists = own or (enough and (kind == Kind.SOUND or defaults.sound))
        return Phrase(text, kind, found, unless, insists, node.line) if found else None

    def regex(self, text: str, node: Node) -> bool:
        problem, found = wrong_regex(text)
        if problem:
            self.note(problem, node, found)
        return not problem


def wrong_wording(text: str) -> str:
    """What is wrong with a phrase that is no regex: a key of wording/lexicon.yaml, or nothing."""
    found = parts(text)
    if "*{" in text and (
        "*{" in GAP.sub("", text)
        or any(part.gap > MAX_GAP for part in found)
        or "" in [part.text for part in found]
    ):
        return "bad-gap"
    return "" if found[0].text else "empty"
