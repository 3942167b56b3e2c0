"""S2: which route is for whom. Every route of the desk stands here, or the test fails.

A row: method and route as the app has them, an example, and who gets an answer; whoever is not in
gets 401, others 403, or 404 where even that something exists is not theirs to know (`hidden`).
Paths may hold {card}, a released card of the agent 8001 in the team 甲组, {draft}, one that is
not released, {recording}, {case} and {playlist}, made of the first. What would change something
is sent so that it is refused for another reason: a version that is not the card's (409), a field
that is missing (422).
"""

from dataclasses import dataclass, field
from typing import Any

from tests.desk.people import PEOPLE

ANYBODY = frozenset({*PEOPLE, ""})
"""Also who is not in."""
INSIDE = frozenset(PEOPLE)


SEERS = frozenset({"inspector-a", "inspector", "leader", "lead", "trainer"})
"""Who sees the calls of the team 甲组; inspector-b is of another team."""
READERS = SEERS | {"own-agent"}
STALE = {"version": 999}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One route, asked in one way."""

    asks: str
    """As in GET /cards/{card}."""
    path: str
    who: frozenset[str]
    answers: int | tuple[int, ...] = 200
    hidden: frozenset[str] = frozenset()
    """Who gets 404 instead of 403."""
    others: int = 403
    form: dict[str, str] = field(default_factory=dict)
    body: object = None
    """JSON to send, where there is no form."""
    headers: dict[str, str] = field(default_factory=dict)


def some(*who: str) -> frozenset[str]:
    """These kinds of people."""
    assert INSIDE.issuperset(who), who
    return frozenset(who)


def of_card(asks: str, who: frozenset[str], hidden: frozenset[str], **told: Any) -> Row:
    """A row about the released card."""
    method, _, path = asks.partition(" ")
    body = None if method in ("GET", "HEAD") else STALE
    return Row(**{"asks": asks, "path": path, "who": who, "hidden": hidden, "body": body} | told)


DOOR = (
    Row(asks="GET /login", path="/login", who=ANYBODY, answers=(200, 303)),
    Row(asks="POST /login", path="/login", who=ANYBODY, answers=(401, 429)),
    Row(asks="GET /login/oidc", path="/login/oidc", who=ANYBODY, answers=404),
    Row(asks="GET /login/oidc/back", path="/login/oidc/back", who=ANYBODY, answers=401),
    Row(asks="POST /logout", path="/logout", who=ANYBODY, answers=303),
    Row(asks="GET /password", path="/password", who=INSIDE),
    Row(asks="POST /password", path="/password", who=INSIDE, answers=422, form={"new": "x"}),
    Row(asks="POST /language/{language}", path="/language/en", who=ANYBODY, answers=303),
    Row(asks="GET /people", path="/people", who=some("admin")),
    Row(asks="POST /people", path="/people", who=some("admin"), answers=422, form={"role": "x"}),
    *(
        Row(
            asks=f"{ask} /people/{{login}}{act}",
            path=f"/people/nobody{act}",
            who=some("admin"),
            answers=422,
        )
        for ask, act in (
            *(("GET", ""), ("POST", "")),
            *(("POST", "/password"), ("POST", "/disable"), ("POST", "/enable")),
        )
    ),
    Row(asks="GET /healthz", path="/healthz", who=ANYBODY),
    Row(asks="GET /readyz", path="/readyz", who=ANYBODY),
)
"""Of the frame."""

NOT_THEIRS = some("other-agent", "inspector-b")
REVIEWERS = some("inspector-a", "inspector", "lead")
CALL = (
    of_card("GET /cards/{card}", READERS, NOT_THEIRS),
    of_card("GET /cards/{card}", SEERS, NOT_THEIRS | {"own-agent"}, path="/cards/{draft}"),
    of_card("GET /cards/{card}/sound", READERS, NOT_THEIRS, answers=(200, 503)),
    of_card(
        "GET /cards/{card}/sound",
        READERS,
        NOT_THEIRS,
        answers=(206, 503),
        headers={"range": "bytes=0-99"},
    ),
    of_card(
        "GET /cards/{card}/sound",
        SEERS,
        NOT_THEIRS | {"own-agent"},
        path="/cards/{draft}/sound",
        answers=(200, 503),
    ),
    of_card("GET /cards/{card}/wave", READERS, NOT_THEIRS, answers=(200, 202)),
    Row(asks="GET /next", path="/next", who=REVIEWERS | {"inspector-b"}),
    of_card(
        "POST /cards/{card}/marks",
        REVIEWERS,
        some("inspector-b"),
        answers=(409, 422),
        body={**STALE, "marks": [{"kind": "comment", "text": "x"}]},
    ),
    *(
        of_card(f"POST /cards/{{card}}/{act}", REVIEWERS, some("inspector-b"), answers=(409, 422))
        for act in ("undo", "confirm", "swap")
    ),
    of_card(
        "POST /cards/{card}/words",
        REVIEWERS,
        some("inspector-b"),
        answers=(409, 422),
        body={**STALE, "turn": 0, "first": 0, "last": 1, "text": "x"},
    ),
    of_card("POST /cards/{card}/release", some("leader", "lead"), some(), answers=(409, 422)),
    of_card(
        "POST /cards/{card}/acknowledge",
        some("own-agent"),
        some("other-agent"),
        answers=(409, 422),
    ),
    *(
        of_card(f"POST /cards/{{card}}/{act}", READERS, NOT_THEIRS)
        for act in ("looking", "shown", "played")
    ),
)
"""Of the page of a call."""

QUEUED = REVIEWERS | {"inspector-b"}
LOOKERS = SEERS | {"inspector-b"}
SEEKERS = LOOKERS | some("own-agent", "other-agent")
LISTS: tuple[Row, ...] = (
    Row(asks="GET /", path="/", who=LOOKERS, others=303),
    Row(asks="GET /", path="/?agent__user__password=x", who=LOOKERS, answers=422, others=303),
    Row(asks="GET /queue", path="/queue", who=LOOKERS),
    Row(
        asks="POST /queue/assign",
        path="/queue/assign",
        who=some("lead"),
        answers=422,
        form={"to": "nobody", "chosen": "1-0"},
    ),
    Row(
        asks="POST /queue/release",
        path="/queue/release",
        who=some("leader", "lead"),
        answers=303,
        form={"chosen": "999999-0"},
    ),
    Row(asks="GET /my", path="/my", who=some("own-agent", "other-agent")),
    Row(asks="GET /search", path="/search?q=您好", who=SEEKERS),
    Row(asks="GET /search", path="/search?limit=1", who=SEEKERS, answers=422),
    Row(asks="GET /search/hits", path="/search/hits?q=您好", who=SEEKERS),
    Row(
        asks="POST /search/saved",
        path="/search/saved",
        who=SEEKERS,
        answers=422,
        form={"name": "x", "wanted": "/search"},
    ),
    Row(
        asks="POST /search/saved",
        path="/search/saved",
        who=LOOKERS,
        answers=303,
        form={"name": "x", "wanted": "/search?q=x", "shared": "1"},
    ),
    Row(asks="GET /search/saved/{number}", path="/search/saved/999", who=SEEKERS, answers=404),
    Row(
        asks="POST /search/saved/{number}/remove",
        path="/search/saved/999/remove",
        who=SEEKERS,
        answers=404,
    ),
    of_card("GET /my/{card}", some("own-agent"), some("other-agent")),
    of_card("GET /my/{card}", some(), some("own-agent", "other-agent"), path="/my/{draft}"),
    of_card(
        "POST /my/{card}",
        some("own-agent"),
        some("other-agent"),
        answers=(303, 409, 422),
        body=None,
        form={"version": "999"},
    ),
    Row(asks="GET /overview", path="/overview", who=some("lead", "manager")),
    Row(asks="GET /failures", path="/failures", who=some("lead")),
    Row(
        asks="POST /failures",
        path="/failures",
        who=some("lead"),
        answers=(303, 422),
        form={"number": "999999"},
    ),
    Row(asks="GET /export.xlsx", path="/export.xlsx", who=some("lead", "manager")),
)
"""Of lists, overview, failures and exports."""

LEARNERS = some("lead", "manager", "trainer")
LEARNING: tuple[Row, ...] = (
    Row(asks="GET /learning", path="/learning", who=LEARNERS),
    Row(asks="GET /learning/{template}/{item}", path="/learning/x/y", who=LEARNERS, answers=404),
    Row(
        asks="POST /learning/{template}/{item}",
        path="/learning/x/y",
        who=some("lead"),
        answers=404,
    ),
)
"""Of what decisions teach."""

TEACHERS = some("lead", "trainer")
CASES: tuple[Row, ...] = (
    Row(asks="GET /cases", path="/cases", who=LOOKERS),
    Row(asks="GET /cases/new", path="/cases/new?recording={recording}", who=TEACHERS),
    Row(asks="POST /cases", path="/cases", who=TEACHERS, answers=422),
    *(
        Row(
            asks=f"GET /cases/{{case}}{more}",
            path=f"/cases/{{case}}{more}",
            who=SEERS,
            hidden=some("inspector-b"),
        )
        for more in ("", "/sound")
    ),
    *(
        Row(asks=f"GET /cases/{{case}}/{more}", path=f"/cases/{{case}}/{more}", who=TEACHERS)
        for more in ("edit", "clip.mp3")
    ),
    Row(
        asks="GET /cases/{case}/export.{kind}",
        path="/cases/{case}/export.html",
        who=TEACHERS,
    ),
    Row(asks="POST /cases/{case}", path="/cases/{case}", who=TEACHERS, answers=422),
    Row(
        asks="POST /cases/{case}/delete",
        path="/cases/{case}/delete",
        who=TEACHERS,
        answers=409,
        form={"changed": "1"},
    ),
    Row(asks="GET /playlists", path="/playlists", who=LOOKERS),
    Row(asks="POST /playlists", path="/playlists", who=TEACHERS, answers=422),
    Row(
        asks="GET /playlists/{number}",
        path="/playlists/{playlist}",
        who=SEERS,
        hidden=some("inspector-b"),
    ),
    Row(asks="POST /playlists/{number}", path="/playlists/999", who=TEACHERS, answers=422),
    Row(
        asks="POST /playlists/{number}/cases",
        path="/playlists/999/cases",
        who=TEACHERS,
        answers=422,
    ),
    Row(
        asks="POST /playlists/{number}/delete",
        path="/playlists/999/delete",
        who=TEACHERS,
        answers=404,
    ),
    Row(
        asks="GET /playlists/{number}/export.{kind}",
        path="/playlists/999/export.pptx",
        who=TEACHERS,
        answers=404,
    ),
)
"""Of the case library."""

RULE_READERS = LOOKERS
TRIERS = some("lead", "trainer")
PUBLISHER = some("lead")
RULES: tuple[Row, ...] = (
    *(
        Row(asks=f"GET {route}", path=path, who=RULE_READERS)
        for route, path in (
            ("/rules", "/rules"),
            ("/rules/lexicons/{name}", "/rules/lexicons/forbidden"),
            ("/rules/templates/{name}", "/rules/templates/telecom-inbound"),
            ("/rules/templates/{name}/{item}", "/rules/templates/telecom-inbound/greeting"),
            ("/rules/history", "/rules/history"),
        )
    ),
    Row(
        asks="GET /rules/history/{version}",
        path="/rules/history/999",
        who=RULE_READERS,
        answers=404,
    ),
    Row(
        asks="GET /rules/shared/{name}",
        path="/rules/shared/none",
        who=RULE_READERS,
        answers=404,
    ),
    Row(asks="GET /rules/try", path="/rules/try", who=TRIERS),
    Row(asks="POST /rules/try", path="/rules/try", who=TRIERS, answers=422),
    *(
        Row(
            asks=f"GET /rules/try/{{number}}{more}",
            path=f"/rules/try/x{more}",
            who=TRIERS,
            answers=404,
        )
        for more in ("", "/state")
    ),
    Row(asks="POST /rules/try/{number}/stop", path="/rules/try/x/stop", who=TRIERS, answers=404),
    Row(
        asks="POST /rules/try/{number}/accept",
        path="/rules/try/x/accept",
        who=PUBLISHER,
        answers=404,
    ),
    Row(asks="GET /rules/publish", path="/rules/publish", who=PUBLISHER),
    Row(
        asks="POST /rules/runs/{number}/end",
        path="/rules/runs/x/end",
        who=PUBLISHER,
        answers=303,
    ),
    Row(asks="POST /rules/publish/look", path="/rules/publish/look", who=PUBLISHER, answers=303),
    *(
        Row(
            asks=f"{ask} /rules/publish/{{number}}{more}",
            path=f"/rules/publish/x{more}",
            who=PUBLISHER,
            answers=404,
        )
        for ask, more in (("GET", ""), ("GET", "/state"), ("POST", "/stop"), ("POST", ""))
    ),
)
"""Of rules."""

SUMMERS = some("lead", "trainer", "manager")
COMPARERS = SEERS | {"inspector-b"}
TOPICS: tuple[Row, ...] = (
    Row(asks="GET /topics", path="/topics", who=SUMMERS),
    Row(asks="GET /topics/habits", path="/topics/habits", who=SUMMERS),
    Row(asks="GET /topics/{number}", path="/topics/999", who=SUMMERS, answers=404),
    Row(asks="GET /topics/pairs", path="/topics/pairs", who=COMPARERS),
    of_card("GET /cards/{card}/similar", SEERS, some("inspector-b")),
    of_card("GET /compare", SEERS, some("inspector-b"), path="/compare?well={card}&badly={draft}"),
    Row(asks="GET /training", path="/training", who=SUMMERS | {"leader"}),
    Row(asks="POST /training", path="/training", who=some("lead", "trainer"), answers=422),
    Row(
        asks="POST /training/{number}/remove",
        path="/training/999/remove",
        who=some("lead", "trainer"),
        answers=404,
    ),
)
"""Of what many calls tell together."""

API = {
    "GET": (
        *("me", "nights", "failures", "calls", "calls/{call}", "cards", "cards/{card}"),
        *("cards/{card}/marks", "queue", "queue/next", "figures", "export", "rules"),
        *("rules/versions", "rules/versions/{version}", "search"),
    ),
    "POST": (
        *("failures/retry", "cards/{card}/marks", "cards/{card}/confirm", "cards/{card}/release"),
        "cards/{card}/acknowledge",
    ),
}
RECORD: tuple[Row, ...] = (
    Row(
        asks="GET /rules/templates/{name}/{item}",
        path="/rules/templates/telecom-inbound/forbidden?card={card}",
        who=SEERS,
        answers=422,  # a card of another template
        hidden=some("inspector-b"),
    ),
    Row(asks="GET /record", path="/record", who=some("lead", "admin")),
    Row(asks="GET /record.csv", path="/record.csv", who=some("lead", "admin")),
    Row(asks="POST /record/verify", path="/record/verify", who=some("lead", "admin")),
    Row(asks="GET /metrics", path="/metrics", who=ANYBODY, answers=401),
    Row(asks="GET /api/v1/openapi.json", path="/api/v1/openapi.json", who=ANYBODY),
    *(  # no cookie opens the API: tests/desk/test_api.py asks it with tokens
        Row(
            asks=f"{method} /api/v1/{path}",
            path=f"/api/v1/{path}".replace("{call}", "1").replace("{version}", "1"),
            who=ANYBODY,
            answers=401,
            body={} if method == "POST" else None,
        )
        for method, paths in API.items()
        for path in paths
    ),
)
"""Of the record, the API and metrics; and of an item that is explained on a card."""

ROWS = (*DOOR, *CALL, *LISTS, *LEARNING, *CASES, *RULES, *TOPICS, *RECORD)
