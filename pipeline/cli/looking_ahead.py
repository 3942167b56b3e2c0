"""zhiyin run --dry-run: what a run would take in hand. Nothing is written."""

import json
from collections import Counter
from collections.abc import Iterator

from pipeline.cli.ending import Exit
from pipeline.cli.session import Session
from pipeline.night.run import Asked
from pipeline.night.sources import listing
from pipeline.refusal import Advice, Refusal
from pipeline.storage import Found, Ledger, has_database
from pipeline.text.names import shown
from pipeline.wording import say_refusal

SIGNS = {"new": "+", "changed": "~", "joined": "="}


def look_ahead(asked: Asked, session: Session, as_json: bool) -> int:
    """A line for each recording that would be added, + new or ~ changed, or that call records would
    be joined to (=), and their number."""
    counts: Counter[str] = Counter()
    lines: list[dict[str, object]] = []
    for found, standing in _compared(asked, session):
        left_out = asked.limit is not None and counts["new"] + counts["changed"] >= asked.limit
        if standing in ("new", "changed") and left_out:
            standing = "later"
        counts[standing] += 1
        if standing in SIGNS and as_json:
            lines.append(_document(found, standing))
        elif standing in SIGNS:
            print(f"{SIGNS[standing]} {_line(found, session)}")
    seen = {name: counts[name] for name in ("new", "changed", "known", "later")}
    seen["known"] += counts["joined"]
    if as_json:
        document = {"schema": 1, **seen, "joined": counts["joined"], "recordings": lines}
        print(json.dumps(document, ensure_ascii=False, indent=2))
    session.tell(session.word("night.would", listed=counts.total(), **seen))
    if counts["joined"]:
        session.tell(session.word("night.would-join", count=counts["joined"]))
    if counts["later"]:
        session.tell(session.word("night.later", count=counts["later"]))
    return Exit.WELL if counts else Exit.NOTHING_DONE


def _compared(asked: Asked, session: Session) -> Iterator[tuple[Found, str]]:
    def odd(said: Refusal | Advice) -> None:
        session.tell(say_refusal(said, session.language), style="yellow")

    found = listing(asked.settings, odd, asked.since, asked.watch)
    if not has_database(asked.home, asked.settings.storage):
        yield from ((one, "new") for one in found)
        return
    with Ledger(asked.home, asked.settings.storage) as ledger:
        yield from ledger.compared(found)


def _line(found: Found, session: Session) -> str:
    about = found.about
    facts = [shown(found.name)]
    if found.sources[0] != found.name:
        facts.append(shown(found.sources[0]))
    if len(found.sources) > 1:
        facts.append(session.word("night.files", count=len(found.sources)))
    facts += [fact for fact in (about.agent, about.queue, about.started) if fact]
    return "  ".join(facts)


def _document(found: Found, standing: str) -> dict[str, object]:
    about = found.about
    facts = {"agent": about.agent, "queue": about.queue, "started": about.started}
    return {
        "recording": found.name,
        "standing": standing,
        "sources": list(found.sources),
        "urgency": found.urgency,
        **{name: fact for name, fact in facts.items() if fact},
    }
