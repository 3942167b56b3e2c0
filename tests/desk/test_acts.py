"""S11: every act is one line of the record: who, what, to which, in UTC, on one line whatever its
values hold, and without a word of any call. What is new to the desk is added to ACTS below."""

import ast
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import pipeline
from pipeline.desk.audit_page import Filter
from pipeline.desk.runs import Runs
from pipeline.report.record_lines import FIELD, PREFIX, actions, details_words, record_row
from pipeline.scoring.review import Marking
from pipeline.storage import Act, Audit, Line, People
from pipeline.storage.reviews import Reviews
from pipeline.storage.tokens import Tokens
from pipeline.wording import words_of
from pipeline.workflow.tokens import make_token, revoke_token
from tests.desk import calls
from tests.desk.conftest import Browser
from tests.desk.people import PASSWORD
from tests.desk.test_rules_pages import TABOO, follow
from tests.workflow.stored import own, write  # noqa: F401 - a fixture

NASTY = "甲\n1 2026-01-01 admin logged-in\r\u2028\u202e"
SECONDS = 30
RUNS = ("/rules/try/", "/rules/publish/")
WORDS = 4
"""So many characters in a row that were said in a call are its words."""


@dataclass
class Acting:
    """Somebody at the desk. card: a draft with evidence; place: of the run that was begun last."""

    opens: Callable[..., Browser]
    home: Path
    card: int
    place: str = ""
    seen: dict[str, Browser] = field(default_factory=dict)

    def of(self, login: str) -> Browser:
        """Their browser."""
        if login not in self.seen:
            self.seen[login] = self.opens(login)
        return self.seen[login]

    def post(self, login: str, path: str, sent: Mapping[str, object] | None = None) -> None:
        """As scripts of the desk do; the card's version is added."""
        browser = self.of(login)
        card = path.format(card=self.card)
        body = {"version": self.version(), **(sent or {})}
        answer = browser.post(card, json=body, headers={"x-csrf-token": browser.token()})
        assert answer.status_code == 200, answer.text

    def version(self) -> int:
        """Of the card, as it stands."""
        with Reviews(self.home) as reviews:
            listed = reviews.listed(self.card)
        assert listed
        return listed.version

    def submit(self, who: str, path: str, **fields: str) -> None:
        """As forms of the desk do."""
        answer = self.of(who).submit(path.format(place=self.place, card=self.card), **fields)
        assert answer.status_code in (200, 303), answer.text
        self.place = answer.headers.get("location", "")
        until = time.monotonic() + SECONDS
        while self.place.startswith(RUNS):  # what was begun is done first
            if "hx-get" not in self.of(who).get(f"{self.place}/state").text:
                break
            assert time.monotonic() < until
            time.sleep(0.02)

    def listen(self, login: str, how: str = "") -> None:
        """As soon as the sound is made."""
        until, path = time.monotonic() + SECONDS, f"/cards/{self.card}/sound{how}"
        while (answer := self.of(login).get(path)).status_code == 503:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert answer.status_code == 200

    def get(self, login: str, path: str, status: int = 200) -> None:
        """Open a page of the desk."""
        answer = self.of(login).get(path.format(card=self.card))
        assert answer.status_code == status, answer.text


@dataclass(frozen=True)
class Done:
    """An act: who does it, what the record calls it, to which."""

    who: str
    action: str
    target: str
    do: Callable[[Acting], object]


def log_in(acting: Acting) -> None:
    answer = acting.opens().submit("/login", login="inspector", password=PASSWORD)
    assert answer.status_code == 303


def guess(acting: Acting) -> None:
    answer = acting.opens().submit("/login", login="lead", password="这个我不清楚")
    assert answer.status_code == 401


def token(revoked: bool, acting: Acting) -> None:
    with People(acting.home) as people, Tokens(acting.home) as tokens:
        if revoked:
            revoke_token(tokens, people, "lead", "n", "lead")
        else:
            make_token(tokens, people, "lead", "n", "lead")


