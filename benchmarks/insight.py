"""Do topics, news, habits, learning and proposals find what was planted in 20,000 calls?

    python -m benchmarks.insight [--calls 20000]      # a minute of one core

Calls are those of `benchmarks/insight_calls.py`. Decisions are planted: whether a flag is upheld
depends on trust, kind of match, phrase, topic and place in the call in a way that is no logistic
regression, and drifts over the weeks. In a random sample of calls people mark the words by which an
agent failed, up to three characters too much on either side, or all of the clause; the phrases that
failed are taken out of the lexicon. Writes its section of
docs/insight-measured.md.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from random import Random
from time import process_time

from benchmarks.insight_calls import (
    HABITS,
    LAST_WEEK,
    MANNERS,
    RISING,
    SPEAKERS,
    Planted,
    planted,
)
from benchmarks.insight_page import put
from pipeline.call import Speaker
from pipeline.insight.habits import Scored, habits
from pipeline.insight.learning import Answer, Learned, Traits, learned
from pipeline.insight.news import risen_topics, risen_words
from pipeline.insight.proposals import Marked, Other, proposals
from pipeline.insight.talks import Bag, bag, terms
from pipeline.insight.topics import Topics, found
from pipeline.text.normal import normal
from sample_audio.failures import SPOKEN

TITLE = "What was planted, and found"
SEED = 1
SAMPLE = 0.4
"""Of the calls are reviewed at random."""
SAID_IN = 20
LONGER = 2
"""Characters by which a proposal may be longer than the phrase that it stands for; it may be
shorter by half."""
SLIPS = (0, 0, 1, 2, 3)
"""Characters too much, on one side of what a person marks."""
CLAUSE = re.compile(r"[^，。？！、]+")

Row = tuple[str, str, str, bool]
"""What, the figure, the goal, whether it is reached."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls, with their terms."""

    calls: list[Planted]
    wanted: list[Bag]
    said: list[Bag]

    @classmethod
    def made(cls, count: int) -> Calls:
        calls = list(planted(count, SEED))
        return cls(
            calls,
            [bag(call.talk) for call in calls],
            [bag(call.talk, Speaker.AGENT) for call in calls],
        )


def topics_rows(given: Calls, topics: Topics) -> Iterator[Row]:
    """Topics against the truth, and whether a second night keeps them."""
    from sklearn.metrics import adjusted_mutual_info_score

    truth = [call.topic for call in given.calls]
    told = [topics.of.get(one.id, 0) for one in given.wanted]
    score = adjusted_mutual_info_score(truth, told)
    what = f"topics ({len(topics.topics)}) against {len(set(truth))} true ones: "
    yield what + "adjusted mutual information", f"{score:.2f}", "≥ 0.6", score >= 0.6
    cut = int(0.9 * len(given.wanted))
    again = found(given.wanted[len(given.wanted) - cut :], found(given.wanted[:cut]).topics)
    kept = sum(topic.number <= len(topics.topics) for topic in again.topics)
    share = f"{kept} of {len(again.topics)}"
    yield "topics that keep their name where a tenth of the calls is new", share, "", True


def trend_rows(given: Calls, topics: Topics) -> Iterator[Row]:
    """The rank of the planted matter among topics, and of its word among words."""
    week = [call.day >= LAST_WEEK for call in given.calls]
    names = {topic.number: topic.name for topic in topics.topics}
    told = [names.get(topics.of.get(one.id, 0), "") for one in given.wanted]
    now = [name for name, new in zip(told, week, strict=True) if new]
    before = [name for name, new in zip(told, week, strict=True) if not new]
    planted_name = "/".join(RISING)
    own = Counter(n for n, c in zip(told, given.calls, strict=True) if c.topic == planted_name)
    ranks = [one.what for one in risen_topics(now, before)]
    rank = ranks.index(own.most_common(1)[0][0]) + 1 if own.most_common(1)[0][0] in ranks else 0
    yield "the planted trend among topics that rose", f"place {rank}", "≤ 3", 0 < rank <= 3
    words = risen_words(
        [one for one, new in zip(given.wanted, week, strict=True) if new],
        [one for one, new in zip(given.wanted, week, strict=True) if not new],
    )
    place = next((n for n, one in enumerate(words, 1) if one.what == "漫游"), 0)
    yield "its word 漫游 among words that rose", f"place {place}", "≤ 3", 0 < place <= 3
    still = [n for n, call in enumerate(given.calls) if not week[n]]
    half = [given.wanted[n] for n in still[::2]], [given.wanted[n] for n in still[1::2]]
    count = len(risen_words(*half))
    yield "words that rose where nothing was planted", str(count), "", True


def habits_rows(given: Calls) -> Iterator[Row]:
    """The worst place of a planted habit."""
    shown = habits(
        [
            Scored(bag=one, score=call.score, measured=call.manners)
            for one, call in zip(given.said, given.calls, strict=True)
        ]
    )
    names = [habit.what for habit in shown]
    wanted = [set(terms([phrase])) for phrase in HABITS] + [{name} for name in MANNERS]
    places = [
        min((names.index(word) + 1 for word in words if word in names), default=0)
        for words in wanted
    ]
    good = all(0 < place <= 10 for place in places)
    yield f"{len(places)} planted habits", f"places {sorted(places)}", "≤ 10", good
    of_habits = {word for words in wanted for word in words}
    others = sum(name not in of_habits for name in names)
    yield "other words and habits that were believed", str(others), "", True


