"""Cards to be reviewed, in either database: small rules, calls where they are used, people."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256

from pipeline.call import Call, CallRecord
from pipeline.scoring.review import Mark, Marking, Span, View
from pipeline.scoring.rulebook import rebuilt
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.storage import (
    Act,
    Entry,
    Outcome,
    Person,
    Placed,
    Recording,
    Role,
    Store,
    Transcript,
    as_stored,
    draft_of,
)
from pipeline.storage.review_records import Wanted
from pipeline.storage.reviews import Reviews
from tests.databases import Database
from tests.talk import talk

TEMPLATE = """title: 小模板
version: '{version}'
items:
  - id: taboo
    ask: 是否说了禁语
    points: 5
    per: hit
    cap: 15
    forbid: {{find: phrase, lexicon: taboo, speaker: agent}}
  - id: hello
    ask: 是否问候
    points: 3
    require: {{find: phrase, lexicon: hello, speaker: agent}}
  - id: abuse
    ask: 是否辱骂客户
    points: 10
    fatal: card
    forbid: {{find: phrase, lexicon: abuse, speaker: agent}}
  - id: answer
    ask: 回答是否正确
    points: 10
"""
LEXICONS = {
    "taboo": "title: 禁语\nphrases: [不清楚, {phrase: 没办法, match: sound}]\n",
    "hello": "title: 问候\nphrases: [您好]\n",
    "abuse": "title: 辱骂\nphrases: [笨蛋]\n",
}
POLITE = ("坐席 1 您好", "客户 3 我想查话费", "坐席 6 好的")
RUDE = ("坐席 1 您好", "客户 3 我想查话费", "坐席 6 这个我不清楚", "坐席 9 我真的不清楚")
DOUBTFUL = ("坐席 1 您好", "坐席 6 这个我没半法")
SHARE = 0.02
QUEUE = Wanted(share=SHARE, queued=True)
INSPECTOR = Person(id=1, login="wang", name="王", role=Role.INSPECTOR)
SECOND = Person(id=2, login="li", name="李", role=Role.INSPECTOR)
LEAD = Person(id=3, login="zhao", name="赵", role=Role.LEAD)
AGENT = Person(id=4, login="a8001", name="张", role=Role.AGENT, agent="8001")


@cache
def rules(version: str = "1", template: str = "small") -> Ruleset:
    """The small rules; other versions say the same."""
    lexicons = {f"lexicons/{name}.yaml": text for name, text in LEXICONS.items()}
    scorecard = {f"scorecards/{template}.yaml": TEMPLATE.format(version=version)}
    return rebuilt({**lexicons, **scorecard}).rulesets[0]


def recording(name: str, started: str = "2026-11-02T09:00:00", **about: str) -> Recording:
    """A recording of that name."""
    record = CallRecord(**{"agent": "8001", "team": "一组", "started": started, **about})  # type: ignore[arg-type]
    return Recording(
        content=sha256(name.encode()).hexdigest(),
        name=f"/calls/{name}.wav",
        sources=(f"/calls/{name}.wav",),
        about=record,
    )


def keep(database: Database, name: str, lines: Sequence[str] | Call = RUDE, **about: str) -> int:
    """A stored call with its draft card; the card's number."""
    with database.store() as store:
        return kept(store, name, lines, **about)


def kept(store: Store, name: str, lines: Sequence[str] | Call = RUDE, **about: str) -> int:
    """The same in an open store."""
    call = lines if isinstance(lines, Call) else talk(*lines)
    known = recording(name, **about)
    transcript = Transcript(as_stored(replace(call, id=name)))
    card = draft(transcript.call(known, name), rules(), Scoring())
    entry = Entry(
        recording=known,
        fingerprint="f",
        transcript=transcript,
        newly_heard=True,
        outcome=Outcome.SPEECH,
        cards=((card, rules()),),
    )
    store.keep(entry)
    (result,) = store.find(known.name)
    return result.kept[0].id


def rescore(database: Database, name: str, version: str = "1") -> Placed:
    """What a night does that checks the call again."""
    with database.store() as store:
        return rescored(store, name, version)


def rescored(store: Store, name: str, version: str = "1") -> Placed:
    """The same on an open store."""
    (stored,) = store.calls(store.numbers_of(f"/calls/{name}.wav"))
    card = draft(stored.call, rules(version), Scoring())
    of = (stored.id, stored.transcript, stored.revision)
    (placed,) = store.redraft([draft_of(card, of)], [rules(version)])
    return placed


def reviews(database: Database) -> Reviews:
    """The cards for people."""
    return Reviews(database.home, database.storage)


def hit(item: str, number: int | None, view: View, reason: str = "") -> Mark:
    """A word on one claim."""
    return Mark(kind=Marking.HIT, by="", item=item, hit=number, says=view.value, reason=reason)


def answer(item: str, verdict: str) -> Mark:
    """A word on a whole item."""
    return Mark(kind=Marking.ITEM, by="", item=item, says=verdict)


def missed(item: str, start: float = 6, end: float = 7) -> Mark:
    """漏判."""
    return Mark(kind=Marking.MISSED, by="", item=item, span=Span(start=start, end=end))


def comment(text: str) -> Mark:
    """A word beside."""
    return Mark(kind=Marking.COMMENT, by="", text=text)


def act() -> Act:
    """Something to put on record."""
    return Act("zhao", "assigned")
