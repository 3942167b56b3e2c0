"""zhiyin backup, restore and db upgrade."""

import json
from collections.abc import Mapping
from pathlib import Path

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import begin
from pipeline.storage.plain import plain
from pipeline.workflow.backing_up import back_up
from pipeline.workflow.bringing_back import bring_back
from pipeline.workflow.upgrading import upgraded


def make_backup(
    target: Path, keep: int, home: Path | None, flags: Mapping[str, object], as_json: bool
) -> int:
    """The path on standard output; size, checksum and what was removed as talk."""
    session = begin(home, flags)
    made = back_up(session.home, session.settings, target, keep, asker())
    if as_json:
        contents = plain(made.contents)
        gone = [str(path) for path in made.gone]
        document = {"path": str(made.path), "bytes": made.size, "sha256": made.sum, "gone": gone}
        print(json.dumps({**document, "contents": contents}, ensure_ascii=False, indent=2))
        return Exit.WELL
    print(made.path)
    size = {"megabytes": made.size / (1 << 20), "files": len(made.contents.sums)}
    session.tell(session.word("backup.made", **size, sum=made.sum))
    for path in made.gone:
        session.tell(session.word("backup.gone", path=str(path)))
    return Exit.WELL


def restore_backup(file: Path, force: bool, home: Path | None, flags: Mapping[str, object]) -> int:
    """Where the home is, of when its content is, and where the former one lies."""
    session = begin(home, flags)
    back = bring_back(file, session.home, session.settings, force, asker())
    print(session.word("backup.restored", home=str(session.home), made=back.contents.made))
    if back.aside is not None:
        session.tell(session.word("backup.aside", path=str(back.aside)))
    return Exit.WELL


def upgrade(dry_run: bool, home: Path | None, flags: Mapping[str, object]) -> int:
    """From which schema to which."""
    session = begin(home, flags)
    before, after = upgraded(session.home, session.settings, dry_run)
    if before == after:
        print(session.word("storage.newest", found=after))
    else:
        key = "storage.would-upgrade" if dry_run else "storage.upgraded"
        print(session.word(key, found=before or session.word("storage.nothing"), allowed=after))
    return Exit.WELL