def answers(given: Calls) -> list[Answer]:
    """A flag on every call, and what people said of it."""
    dice = Random(SEED)
    made = []
    for number, call in enumerate(given.calls):
        trust, sound = dice.betavariate(4, 1.5), dice.random() < 0.3
        phrase = dice.choice(("不清楚", "没办法", "不归我管", "你等一下", "后台"))
        place = dice.random()
        score = 2.0 if trust > 0.7 else 5 * trust - 1.5  # a bend
        score -= 1.2 * sound + (1.0 if sound and trust < 0.6 else 0.0)  # that go together
        score -= 1.5 * (phrase == "后台") + 0.8 * (phrase == "你等一下") * (place < 0.1)
        score += 0.6 * (call.topic == "telecom/cancel") - 0.01 * call.day  # a drift
        known = Traits(
            numbers={"trust": trust, "position": place, "role": dice.uniform(0.7, 1.0)},
            words={"kind": "sound" if sound else "text", "phrase": phrase, "topic": call.topic},
        )
        upheld = dice.random() < 1 / (1 + exp(-score))
        made.append(Answer(traits=known, upheld=upheld, at=number))
    return made


def learning_rows(given: Calls) -> Iterator[Row]:
    """How far the probabilities can be believed."""
    model = learned("forbidden", answers(given))
    assert isinstance(model, Learned)
    shown = model.measured
    what = f"expected calibration error, {shown.decisions:,} later decisions"
    figure = f"{shown.error:.3f} (by chance {shown.chance:.3f})"
    yield what, figure, "≤ 0.05", shown.error <= 0.05 and shown.decisions >= 5_000
    better = shown.brier < shown.base_brier
    yield (
        "Brier score against the base rate's",
        f"{shown.brier:.3f}, {shown.base_brier:.3f}",
        "lower",
        better,
    )


def proposal_rows(given: Calls) -> Iterator[Row]:
    """Phrases that were taken out, and proposed again: words marked, then clauses."""
    dice = Random(SEED)
    sample = [call for call in given.calls if dice.random() < SAMPLE]
    for clauses in (False, True):
        exact = near = wanted = offered = 0
        for item in SPOKEN:
            marked, others, said = _reviewed(sample, item, clauses)
            forms = [one.phrase for one in proposals(marked, others)]
            offered += len(forms)
            for phrase in (phrase for phrase, calls in said.items() if calls >= SAID_IN):
                wanted += 1
                exact += phrase in forms
                near += any(_stands_for(form, phrase) for form in forms)
        share = near / wanted
        what = f"of {wanted} phrases taken out, each said in ≥ {SAID_IN} calls, proposed again"
        figure = f"{share:.0%} ({exact} letter by letter, {offered} proposals)"
        if clauses:
            yield "the same where people mark whole clauses", figure, "", True
        else:
            yield what, figure, "≥ 80 %", share >= 0.8


def _stands_for(form: str, phrase: str) -> bool:
    shorter = form in phrase and 2 * len(form) >= len(phrase)
    return shorter or (phrase in form and len(form) <= len(phrase) + LONGER)


def _reviewed(
    sample: Sequence[Planted], item: str, clauses: bool
) -> tuple[list[Marked], list[Other], Counter[str]]:
    """What people marked, all else that agents said, and in how many calls each phrase was said."""
    dice = Random(SEED)
    marked, others = [], []
    said: dict[str, set[str]] = defaultdict(set)
    for call in sample:
        rest = []
        for line in call.script.lines:
            if SPEAKERS.get(line.speaker) != Speaker.AGENT:
                continue
            quotes = [quote for name, quote in line.failing if name == item and quote]
            for clause in CLAUSE.findall(line.text):
                fails = [quote for quote in quotes if quote in clause]
                if not fails:
                    rest.append(clause)
                    continue
                start = clause.index(fails[0])
                end = start + len(fails[0]) + dice.choice(SLIPS)
                words = clause[max(0, start - dice.choice(SLIPS)) : end]
                marked.append(Marked(call.talk.id, clause if clauses else words))
                said[normal(fails[0]).text].add(call.talk.id)
        others.append(Other(call.talk.id, tuple(rest)))
    return marked, others, Counter({phrase: len(calls) for phrase, calls in said.items()})


def section(count: int) -> str:
    """The table."""
    start = process_time()
    given = Calls.made(count)
    topics = found(given.wanted)
    rows = [
        *topics_rows(given, topics),
        *trend_rows(given, topics),
        *habits_rows(given),
        *learning_rows(given),
        *proposal_rows(given),
    ]
    lines = [
        f"| {what} | {figure}{'' if good else ' !'} | {goal} |" for what, figure, goal, good in rows
    ]
    head = (
        f"Made by `benchmarks/insight.py`: {count:,} calls of the samples' grammar, seed {SEED}; "
        f"{process_time() - start:.0f} processor seconds, most of them to write the calls."
    )
    return "\n".join([head, "", "| what | found | goal |", "|---|---|---|", *lines]) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=20_000)
    made = section(parser.parse_args().calls)
    print(made)
    put(TITLE, made)


if __name__ == "__main__":
    main()
