"""Versions of the rules: what is published, what was changed since, and the next one."""

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


def publish(
    again: Again,
    by: str,
    note: str,
    look_at_calls: bool = True,
    tell: Callable[[int], None] = lambda _: None,
) -> Published:
    """Make the working copy the next version; what it changes is told and kept with it.

    Raises Refusal where nothing is new, or where a file changed under our hands."""
    if wrong := faults(again.home, again.settings):
        return Published(faults=wrong)
    book = read_working_copy(again.home)
    with Store(again.home, again.storage) as store:
        last = store.published()
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
        version = store.publish(publication)
        kept = store.published(version)
    if kept is None:
        raise LookupError(version)
    return Published(kept, compared)


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