AHEAD = "?part=body&ahead=1"
COMMENT = {"marks": [{"kind": "comment", "text": "这个我不清楚"}]}
LEXICON = {"phrase": "不清楚的事", "lexicon": "taboo", "days": "0"}
ACTS = (
    Done("inspector", "logged-in", "inspector", log_in),
    Done("", "login-refused", "lead", guess),
    Done("lead", "viewed", "{card}", lambda a: a.get("lead", "/cards/{card}")),
    Done("lead", "listened", "{card}", lambda a: a.listen("lead")),
    Done("trainer", "fetched", "{card}", lambda a: a.get("trainer", f"/cards/{a.card}{AHEAD}")),
    Done("trainer", "viewed", "{card}", lambda a: a.post("trainer", "/cards/{card}/shown")),
    Done("trainer", "fetched", "{card}", lambda a: a.listen("trainer", "?ahead=1")),
    Done("trainer", "listened", "{card}", lambda a: a.post("trainer", "/cards/{card}/played")),
    Done("lead", "marked", "{card}", lambda a: a.post("lead", "/cards/{card}/marks", COMMENT)),
    Done("lead", "mark-withdrawn", "{card}", lambda a: a.post("lead", "/cards/{card}/undo")),
    Done("lead", "confirmed", "{card}", lambda a: a.post("lead", "/cards/{card}/confirm")),
    Done(
        "lead", "confirmation-withdrawn", "{card}", lambda a: a.post("lead", "/cards/{card}/undo")
    ),
    Done(
        "lead",
        "assigned",
        "inspector",
        lambda a: a.submit("lead", "/queue/assign", to="inspector", chosen=f"{a.card}-0"),
    ),
    Done("lead", "confirmed", "{card}", lambda a: a.post("lead", "/cards/{card}/confirm")),
    Done("leader", "released", "{card}", lambda a: a.post("leader", "/cards/{card}/release")),
    Done(
        "own-agent",
        "acknowledged",
        "{card}",
        lambda a: a.post("own-agent", "/cards/{card}/acknowledge"),
    ),
    Done("lead", "retried", "", lambda a: a.submit("lead", "/failures")),
    Done("manager", "exported", "", lambda a: a.get("manager", "/export.xlsx")),
    Done("admin", "exported", "record", lambda a: a.get("admin", "/record.csv?target=x%0A1")),
    Done("lead", "phrase-tried", "taboo", lambda a: a.submit("lead", "/rules/try", **LEXICON)),
    Done("lead", "phrase-added", "taboo", lambda a: a.submit("lead", "{place}/accept")),
    Done(
        "lead",
        "rules-published",
        "1",
        lambda a: (
            a.submit("lead", "/rules/publish/look", days="0"),
            a.submit("lead", "{place}", note=NASTY),
        ),
    ),
    Done("lead", "token-made", "lead", lambda a: token(False, a)),
    Done("lead", "token-revoked", "lead", lambda a: token(True, a)),
    Done(
        "admin",
        "user-added",
        "new",
        lambda a: a.submit("admin", "/people", login="new", role="lead", name=NASTY),
    ),
    Done(
        "admin",
        "user-changed",
        "new",
        lambda a: a.submit("admin", "/people/new", role="inspector", teams=NASTY),
    ),
    Done("admin", "password-renewed", "new", lambda a: a.submit("admin", "/people/new/password")),
    Done("admin", "user-disabled", "new", lambda a: a.submit("admin", "/people/new/disable")),
    Done("admin", "user-enabled", "new", lambda a: a.submit("admin", "/people/new/enable")),
    Done("inspector", "refused", "/people", lambda a: a.get("inspector", "/people", 403)),
    Done(
        "inspector-b",
        "refused",
        "/cards/{card}",
        lambda a: a.get("inspector-b", "/cards/{card}", 404),
    ),
    Done("trainer", "logged-out", "trainer", lambda a: a.submit("trainer", "/logout")),
)


