"""What changed from one state of the rules to another: files, and in them phrases and items."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from pipeline.scoring.rulebook import LEXICONS, TEMPLATES, Rulebook
from pipeline.scoring.template import Template
from pipeline.text.lexicon import Lexicon

Parts = dict[str, Hashable]
"""Name -> what must be the same for it to be unchanged."""


class Change(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A changed file. Of a lexicon: its phrases; of a template: its items. All three are empty
    where something else in it changed (a note, an example, a condition, its version)."""

    file: str
    change: Change
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def rule_changes(before: Rulebook, after: Rulebook) -> tuple[FileChange, ...]:
    """The changed files, in the order of their names.

    An item is changed as well where a shared condition that it uses is."""
    names = sorted({*before.texts, *after.texts})
    parts = (_parts(before), _parts(after))
    found = (
        _change(name, (before.texts.get(name), after.texts.get(name)), parts) for name in names
    )
    return tuple(change for change in found if change is not None)


def _change(
    name: str,
    texts: tuple[str | None, str | None],
    parts: tuple[dict[str, Parts], dict[str, Parts]],
) -> FileChange | None:
    old, new = (part.get(name, {}) for part in parts)
    if texts[0] == texts[1] and old == new:
        return None
    kind = Change.CHANGED
    if None in texts:
        kind = Change.ADDED if texts[0] is None else Change.REMOVED
    return FileChange(
        file=name,
        change=kind,
        added=tuple(part for part in new if part not in old),
        removed=tuple(part for part in old if part not in new),
        changed=tuple(part for part in new if part in old and old[part] != new[part]),
    )


def _parts(book: Rulebook) -> dict[str, Parts]:
    found: dict[str, Parts] = {
        f"{LEXICONS}/{name}.yaml": _phrases(lexicon) for name, lexicon in book.lexicons.items()
    }
    for one in book.rulesets:
        found[f"{TEMPLATES}/{one.template.name}.yaml"] = _items(one.template)
    return found


def _phrases(lexicon: Lexicon) -> Parts:
    return {phrase.text: _shape(phrase) for phrase in lexicon.phrases}


def _items(template: Template) -> Parts:
    return {item.id: _shape(item) for item in template.items}


def _shape(value: Any) -> Hashable:
    """A value without lines and without the words of lexicons, which are compared by themselves."""
    if isinstance(value, Lexicon):
        return value.name
    if is_dataclass(value):
        return tuple(
            (field.name, _shape(getattr(value, field.name)))
            for field in fields(value)
            if field.name != "line"
        )
    if isinstance(value, Mapping):
        return tuple((key, _shape(one)) for key, one in sorted(value.items()))
    if isinstance(value, tuple | list):
        return tuple(_shape(one) for one in value)
    return value if isinstance(value, Hashable) else repr(value)
