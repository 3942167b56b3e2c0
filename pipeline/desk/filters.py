"""The filters of lists, as they stand in an address: a closed list of names with plain values.

None of them is ever a column's name: what is asked for is put into Wanted, field by field.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request

from pipeline.desk.misfit import Misfit
from pipeline.scoring.review import Standing
from pipeline.storage import Person
from pipeline.storage.review_records import Wanted, Why
from pipeline.workflow.access import Permission, may

ALL = "all"
QUEUED = "queued"
"""What waits for a person; the other states are those of a card."""
STATES = (QUEUED, *(state.value for state in Standing), ALL)
LONGEST = 200
ROWS = 50
MOST_PAGES = 1_000_000
BELOW = ("60", "70", "80", "90", "100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list shows, "" everything. state: one of STATES; below: percent of the full marks;
    mine: "1": assigned to who asks; by: who confirmed; page counts from 1."""

    state: str = ""
    why: str = ""
    team: str = ""
    agent: str = ""
    template: str = ""
    item: str = ""
    since: str = ""
    until: str = ""
    below: str = ""
    mine: str = ""
    by: str = ""
    page: int = 1

    def query(self, **changes: str | int) -> str:
        """As an address has it: `?team=一组&page=2`; "" without any."""
        given = replace(self, **changes)  # type: ignore[arg-type]  # by name
        named = {one.name: getattr(given, one.name) for one in fields(given)}
        said = {k: v for k, v in named.items() if v not in ("", 1)}
        return "?" + urlencode(said) if said else ""

    def resolved(self, person: Person) -> "Filters":
        """With what somebody sees first where no state is asked for, or none that they have: their
        queue; of who only reads, what was confirmed."""
        if self.state in states_of(person):
            return self
        first = QUEUED if may(person, Permission.QUEUE) else Standing.CONFIRMED.value
        return replace(self, state=first)

    @property
    def offset(self) -> int:
        """How many rows came on the pages before."""
        return (self.page - 1) * ROWS

    @property
    def any(self) -> bool:
        """Whether anything is restricted beyond the state."""
        return replace(self, state="", page=1) != Filters()

    def wanted(self, share: float, login: str) -> Wanted:
        """The same for the store."""
        standing = () if self.state in (QUEUED, ALL) else (Standing(self.state),)
        return Wanted(
            share=share,
            states=standing,
            queued=self.state == QUEUED,
            why=Why(self.why),
            team=self.team,
            agent=self.agent,
            template=self.template,
            item=self.item,
            since=self.since,
            until=self.until,
            below=int(self.below) / 100 if self.below else None,
            assigned=login if self.mine else "",
            by=self.by,
        )


def states_of(person: Person) -> tuple[str, ...]:
    """The states that somebody may list: a queue has who reviews."""
    return STATES if may(person, Permission.QUEUE) else STATES[1:]


def filters(request: Request, *beside: str) -> Filters:
    """Those of the address; beside: other names that may stand there. Misfit for a name that is
    none, one given twice, or a wrong value."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in beside:
            continue
        check(name, value, NAMES, given)
        given[name] = value.strip()
    return _checked(given)


def check(name: str, value: str, names: Collection[str], given: Collection[str] = ()) -> None:
    """Misfit where an address names what is none of these names, or names it twice (it is given
    already), or its value is none."""
    if name not in names:
        raise Misfit(name, "known")
    if name in given:
        raise Misfit(name, "once")
    if len(value) > LONGEST:
        raise Misfit(name, "short", most=LONGEST)
    if not value.isprintable():
        raise Misfit(name, "other")


def _checked(given: Mapping[str, str]) -> Filters:
    page = given.get("page") or "1"
    if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= MOST_PAGES:
        raise Misfit("page", "between", least=1, most=MOST_PAGES)
    for name in ("since", "until"):
        day(name, given.get(name, ""))
    for name, allowed in CHOICES.items():
        if given.get(name, "") not in ("", *allowed):
            raise Misfit(name, "one-of", allowed="、".join(allowed))
    return Filters(**{**given, "page": int(page)})  # type: ignore[arg-type]  # by name


def day(name: str, value: str) -> date | None:
    """A day as addresses have it, YYYY-MM-DD; None of "". Misfit for anything else."""
    try:
        found = date.fromisoformat(value) if value else None
    except ValueError:
        raise Misfit(name, "day") from None
    if found and found.isoformat() != value:
        raise Misfit(name, "day")
    return found


NAMES = frozenset(one.name for one in fields(Filters))
CHOICES: Mapping[str, tuple[str, ...]] = {
    "state": STATES,
    "why": tuple(why.value for why in Why if why),
    "below": BELOW,
    "mine": ("1",),
}