@pytest.fixture
def acting(
    browser: Callable[..., Browser],
    own: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Acting:
    monkeypatch.setattr(Runs, "_follow", follow)
    write(own, "lexicons/taboo.yaml", TABOO)
    return Acting(browser, own, calls.keep(own, calls.BAD, "bad"))


def new_lines(home: Path, after: int) -> list[Line]:
    return [line for line in Audit(home).latest(50) if line.number > after]


def said_in(text: str) -> set[str]:
    return {text[at : at + WORDS] for at in range(len(text) - WORDS + 1)}


def test_every_act_is_one_line_and_holds_no_word_of_a_call(acting: Acting) -> None:
    spoken = {part for turn in calls.BAD.turns for part in said_in(turn.text)} - said_in(
        "不清楚的事"
    )
    audit = Audit(acting.home)
    for one in ACTS:
        acting.of(one.who)
        before, began = audit.latest(1)[0].number, time.time()
        one.do(acting)
        target = one.target.format(card=acting.card)
        told = new_lines(acting.home, before)
        assert [(t.act.by, t.act.action, t.act.target) for t in told] == [
            (one.who, one.action, target)
        ], one
        (line,) = told
        assert began - 1 < line.at / 1000 < time.time() + 1
        assert not spoken & said_in(json.dumps(dict(line.act.details), ensure_ascii=False))
        assert set(line.act.details) <= fields(), line.act
        row = [str(cell) for cell in record_row(line, "zh")]
        assert row[1].endswith("+00:00")
        assert all(cell.isprintable() for cell in row)
    assert audit.verify().whole


def test_every_action_that_the_product_puts_on_record_is_tried_and_has_a_name() -> None:
    known = set(actions())
    found = dict(_actions())
    assert set(found) <= known, {name: found[name] for name in set(found) - known}
    untried = set(found) - {one.action for one in ACTS}
    assert untried <= named_in_tests(untried), "of others a test of their own says so"
    for name in known:
        words = words_of("desk-record")[PREFIX + name]
        assert words["zh"] and words["en"]


def test_every_detail_that_the_product_puts_on_record_has_a_name_in_both_languages() -> None:
    found = dict(_details())
    known = {**found, **dict.fromkeys((*Marking, *GONE, *Filter.__slots__, *STORED), "beside")}
    assert len(found) > 40, "the search finds what it should"
    assert set(known) <= fields(), {key: known[key] for key in set(known) - fields()}
    assert fields() <= set(known) | {"role", "agent", "teams"}, "no word for what is never said"


def fields() -> set[str]:
    """The details that have a name."""
    return {key.removeprefix(FIELD) for key in words_of("desk-record") if key.startswith(FIELD)}


def test_a_line_is_told_in_the_language_of_its_reader() -> None:
    told = {"days": 30, "calls": 500, "role": "lead", "total": 26.0, "shared": 1.0, "new-thing": 2}
    act = Act("li", "phrase-tried", "taboo", told)
    assert details_words(act, "zh") == (
        "最近天数（0：全部） 30 · 通话数 500 · 角色 质检主管 · 得分 26 · 共享 是 · new-thing 2"
    )
    assert "role QA lead" in details_words(act, "en")
    exported = Act("li", "exported", "record", {"filter": "action=logged-in&since=2026-01-02"})
    assert details_words(exported, "zh") == "条件 做了什么 登录, 从 2026-01-02"


def named_in_tests(actions: set[str]) -> set[str]:
    """Those that a test beside this one expects on record."""
    here = Path(__file__)
    paths = [path for path in here.parents[1].rglob("test_*.py") if path != here]
    texts = [path.read_text("utf-8") for path in paths]
    return {name for name in actions if any(f'"{name}"' in text for text in texts)}


def _actions() -> Iterator[tuple[str, str]]:
    """Action and file of every Act(by, action, ...) in the product."""
    for path in Path(pipeline.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Act":
                for part in ast.walk(node.args[1]) if len(node.args) > 1 else ():
                    if isinstance(part, ast.Constant):
                        yield part.value, path.name


STORED = ("queued", "unqueued", "try")
"""What storage/ adds to a confirmation, and what a refused log-in tells."""
GONE = (
    *("scores", "scorecards", "decisions", "marks", "cases", "transcripts", "turns"),
    *("recordings", "files"),
)
"""What `zhiyin purge` counts."""


def _details() -> Iterator[tuple[str, str]]:
    """Every detail of an act in the product, and its file: keys of what stands in Act(...), or of
    what is called so there; and what storage/ adds by name."""
    for path in Path(pipeline.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        tree = ast.parse(text if "Act(" in text or "record(" in text else "")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Act":
                for part in (*node.args[3:], *(one.value for one in node.keywords)):
                    yield from ((key, path.name) for key in _keys(part, tree))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                yield from ((one.arg, path.name) for one in node.keywords if one.arg)


def _keys(part: ast.AST, tree: ast.AST, deep: int = 2) -> set[str]:
    """Of dictionaries in it, and of those that its names and calls stand for in their file."""
    inside = list(ast.walk(part))
    found = {
        key.value
        for node in inside
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    names = {node.id for node in inside if isinstance(node, ast.Name)} if deep else set()
    for node in ast.walk(tree) if names else ():
        if isinstance(node, ast.FunctionDef) and node.name in names:
            found |= _keys(ast.Module(node.body, []), tree, 0)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if {getattr(one, "id", "") for one in targets} & names:
                found |= _keys(node.value, tree, deep - 1)
    return found
