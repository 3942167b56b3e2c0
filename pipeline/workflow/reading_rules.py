"""The rules as people read them: the working copy, or a version that was published."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.scoring.rulebook import Rulebook
from pipeline.settings import Storage
from pipeline.storage import Publication, Store
from pipeline.workflow.rules import BUNDLED, read_working_copy, rulebook, texts_of_version


@dataclass(frozen=True, slots=True)
class Read:
    """version: of what is shown, None for the working copy. published: the last version (0: none,
    the rules that came with the product). changed: the files of the working copy that differ from
    it. fault: why the working copy cannot be read, so that the last version is shown."""

    book: Rulebook
    version: int | None
    published: int
    changed: frozenset[str]
    fault: Refusal | None = None


def read_rules(home: Path, storage: Storage, version: int | None = None) -> Read:
    """Refusal desk.not-found where there is no such version."""
    with Store(home, storage) as store:
        last = store.published()
        published = last.version if last else BUNDLED
        if version is not None:
            if version != BUNDLED and store.published(version) is None:
                raise Refusal("desk.not-found")
            return Read(rulebook(version, home, store), version, published, frozenset())
        before = texts_of_version(published, store)
        try:
            book = read_working_copy(home)
        except Refusal as refusal:
            return Read(
                rulebook(published, home, store), published, published, frozenset(), refusal
            )
    return Read(book, None, published, _differing(before, book.texts))


def publication(home: Path, storage: Storage, version: int) -> Publication:
    """Refusal desk.not-found where there is no such version."""
    with Store(home, storage) as store:
        found = store.published(version)
    if found is None:
        raise Refusal("desk.not-found")
    return found


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name for name in {*before, *now} if before.get(name) != now.get(name))
