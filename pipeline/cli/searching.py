"""zhiyin search."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.refusal import Refusal
from pipeline.report.found_words import pieces
from pipeline.storage.saved_searches import SavedSearches
from pipeline.storage.search import Search
from pipeline.storage.search_records import Found, Hit
from pipeline.wording import clock, word
from pipeline.workflow.asked import Asked, asked_of
from pipeline.workflow.saved_searches import keep_for_all, named
from pipeline.workflow.searching import search_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How much is shown, and how. save: the name to keep the search under, for everybody; saved:
    of the one that is asked again."""

    limit: int
    as_json: bool
    save: str | None = None
    saved: str | None = None


def search_calls(asked: Asked, shown: Shown, home: Path | None, flags: Mapping[str, object]) -> int:
    """The first hits, the newest calls first; how many there are as talk. 1 where there are
    none."""
    session = begin(home, flags)
    asked = _again(asked, shown, session)
    among = asked.among()
    with Search(session.home, session.settings.storage) as search:
        found = search_all(search, asker(), asked.query, among, shown.limit)
    if shown.as_json:
        hits = [asdict(hit) for hit in found.hits]
        told = {"count": found.count, "more": found.more, "hits": hits}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif found.hits:
        show(_table(found, session.language), session.out)
    _tell(found, session)
    return Exit.WELL if found.hits else Exit.NOTHING_DONE


def _again(asked: Asked, shown: Shown, session: Session) -> Asked:
    """What is asked: now, or as it was kept; kept from now on where that is wanted."""
    if shown.save is None and shown.saved is None:
        return asked
    if "" in (shown.save, shown.saved):
        raise Refusal("search.nameless")
    with SavedSearches(session.home, session.settings.storage) as kept:
        if shown.saved:
            if asked.query:
                raise Refusal("search.both")
            was = named(kept, asker(), shown.saved)
            asked = asked_of({**was.asked, **asked.said})
        if shown.save:
            keep_for_all(kept, asker(), shown.save, asked)
            session.tell(session.word("search.kept", name=shown.save))
    return asked


def _tell(found: Found, session: Session) -> None:
    key = "search.more" if found.more else "search.count"
    session.tell(session.word(key, count=found.count, shown=len(found.hits)))


def _table(found: Found, language: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("call", "moment", "speaker"):
        table.add_column(word(f"search.column-{name}", language), no_wrap=name != "call")
    table.add_column(word("search.column-text", language), ratio=1, overflow="fold")
    for hit in found.hits:
        who = word(f"cli.speaker-{hit.speaker.value}", language)
        table.add_row(_call(hit), clock(hit.at), who, _marked(hit))
    return table


def _call(hit: Hit) -> str:
    return " ".join(part for part in (hit.call, hit.started[:10] or hit.day, hit.agent) if part)


def _marked(hit: Hit) -> Text:
    """What was found in brackets."""
    said = Text()
    for text, is_found in pieces(hit):
        said.append(f"【{text}】" if is_found else text, style="bold" if is_found else "")
    return said
