"""Lexicons and templates to be, as the text of the YAML files that people will edit."""

import json
import re
from collections.abc import Iterator, Mapping

from pipeline.adopting.adopted import Rules, Tree, Wording, Words

PLAIN = re.compile(r"[^\W_](?:[\w，。？！、·%]|-(?=\w))*")
"""Text that YAML takes without quotes, whatever stands around it."""
WIDTH = 96


def lexicon_text(words: Words, origin: str) -> str:
    """The file of a lexicon; origin is said in its first line."""
    lines = [f"# {origin}", f"name: {scalar(words.name)}", f"title: {scalar(words.title)}"]
    lines += [f"match: {words.match}", "phrases:", *_phrases(words)]
    return "\n".join(lines) + "\n"


def _phrases(words: Words) -> Iterator[str]:
    group = ""
    for wording in words.wordings:
        if wording.group != group:
            group = wording.group
            yield f"  # {group}" if group else "  # ……"
        note = f"  # {wording.note}" if wording.note else ""
        yield f"  - {flow(_phrase(wording, words.match))}{note}"


def _phrase(wording: Wording, match: str) -> Tree:
    own = {
        "match": wording.match if wording.match != match else "",
        "unless_within": wording.unless_within,
    }
    further = {key: value for key, value in own.items() if value}
    return {"phrase": wording.text, **further} if further else wording.text


def template_text(rules: Rules, origin: str) -> str:
    """The file of a template, for calls of the project that is called like it."""
    lines = [
        f"# {origin}",
        f"name: {scalar(rules.name)}",
        f"title: {scalar(rules.title)}",
        'version: "1"',
        f"applies: {flow({'project': rules.name})}",
    ]
    if rules.conditions:
        lines += ["", "conditions:", *_block(rules.conditions, 2)]
    lines += ["", "items:"]
    for item in rules.items:
        lines += _listed(_block(item, 4))
    return "\n".join(lines) + "\n"


def _block(tree: Mapping[str, Tree], indent: int) -> Iterator[str]:
    """A mapping with a key to a line; a value goes over several where it is too long for one."""
    for key, value in tree.items():
        line = f"{' ' * indent}{key}: {flow(value)}"
        if len(line) <= WIDTH or not isinstance(value, Mapping | list | tuple):
            yield line
        elif isinstance(value, Mapping):
            yield f"{' ' * indent}{key}:"
            yield from _block(value, indent + 2)
        else:
            yield f"{' ' * indent}{key}:"
            yield from (f"{' ' * (indent + 2)}- {flow(part)}" for part in value)


def _listed(lines: Iterator[str]) -> Iterator[str]:
    """The lines of a mapping as one of a list: the first gets its dash."""
    first = next(lines)
    yield f"  - {first.lstrip()}"
    yield from lines


def flow(tree: Tree) -> str:
    """A tree on one line."""
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if isinstance(tree, int | float):
        return f"{tree:.3f}".rstrip("0").rstrip(".")
    if isinstance(tree, str):
        return scalar(tree)
    if isinstance(tree, Mapping):
        pairs = (f"{key}: {flow(value)}" for key, value in tree.items())
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(map(flow, tree)) + "]"


def scalar(text: str) -> str:
    """A text, quoted where YAML would take it for something else."""
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
