"""zhiyin search."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from rich.table import Table
from rich.text import Text

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing
from pipeline.storage.review_records import Wanted
from pipeline.storage.search import Search
from pipeline.storage.search_records import Among, Found, Hit
from pipeline.wording import clock, word
from pipeline.workflow.searching import search_all

Kind = TypeVar("Kind", Standing, Verdict)
AROUND = 24
"""Characters that are shown before the first word found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed beside the query. Points are in per cent of the full marks."""

    agent: str = ""
    team: str = ""
    template: str = ""
    item: str = ""
    verdict: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    points_from: float | None = None
    points_to: float | None = None
    seconds_from: float | None = None
    seconds_to: float | None = None
    silence: float | None = None

    def among(self) -> Among:
        """The same, looked over. Refusal of a day that is none, and of other words than ours."""
        state = _one_of(Standing, "--state", self.state)
        cards = Wanted(
            share=0.0,
            states=(state,) if state else (),
            agent=self.agent,
            team=self.team,
            template=self.template,
            item=self.item,
            since=_day(self.since),
            until=_day(self.until),
        )
        if self.verdict and not self.item:
            raise Refusal("search.verdict-of", found=self.verdict)
        return Among(
            cards=None if cards == Wanted(share=0.0) else cards,
            share_from=None if self.points_from is None else self.points_from / 100,
            share_to=None if self.points_to is None else self.points_to / 100,
            verdict=_one_of(Verdict, "--verdict", self.verdict),
            seconds_from=self.seconds_from,
            seconds_to=self.seconds_to,
            silence=self.silence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How much is shown, and how."""

    limit: int
    as_json: bool


def search_calls(
    query: str, asked: Asked, shown: Shown, home: Path | None, flags: Mapping[str, object]
) -> int:
    """The first hits, the newest calls first; how many there are as talk. 1 where there are
    none."""
    session = begin(home, flags)
    among = asked.among()
    with Search(session.home, session.settings.storage) as search:
        found = search_all(search, asker(), query, among, shown.limit)
    if shown.as_json:
        hits = [asdict(hit) for hit in found.hits]
        told = {"count": found.count, "more": found.more, "hits": hits}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif found.hits:
        show(_table(found, session.language), session.out)
    _tell(found, session)
    return Exit.WELL if found.hits else Exit.NOTHING_DONE


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
    """The turn from a little before the first word found on, what was found in brackets."""
    first = max(0, hit.spans[0][0] - AROUND)
    said = Text("…" if first else "")
    at = first
    for start, end in hit.spans:
        said.append(hit.text[at:start])
        said.append(f"【{hit.text[start:end]}】", style="bold")
        at = end
    return said.append(hit.text[at:])


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed).isoformat() if typed else ""
    except ValueError:
        raise Refusal("search.not-a-day", found=typed, allowed="2026-01-31") from None


def _one_of(kinds: type[Kind], option: str, typed: str) -> Kind | None:
    try:
        return kinds(typed) if typed else None
    except ValueError:
        allowed = ", ".join(kinds)
        raise Refusal("search.not-one-of", found=typed, option=option, allowed=allowed) from None
