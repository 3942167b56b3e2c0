"""What is asked of the calls, as people type it: a query, and what the calls have to be beside it.
The same names on the shell, in an address and where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TypeVar, get_args

from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing
from pipeline.storage.review_records import Wanted
from pipeline.storage.search_records import Among

Kind = TypeVar("Kind", Standing, Verdict)
NOTHING_NARROWER = Wanted(share=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Points are in per cent of the full marks; "" and None ask for nothing."""

    query: str = ""
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

    @property
    def said(self) -> dict[str, str | float]:
        """What was asked for, by name: asked_of() reads it back."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in named.items() if value not in ("", None)}

    @property
    def narrow(self) -> bool:
        """Whether anything is asked beside the query."""
        return replace(self, query="") != Asked()

    def among(self) -> Among:
        """The same, looked over. Refusal of a day that is none, and of other words than ours."""
        state = _one_of(Standing, "--state", self.state)
        cards = replace(
            NOTHING_NARROWER,
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
            cards=None if cards == NOTHING_NARROWER else cards,
            share_from=None if self.points_from is None else self.points_from / 100,
            share_to=None if self.points_to is None else self.points_to / 100,
            verdict=_one_of(Verdict, "--verdict", self.verdict),
            seconds_from=self.seconds_from,
            seconds_to=self.seconds_to,
            silence=self.silence,
        )


NAMES = frozenset(one.name for one in fields(Asked))
NUMBERS = frozenset(one.name for one in fields(Asked) if type(None) in get_args(one.type))
"""Which of them are numbers."""


def asked_of(said: Mapping[str, str | float]) -> Asked:
    """What was kept. A name that another version knew is passed over."""
    known = {name: value for name, value in said.items() if name in NAMES}
    return Asked(**known)  # type: ignore[arg-type]  # by name


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
