"""The stored recording that a person means by a name."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.storage import Result, Store


def recalled(name: str, store: Store) -> Result:
    """By the call record's id, the path, the file's name or its stem. Of one that changed since,
    the latest counts. Refusal without any, or where several recordings are called so."""
    found = store.find(name)
    if not found:
        raise Refusal("workflow.not-found", found=name)
    path = str(Path(name).resolve())
    named = [r for r in found if r.recording.name == name or path in r.recording.sources] or found
    meant = [result for result in named if result.cards] or named
    places = _places(meant)
    if len(places) > 1:
        raise Refusal("workflow.ambiguous", found=name, allowed="、".join(places))
    return meant[0]


def _places(meant: Sequence[Result]) -> list[str]:
    """Where they lie; of several conversations in one file, what each is known by."""
    by_file: dict[str, list[str]] = {}
    for result in meant:
        names = by_file.setdefault(result.recording.sources[0], [])
        if result.recording.name not in names:
            names.append(result.recording.name)
    return [place for path, n in by_file.items() for place in (n if len(n) > 1 else [path])]
