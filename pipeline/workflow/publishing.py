"""Versions of the rules: what is published, what was changed since, and the next one."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.rulebook import texts_of
from pipeline.settings import Scoring, Storage
from pipeline.storage import Publication, Store
from pipeline.storage.plain import plain
from pipeline.workflow.comparing import Compared, compare
from pipeline.workflow.linting import lint
from pipeline.workflow.rescoring import Again
from pipeline.workflow.rules import BUNDLED, read_working_copy, rule_files, texts_of_version
from pipeline.workflow.trying import test_rules
from pipeline.workflow.verdict_tally import Verdicts


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the working copy stands: the last published version (0: none, the rules that came with
    the product) and the files that differ from it."""

    version: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The new version and what it changes; or the faults that stand against making one."""

    publication: Publication | None = None
    compared: Compared | None = None
    faults: tuple[Refusal, ...] = ()


def standing(home: Path, storage: Storage) -> Standing:
    """Raises Refusal where a file cannot be read."""
    with Store(home, storage) as store:
        last = store.published()
        version = last.version if last else BUNDLED
        before = texts_of_version(version, store)
    now = texts_of(rule_files(home))
    names = sorted({*before, *now})
    return Standing(version, tuple(name for name in names if before.get(name) != now.get(name)))


def versions(home: Path, storage: Storage) -> tuple[Publication, ...]:
    """Every published version, the last one first."""
    with Store(home, storage) as store:
        return store.publications()


def faults(home: Path, settings: Scoring) -> tuple[Refusal, ...]:
    """All that stands against publishing the working copy: what lint finds, else failed tests."""
    wrong = tuple(problem for one in lint((), home) for problem in one.problems)
    return wrong or tuple(
        failure for tested in test_rules(home, settings) for failure in tested.failures
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody looked at who now says: publish this. version: the last one then; digest: of
    the working copy."""

    version: int
    digest: str


def seen(home: Path, storage: Storage) -> Seen:
    """How the rules stand now, for who is about to look. Raises Refusal where a file cannot be
    read."""
    with Store(home, storage) as store:
        last = store.published()
    return Seen(last.version if last else BUNDLED, digest_of(texts_of(rule_files(home))))


def look(again: Again, tell: Callable[[int], None] = lambda _: None) -> Published:
    """What publishing would change, or what stands against it. Nothing is published."""
    if wrong := faults(again.home, again.settings):
        return Published(faults=wrong)
    return Published(compared=compare(again, tell=tell))


def digest_of(texts: Mapping[str, str]) -> str:
    """Of all rules as they stand, by which to see that nothing has changed since."""
    return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()


def publish(
    again: Again,
    by: str,
    note: str,
    look_at_calls: bool = True,
    tell: Callable[[int], None] = lambda _: None,
    looked_at: Seen | None = None,
) -> Published:
    """Make the working copy the next version; what it changes is told and kept with it.

    looked_at: what it may rest on alone. Raises Refusal where nothing is new, where a file changed
    under our hands, or somebody else was faster."""
    if wrong := faults(again.home, again.settings):
        return Published(faults=wrong)
    book = read_working_copy(again.home)
    with Store(again.home, again.storage) as store:
        last = store.published()
        _refuse_unseen(looked_at, last, book.texts)
        if last is not None and last.texts == book.texts:
            raise Refusal("workflow.nothing-new", found=last.version)
        compared = compare(again, look_at_calls, tell)
        if texts_of(rule_files(again.home)) != book.texts:
            raise Refusal("workflow.changed-meanwhile")
        publication = Publication(
            version=compared.version + 1,
            by=by,
            at=0,
            note=note,
            rulesets=book.digests,
            texts=book.texts,
            diff={"rules": plain(compared.rules), "verdicts": _counts(compared.verdicts)},
        )
        version = store.publish(publication, after=compared.version)
        kept = store.published(version)
    if kept is None:
        raise LookupError(version)
    return Published(kept, compared)


def _refuse_unseen(
    looked_at: Seen | None, last: Publication | None, texts: Mapping[str, str]
) -> None:
    if looked_at is None:
        return
    if last is not None and last.version != looked_at.version:
        raise Refusal("workflow.published-meanwhile", found=last.version, by=last.by)
    if looked_at.digest != digest_of(texts):
        raise Refusal("workflow.changed-meanwhile")


def _counts(verdicts: Verdicts | None) -> Mapping[str, Any] | None:
    """What is kept with a version: numbers, and nothing of any call."""
    if verdicts is None:
        return None
    return {
        "calls": verdicts.calls,
        "altered": verdicts.altered,
        "worse": verdicts.worse,
        "better": verdicts.better,
        "items": [
            {
                "template": template,
                "item": item,
                "newly_failing": tally.times(None, Verdict.FAIL),
                "no_longer_failing": tally.times(Verdict.FAIL, None),
                "points": tally.points,
            }
            for (template, item), tally in verdicts.items.items()
        ],
    }
