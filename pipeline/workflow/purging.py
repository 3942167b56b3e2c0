"""Calls deleted when their time is up."""

import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.settings import Keeping, Settings
from pipeline.storage import Recording, Store
from pipeline.storage.audit import Audit
from pipeline.storage.audit_rows import Act
from pipeline.storage.cases import Cases
from pipeline.storage.purging import Gone, Term
from pipeline.workflow.clips import forget_clips, sweep_clips
from pipeline.workflow.content import content_of
from pipeline.workflow.listening import forget_sounds

AT_ONCE = 200
"""Calls that go in one transaction: others write in between."""
DAYS = re.compile(r"(\d{1,5})d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to delete. older_than: 180d, a day (YYYY-MM-DD), or "" for what the settings say.
    keep_scores: None for the settings' word. audio: the recordings themselves too. by: who asks."""

    home: Path
    settings: Settings
    older_than: str = ""
    keep_scores: bool | None = None
    audio: bool = False
    dry_run: bool = False
    by: str = ""


@dataclass(slots=True)
class Purged:
    """What went. files: recordings deleted, in a trial those that are there; left: files that could
    not be, or are others by now."""

    term: Term
    gone: Gone
    files: int = 0
    left: int = 0


def purge(asked: Asked, tell: Callable[[int], None] = lambda _: None) -> Purged:
    """Delete the calls of days before the term, a batch in one transaction: first the recordings
    where that is asked for, and what was made of them to listen to, then decisions, scorecards,
    cases of the library and what was said; it is put on record how much went. A purge that was cut
    off is taken up by the next. Refusal without a term, or where it lies in the future."""
    term = term_of(asked)
    storage = asked.settings.storage
    with Store(asked.home, storage) as store, Cases(asked.home, storage) as cases:
        if asked.dry_run:
            files = _count_files(store, term) if asked.audio else 0
            return Purged(term, store.count_outlived(term), files)
        purged = Purged(term, Gone())
        try:
            _delete(purged, (store, cases), asked, tell)
        finally:  # what went is on record, also where the rest did not come to go
            if purged.gone.days:
                Audit(asked.home, storage).note(_act(purged, asked.by))
        store.tidy()
        sweep_clips(asked.home, cases.clips())
    return purged


def _delete(
    purged: Purged, held: tuple[Store, Cases], asked: Asked, tell: Callable[[int], None]
) -> None:
    store, cases = held
    for batch in _batches(store, purged.term):
        if asked.audio:
            for _, recording in batch:
                _delete_files(recording, purged)
        forget_sounds(asked.home, [recording for _, recording in batch])
        numbers = [number for number, _ in batch]
        theirs = set(cases.clips_of(numbers))
        purged.gone.add(store.forget(numbers, purged.term))
        # After the rows: what is cut off in between leaves sounds that no case has, which
        # sweep_clips() takes, and never a case without its sound.
        forget_clips(asked.home, theirs - cases.clips())
        tell(purged.gone.days.total())


def _batches(store: Store, term: Term) -> Iterator[list[tuple[int, Recording]]]:
    """All whose time is up, by their numbers."""
    after = 0
    while batch := store.outlived(term, after, AT_ONCE):
        after = batch[-1][0]
        yield batch


def _count_files(store: Store, term: Term) -> int:
    """Files that are there; whether they hold what was heard is looked up when they go."""
    recordings = (one for batch in _batches(store, term) for _, one in batch)
    files = {file for one in recordings for file in _files(one)}
    return sum(_is_plain(file) for file in files if file.exists())


def _act(purged: Purged, by: str) -> Act:
    """What is put on record: how much, and nobody's name."""
    counts = {**purged.gone.counts, "recordings": purged.gone.days.total(), "files": purged.files}
    return Act(by, "purge", purged.term.before, counts)


def kept_since(keeping: Keeping) -> str:
    """The first day (YYYY-MM-DD) of which calls are kept; "" where all are."""
    return (date.today() - timedelta(days=keeping.days)).isoformat() if keeping.days else ""


def term_of(asked: Asked) -> Term:
    """The first day that stays."""
    keeping = asked.settings.keeping
    said = asked.older_than or kept_since(keeping)
    if not said:
        raise Refusal("purge.no-term")
    before = _day(said)
    if before > date.today():
        raise Refusal("purge.in-future", found=said)
    keep = keeping.keep_scores if asked.keep_scores is None else asked.keep_scores
    return Term(before=before.isoformat(), keep_scores=keep)


def _day(said: str) -> date:
    if days := DAYS.fullmatch(said):
        return date.today() - timedelta(days=int(days[1]))
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refusal("purge.not-a-term", found=said) from None


def _delete_files(recording: Recording, purged: Purged) -> None:
    """The files of a recording, where they still hold what was heard. A link is not followed, and
    what lies in a bucket is not touched."""
    files = _files(recording)
    present = [file for file in files if file.exists()]
    if not present:
        return
    plain = all(map(_is_plain, present))
    if len(present) < len(files) or not plain or content_of(files) != recording.content:
        purged.left += len(present)
        return
    for file in files:
        try:
            file.unlink()
            purged.files += 1
        except OSError:
            purged.left += 1


def _files(recording: Recording) -> list[Path]:
    """Those on this machine."""
    return [Path(source) for source in recording.sources if "://" not in source]


def _is_plain(file: Path) -> bool:
    return stat.S_ISREG(file.lstat().st_mode)
