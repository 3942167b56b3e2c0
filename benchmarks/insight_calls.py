"""Calls with known topics, a planted trend, planted habits and planted decisions.

Made from the grammar of the samples (`sample_audio/dialogues.py`): each call is about one matter of
one business, every eighth about a second one as well; its topic is the first. Over five weeks; in
the last week one matter comes three times as often. The same seed gives the same calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from pipeline.call import Speaker
from pipeline.insight.talks import Talk
from sample_audio.dialogues import dialogue
from sample_audio.grammar import BUSINESSES, load
from sample_audio.script import Script, Wish

FIRST_SEED = 7_000_000_000
DAYS, LAST_WEEK = 35, 28
RISING, TIMES = ("telecom", "roam"), 3
SECOND_MATTER = 1 / 8
HABITS = {"我先跟您核对一下": 5.0, "您看这样处理行吗": 4.0, "我给您复述一遍": 3.0}
"""What good agents say; points that a call with it scores more."""
MANNERS = {"silent-share": -5.0, "pace": -3.0}
"""Points for each standard deviation; the manners in NOTHING move no score."""
NOTHING = ("noise", "length", "volume", "pauses", "starts")
AGENTS = 60
SPEAKERS = {"agent": Speaker.AGENT, "customer": Speaker.CUSTOMER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A call and what is known of it. day: 0 to 34."""

    talk: Talk
    script: Script
    topic: str
    day: int
    agent: str
    score: float
    manners: dict[str, float]


def planted(count: int, seed: int = 1) -> Iterator[Planted]:
    """So many calls in the order of their days."""
    dice = Random(seed)
    days = sorted(dice.randrange(DAYS) for _ in range(count))
    matters = [
        (business, story.name)
        for business in BUSINESSES
        for story in load(business).stories
        if story.direction == "in"
    ]
    for number, day in enumerate(days):
        weights = [TIMES if day >= LAST_WEEK and m == RISING else 1 for m in matters]
        business, name = dice.choices(matters, weights)[0]
        stories = [name]
        if dice.random() < SECOND_MATTER:
            stories.append(dice.choice([n for b, n in matters if b == business and n != name]))
        wish = Wish(business=business, direction="in", stories=tuple(stories))
        script = dialogue(FIRST_SEED + seed * 1_000_000 + number, wish=wish)
        yield _call(number, day, f"{business}/{name}", script, dice)


def _call(number: int, day: int, topic: str, script: Script, dice: Random) -> Planted:
    turns = [(SPEAKERS.get(line.speaker, Speaker.OTHER), line.text) for line in script.lines]
    agent = number % AGENTS
    manners = {name: dice.gauss(0, 1) for name in (*MANNERS, *NOTHING)}
    score = 80 + dice.gauss(0, 6) + sum(p * manners[name] for name, p in MANNERS.items())
    for phrase, points in HABITS.items():
        if dice.random() < 0.1 + 0.2 * agent / AGENTS:
            score += points
            at = dice.randrange(1, len(turns))
            turns.insert(at, (Speaker.AGENT, f"{phrase}。"))
    return Planted(
        talk=Talk(f"{number:06}", tuple(turns)),
        script=script,
        topic=topic,
        day=day,
        agent=f"A{agent:02}",
        score=score,
        manners=manners,
    )
