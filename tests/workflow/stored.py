"""A home with small rules of its own and stored calls, written where they are used."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.call import Call, CallRecord, Medium
from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.settings import Scoring, Storage
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored
from pipeline.workflow import linting, rules
from pipeline.workflow.rescoring import Again, rescore
from tests.talk import talk

TEMPLATE = """title: 小模板
version: '1'
applies: {medium: voice}
items:
  - id: taboo
    ask: 是否说了禁语
    points: 5
    forbid: {find: phrase, lexicon: taboo, speaker: agent}
  - id: hello
    ask: 是否问候
    points: 3
    require: {find: phrase, lexicon: hello, speaker: agent}
tests:
  - name: 说了不清楚
    talk: [坐席 0.8 您好, 坐席 4.1 这个我不清楚]
    expect: {taboo: fail, hello: pass}
"""
LEXICONS = {
    "taboo": "title: 禁语\nphrases: [不清楚]\nmust_match: [我不清楚]\n",
    "hello": "title: 问候\nphrases: [您好]\n",
}
RUDE = ("坐席 1 您好", "客户 3 我想查话费", "坐席 6 这个我不清楚", "坐席 9 没办法")
POLITE = ("坐席 1 您好", "客户 3 我想查话费，没办法", "坐席 6 好的")


@pytest.fixture
def own(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home, whose rules are the small ones above and no bundled ones: quick to read."""

    def files(kind: str, home: Path | None) -> dict[str, Path]:
        found = sorted((home / kind).glob("*.yaml")) if home else ()
        return {path.stem: path for path in found}

    for module in (rules, linting):
        monkeypatch.setattr(module, "files", files)
    write(home, "scorecards/small.yaml", TEMPLATE)
    for name, text in LEXICONS.items():
        write(home, f"lexicons/{name}.yaml", text)
    return home


def write(home: Path, name: str, text: str) -> None:
    """A file of the rules."""
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(text, "utf-8")


def add_phrase(home: Path, phrase: str) -> None:
    """A change of rules as a QA lead makes it."""
    path = home / "lexicons" / "taboo.yaml"
    path.write_text(path.read_text("utf-8").replace("[不清楚", f"[{phrase}, 不清楚"), "utf-8")


def keep(home: Path, **calls: tuple[str, ...] | Call) -> None:
    """Store calls by name, without cards."""
    with Store(home) as store:
        for name, lines in calls.items():
            call = (
                lines if isinstance(lines, Call) else talk(*lines, about=CallRecord(agent="8001"))
            )
            chat = call.medium == Medium.CHAT  # of several in one file
            recording = Recording(
                content=sha256(name.encode()).hexdigest(),
                name=f"/calls/log.csv#{name}" if chat else f"/calls/{name}.wav",
                sources=("/calls/log.csv" if chat else f"/calls/{name}.wav",),
                about=call.about,
            )
            entry = Entry(
                recording=recording,
                fingerprint="f",
                transcript=Transcript(as_stored(replace(call, id=name))),
                newly_heard=True,
                outcome=Outcome.SPEECH,
                cards=(),
            )
            store.keep(entry)


def again(home: Path, *names: str, template: str = "auto", since: str = "") -> Again:
    """All stored calls, or some."""
    return Again(
        home=home,
        settings=Scoring(template=template),
        storage=Storage(),
        names=names,
        since=since,
    )


def decide(home: Path, name: str, **verdicts: Verdict) -> None:
    """A person's decisions on the items of a call's last card."""
    with Store(home) as store:
        (result,) = store.find(name)
        for item, verdict in verdicts.items():
            store.decide(result.kept[0].id, Decision(item=item, verdict=verdict, by="王质检"))


@pytest.fixture
def past(own: Path) -> Path:
    """Three stored calls with cards: two rude, one polite."""
    keep(own, rude=RUDE, rude2=RUDE, polite=POLITE)
    rescore(again(own))
    return own
