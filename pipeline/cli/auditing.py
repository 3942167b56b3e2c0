"""zhiyin audit."""

import json
from datetime import datetime
from pathlib import Path

from pipeline.cli.ending import Exit
from pipeline.cli.session import begin
from pipeline.report.record_lines import action_words, details_words, target_words
from pipeline.storage import Audit, Line


def verify_audit(as_json: bool, home: Path | None, lang: str | None) -> int:
    """Say whether the record is whole; 1 where it is not."""
    session = begin(home, {"language": lang})
    found = Audit(session.home, session.settings.storage).verify()
    if as_json:
        state = {"lines": found.lines, "head": found.head, "whole": found.whole}
        print(json.dumps({**state, "broken": found.broken, "cut": found.cut}))
    elif found.whole:
        print(session.word("people.audit-whole", count=found.lines, head=found.head))
    if found.broken is not None:
        session.tell(session.word("people.audit-broken", number=found.broken))
    if found.cut:
        session.tell(session.word("people.audit-cut", count=found.cut))
    return Exit.WELL if found.whole else Exit.NOTHING_DONE


def list_audit(limit: int, as_json: bool, home: Path | None, lang: str | None) -> int:
    """The last lines, the last one first."""
    session = begin(home, {"language": lang})
    language = session.settings.language
    for line in Audit(session.home, session.settings.storage).latest(limit):
        print(json.dumps(_json(line), ensure_ascii=False) if as_json else _said(line, language))
    return Exit.WELL


def _said(line: Line, language: str) -> str:
    at = datetime.fromtimestamp(line.at / 1000).strftime("%Y-%m-%d %H:%M:%S")
    act = line.act
    said = (target_words(act, language), details_words(act, language))
    parts = (str(line.number), at, act.by, action_words(act.action, language), *said)
    return "\t".join(_one_line(part) for part in parts).rstrip()


def _one_line(text: str) -> str:
    """A value that holds a line's end, or moves the cursor, is shown by its escapes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _json(line: Line) -> dict[str, object]:
    return {
        "number": line.number,
        "at": datetime.fromtimestamp(line.at / 1000).astimezone().isoformat(),
        "by": line.act.by,
        "action": line.act.action,
        "target": line.act.target,
        "details": dict(line.act.details),
        "hash": line.hash,
    }
