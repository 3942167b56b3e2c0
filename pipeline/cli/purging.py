"""zhiyin purge."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin
from pipeline.workflow.purging import Asked, Purged, purge

KINDS = ("transcripts", "turns", "scorecards", "decisions", "marks", "cases", "scores")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed."""

    older_than: str
    keep_scores: bool | None
    audio: bool
    dry_run: bool
    as_json: bool


def purge_calls(wish: Wish, home: Path | None, flags: Mapping[str, object]) -> int:
    """How much went, and of which days; nobody's name."""
    session = begin(home, flags)
    asked = Asked(
        home=session.home,
        settings=session.settings,
        older_than=wish.older_than,
        keep_scores=wish.keep_scores,
        audio=wish.audio,
        dry_run=wish.dry_run,
        by=asker(),
    )
    purged = purge(asked)
    if wish.as_json:
        print(json.dumps(_document(purged, wish), ensure_ascii=False, indent=2))
    else:
        _tell(purged, wish, session)
    return Exit.SOME_FAILED if purged.left else Exit.WELL


def _document(purged: Purged, wish: Wish) -> dict[str, object]:
    return {
        "before": purged.term.before,
        "dry_run": wish.dry_run,
        "recordings": purged.gone.days.total(),
        "days": dict(sorted(purged.gone.days.items())),
        **{kind: purged.gone.counts[kind] for kind in KINDS},
        "files": purged.files,
        "files_left": purged.left,
    }


def _tell(purged: Purged, wish: Wish, session: Session) -> None:
    days = sorted(purged.gone.days)
    if not days:
        print(session.word("purge.nothing", before=purged.term.before))
        return
    key = "purge.would" if wish.dry_run else "purge.done"
    print(session.word(key, count=purged.gone.days.total(), first=days[0], last=days[-1]))
    counts = {kind: purged.gone.counts[kind] for kind in KINDS}
    print(session.word("purge.counts", **counts))
    if wish.dry_run and wish.audio:
        print(session.word("purge.would-files", count=purged.files))
    elif purged.files or purged.left:
        print(session.word("purge.files", count=purged.files, left=purged.left))
    if not wish.dry_run and not session.settings.keeping.days and not wish.audio:
        session.tell(session.word("purge.found-again"))
