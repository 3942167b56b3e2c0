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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.hit import Kind
from pipeline.refusal import Refusal
from pipeline.text.document import Listing, Mapping, Node, Scalar, read_document
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
    """The lexicon in a file; Refusal with its line where something is wrong."""
    try:
        root, source = read_document(path)
    except Refusal as refusal:
        raise _gap_in_braces(refusal, path) or refusal from refusal
    return _Reader(str(path)).lexicon(root, path, source)


def _gap_in_braces(refusal: Refusal, path: Path) -> Refusal | None:
    """{phrase: 您好*{5}再见} is no YAML; say what to do instead of what the parser expected."""
    if refusal.reason.key != "yaml.syntax" or not refusal.line:
        return None
    line = "".join(path.read_text("utf-8-sig").splitlines()[refusal.line - 1 : refusal.line])
    if "*{" not in line or not line.lstrip(" -").startswith("{"):
        return None
    return Refusal("lexicon.gap-needs-quotes", str(path), refusal.line, allowed="{5}")


@dataclass(frozen=True, slots=True)
class _Defaults:
    kind: Kind
    sound: bool
    unless_within: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    file: str

    def refuse(self, key: str, line: int, found: str = "", allowed: str = "") -> Refusal:
        return Refusal(f"lexicon.{key}", self.file, line, found=found, allowed=allowed)

    def lexicon(self, root: Node, path: Path, source: str) -> Lexicon:
        fields = self.fields(root, KEYS + EXAMPLES)
        for key in ("title", "phrases"):
            if key not in fields:
                raise self.refuse("missing-key", root.line, allowed=key)
        name = self.word(fields["name"]) if "name" in fields else path.stem
        if name != path.stem:
            raise self.refuse("wrong-name", fields["name"].line, name, path.stem)
        phrases = tuple(self.phrases(fields["phrases"], self.defaults(fields)))
        examples = {key: self.examples(fields[key]) for key in EXAMPLES if key in fields}
        title = self.word(fields["title"])
        return Lexicon(name, title, phrases, path=path, source=source, **examples)

    def fields(self, node: Node, allowed: tuple[str, ...]) -> dict[str, Node]:
        if not isinstance(node, Mapping):
            raise self.refuse("not-a-mapping", node.line, allowed="、".join(allowed))
        for key, _ in node.pairs:
            if key.value not in allowed:
                raise self.refuse("unknown-key", key.line, key.value, "、".join(allowed))
        return {key.value: value for key, value in node.pairs}

    def word(self, node: Node) -> str:
        if not isinstance(node, Scalar):
            raise self.refuse("not-a-word", node.line)
        if not node.value.strip():
            raise self.refuse("empty", node.line)
        return node.value.strip()

    def listing(self, node: Node) -> tuple[Node, ...]:
        if not isinstance(node, Listing):
            found = node.value if isinstance(node, Scalar) else ""
            raise self.refuse("not-a-list", node.line, found)
        return node.items

    def examples(self, node: Node) -> tuple[Example, ...]:
        return tuple(Example(self.word(item), item.line) for item in self.listing(node))

    def defaults(self, fields: dict[str, Node]) -> _Defaults:
        return _Defaults(
            self.kind(fields["match"]) if "match" in fields else Kind.TEXT,
            self.switch(fields["sound"]) if "sound" in fields else False,
            self.unless(fields.get("unless_within")),
        )

    def kind(self, node: Node) -> Kind:
        word = self.word(node)
        if word not in KINDS:
            raise self.refuse("unknown-match", node.line, word, "、".join(KINDS))
        return KINDS[word]

    def switch(self, node: Node) -> bool:
        word = self.word(node)
        if word not in ("true", "false"):
            raise self.refuse("not-a-switch", node.line, word, "true、false")
        return word == "true"

    def unless(self, node: Node | None) -> tuple[tuple[Part, ...], ...]:
        if node is None:
            return ()
        items = self.listing(node)
        return tuple(self.parts(self.word(item), item.line) for item in items)

    def parts(self, text: str, line: int) -> tuple[Part, ...]:
        found = parts(text)
        if "*{" in text and (
            "*{" in GAP.sub("", text)
            or any(part.gap > MAX_GAP for part in found)
            or "" in [part.text for part in found]
        ):
            raise self.refuse("bad-gap", line, text, "{5}")
        if not found[0].text:
            raise self.refuse("empty", line, text)
        return found

    def phrases(self, node: Node, defaults: _Defaults) -> Iterator[Phrase]:
        seen: dict[str, int] = {}
        items = self.listing(node)
        if not items:
            raise self.refuse("empty", node.line)
        for item in items:
            phrase = self.phrase(item, defaults)
            form = phrase.text if phrase.kind == Kind.REGEX else str(phrase.parts)
            if form in seen:
                raise self.refuse("duplicate-phrase", item.line, phrase.text, str(seen[form]))
            seen[form] = item.line
            yield phrase

    def phrase(self, node: Node, defaults: _Defaults) -> Phrase:
        plain: dict[str, Node] = {"phrase": node}
        fields = plain if isinstance(node, Scalar) else self.fields(node, PHRASE_KEYS)
        if "phrase" not in fields:
            raise self.refuse("missing-key", node.line, allowed="phrase")
        text = self.word(fields["phrase"])
        kind = self.kind(fields["match"]) if "match" in fields else defaults.kind
        unless = defaults.unless_within + self.unless(fields.get("unless_within"))
        if kind == Kind.REGEX:
            self.check_regex(text, node.line)
            return Phrase(text, kind, (), unless, False, node.line)
        found = self.parts(text, node.line)
        if "sound" in fields:
            sound = self.switch(fields["sound"])
        elif "match" in fields and kind == Kind.SOUND:
            sound = True
        else:
            enough = sum(len(part.text) for part in found) >= MIN_SOUND_SYLLABLES
            sound = enough and (kind == Kind.SOUND or defaults.sound)
        return Phrase(text, kind, found, unless, sound, node.line)

    def check_regex(self, text: str, line: int) -> None:
        import re2

        try:
            pattern = re2.compile(text, quiet())
        except re2.error as error:
            found = f"{text} ({error.args[0] if error.args else error})"
            raise self.refuse("bad-regex", line, found) from error
        if pattern.search(""):
            raise self.refuse("regex-matches-empty", line, text)


def quiet() -> Any:
    """RE2's options, without its own talk on stderr."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return options
