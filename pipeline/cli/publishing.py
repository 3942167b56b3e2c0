"""zhiyin publish."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.cli.asker import asker
from pipeline.cli.diff_view import diff_view
from pipeline.cli.ending import Exit
from pipeline.cli.rescoring import asked, counting
from pipeline.cli.session import Session, begin, show
from pipeline.report.diff_json import diff_document
from pipeline.storage import Publication
from pipeline.wording import say_refusal
from pipeline.workflow.publishing import publish, versions


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed."""

    note: str
    by: str
    since: str
    home: Path | None
    flags: Mapping[str, object]
    look_at_calls: bool
    as_json: bool


def publish_rules(wish: Wish) -> int:
    """Publish the working copy and show what it changes; or say what stands against it."""
    session = begin(wish.home, wish.flags)
    again = asked(session, wish.since)
    with counting(session) as tell:
        made = publish(again, wish.by or asker(), wish.note, wish.look_at_calls, tell)
    for problem in made.faults:
        print(say_refusal(problem, session.language))
    version = made.publication
    if version is None or made.compared is None:
        session.tell(session.word("rules.not-published", count=len(made.faults)))
        return Exit.CONFIGURATION
    if wish.as_json:
        head = {"version": version.version, "by": version.by, "at": version.at}
        document = {**head, "note": version.note, **diff_document(made.compared)}
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return Exit.WELL
    show(diff_view(made.compared, session.language, working=False), session.out)
    print(_line(version, session))
    return Exit.WELL


def list_versions(home: Path | None, flags: Mapping[str, object], as_json: bool) -> int:
    """The versions so far, the last one first, each with the files that it changed."""
    session = begin(home, flags)
    published = versions(session.home, session.settings.storage)
    if as_json:
        print(json.dumps([_json(version) for version in published], ensure_ascii=False, indent=2))
        return Exit.WELL
    for version in published:
        print(_line(version, session))
        for change in version.diff["rules"]:
            print(f"  {change['file']}")
    if not published:
        session.tell(session.word("rules.none-published"))
    return Exit.WELL


def _line(version: Publication, session: Session) -> str:
    return session.word(
        "rules.published",
        version=version.version,
        by=version.by,
        at=datetime.fromtimestamp(version.at / 1000).strftime("%Y-%m-%d %H:%M"),
        note=version.note or "–",
    )


def _json(version: Publication) -> dict[str, object]:
    return {
        "version": version.version,
        "by": version.by,
        "at": version.at,
        "note": version.note,
        "rulesets": version.rulesets,
        "diff": version.diff,
    }
