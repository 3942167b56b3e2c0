"""S2: which route is for whom. Every route of the desk stands here, or the test fails.

A row: method and route, an example of its path, who may. Whoever may gets what the row says
(200, unless given); of the others, who is not in gets 401, the rest 403, or 404 where even that
something exists is not theirs to know (`hidden`). Paths may hold {card}: a card of the agent 8001
and team 甲组 that was released, and {draft}: one like it that is a draft; rows that need those are
given them by the fixture of tests/desk/test_matrix.py.
"""

from dataclasses import dataclass, field

from tests.desk.people import PEOPLE

ANYBODY = frozenset({*PEOPLE, ""})
"""Also who is not in."""
INSIDE = frozenset(PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One route."""

    asks: str
    """As in GET /cards/{id}."""
    path: str
    who: frozenset[str]
    answers: int = 200
    hidden: frozenset[str] = frozenset()
    """Who gets 404 instead of 403."""
    form: dict[str, str] = field(default_factory=dict)
    body: object = None
    """JSON to send, where there is no form."""


def some(*who: str) -> frozenset[str]:
    """These kinds of people."""
    assert INSIDE.issuperset(who), who
    return frozenset(who)


DOOR = (
    Row(asks="GET /login", path="/login", who=frozenset({""}) | INSIDE, answers=200),
    Row(asks="POST /login", path="/login", who=ANYBODY, answers=401),
    Row(asks="POST /logout", path="/logout", who=ANYBODY, answers=303),
    Row(asks="GET /password", path="/password", who=INSIDE),
    Row(asks="POST /password", path="/password", who=INSIDE, answers=422, form={"new": "x"}),
    Row(asks="POST /language/{language}", path="/language/en", who=ANYBODY, answers=303),
)
ROWS = (*DOOR,)
