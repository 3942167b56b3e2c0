"""A YAML file that people edit, read safely: nodes with line numbers, all scalars as written.

No aliases (a file of 430 bytes can stand for a thousand million nodes), no tags, at most 1 MB,
20,000 entries and 20 levels. 0123 stays "0123" and no stays "no". What QA leads get wrong most
often (a tab, GBK bytes from an old editor, a full-width colon) is refused in words that say what to
do.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.refusal import Refusal
from pipeline.text.opening import GBK, UTF_16, bytes_of, decoded, line_of_nul

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_ENTRIES = 20_000
"""Words, lists and mappings together; ruamel.yaml reads 30,000 of them in a second."""
NO_UTF_8 = {GBK: "yaml.gbk", UTF_16: "yaml.utf-16", "": "yaml.binary"}
FULL_WIDTH_COLON = re.compile(r"\s*(?:- +)?[A-Za-z_]+\s*：")
TAB = re.compile(r"[ -]*\t")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word or sentence, as written; quoted is True for "no" and 'no', False for no."""

    value: str
    line: int
    column: int = 1
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence."""

    items: "tuple[Node, ...]"
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the file; no key comes twice."""

    pairs: "tuple[tuple[Scalar, Node], ...]"
    line: int
    column: int = 1


Node = Scalar | Listing | Mapping


def read_document(path: Path) -> tuple[Node, str]:
    """The root node of a file and its text; Refusal where it is not plain, small YAML."""
    text = read_text(path)
    for number, line in enumerate(text.splitlines(), 1):
        if tab := TAB.match(line):
            raise Refusal("yaml.tab", str(path), number, tab.end())
        if colon := FULL_WIDTH_COLON.match(line):
            found = line.strip()
            raise Refusal("yaml.full-width-colon", str(path), number, colon.end(), found=found)
    return _parse(text, str(path)), text


def read_text(path: Path) -> str:
    """The text of a file, with line ends as \\n; Refusal where it is too large or no UTF-8."""
    text, encoding = decoded(bytes_of(path, MAX_BYTES))
    if encoding in NO_UTF_8:
        raise Refusal(NO_UTF_8[encoding], str(path), 1)
    if "\0" in text:
        raise Refusal("yaml.binary", str(path), line_of_nul(text))
    return text.replace("\r\n", "\n")


def _parse(text: str, file: str) -> Node:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        events = _limited(YAML(typ="safe", pure=True).parse(text), file)
        next(events)  # start of stream
        if type(next(events)).__name__ == "StreamEndEvent":
            raise Refusal("yaml.empty", file)
        root = _node(next(events), events, file, 1)
        next(events)  # end of document
        if type(after := next(events)).__name__ == "DocumentStartEvent":
            raise Refusal("yaml.two-documents", file, after.start_mark.line + 1)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise Refusal("yaml.syntax", file, *place, found=str(error.problem or "")) from error
    except (YAMLError, StopIteration) as error:
        raise Refusal("yaml.syntax", file, None, found=str(error).split("\n", 1)[0]) from error
    return root


def _limited(events: Iterable[Any], file: str) -> Iterator[Any]:
    for number, event in enumerate(events):
        if number > MAX_ENTRIES:
            raise Refusal("yaml.too-many", file, event.start_mark.line + 1, allowed=MAX_ENTRIES)
        yield event


def _node(event: Any, events: Iterator[Any], file: str, depth: int) -> Node:
    kind = type(event).__name__
    place = event.start_mark.line + 1, event.start_mark.column + 1
    if kind == "AliasEvent" or event.anchor:
        raise Refusal("yaml.alias", file, *place)
    if event.tag:
        raise Refusal("yaml.tag", file, *place, found=str(event.tag))
    if depth > MAX_DEPTH:
        raise Refusal("yaml.too-deep", file, *place, allowed=MAX_DEPTH)
    if kind == "ScalarEvent":
        return Scalar(event.value, *place, quoted=event.style is not None)
    if kind == "SequenceStartEvent":
        return Listing(tuple(_items(events, file, depth)), *place)
    return Mapping(tuple(_pairs(events, file, depth)), *place)


def _items(events: Iterator[Any], file: str, depth: int) -> Iterator[Node]:
    while type(event := next(events)).__name__ != "SequenceEndEvent":
        yield _node(event, events, file, depth + 1)


def _pairs(events: Iterator[Any], file: str, depth: int) -> Iterator[tuple[Scalar, Node]]:
    seen: set[str] = set()
    while type(event := next(events)).__name__ != "MappingEndEvent":
        key = _node(event, events, file, depth + 1)
        if not isinstance(key, Scalar):
            raise Refusal("yaml.key-not-a-word", file, key.line, key.column)
        if key.value in seen:
            raise Refusal("yaml.duplicate-key", file, key.line, key.column, found=key.value)
        seen.add(key.value)
        yield key, _node(next(events), events, file, depth + 1)
