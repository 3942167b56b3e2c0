"""Does `zhiyin learn` hold what it promises, on a home full of stored cards and planted decisions?

    python -m benchmarks.learning [--calls 8000]      # two minutes of one core

Calls say one of several phrases, spelled out or by sound, heard more or less well, early or late.
Whether people uphold the flag depends on that in a way that is no logistic regression. Three
quarters of the calls are confirmed, oldest first; the rest wait. Learned is by the product's own
road: stored cards, lessons, the order of the queue, flags settled where a lead turned it on.
Writes its section of docs/insight-measured.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from sqlalchemy import bindparam, update

from benchmarks.insight_page import put
from benchmarks.many_cards import FIRST, put_cards
from pipeline.call import Call
from pipeline.hit import Verdict
from pipeline.scoring.agreement import Share
from pipeline.scoring.points import Ruling
from pipeline.scoring.review import MACHINE
from pipeline.scoring.scorecard import Scorecard, draft
from pipeline.settings import Reviewing, Scoring, Settings
from pipeline.storage import as_stored
from pipeline.storage.database import open_database, writing
from pipeline.storage.lesson_records import Settling
from pipeline.storage.lessons import Lessons
from pipeline.storage.plain import to_json
from pipeline.storage.review_records import Final, Wanted
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.review_tables import review_item as items
from pipeline.storage.reviews import Reviews
from pipeline.workflow.flag_settling import turn_by
from pipeline.workflow.foretelling import learned_of
from pipeline.workflow.learning import apply_lesson, learn
from tests.reviewed import rules
from tests.talk import talk

TITLE = "Learning, end to end"
SEED, AT_ONCE, JUDGED = 1, 1_000, 0.75
ITEM = ("small", "taboo")
SAID = (("这个我不清楚", -2.6), ("这个我没半法", -1.4), ("我不清楚啊您问问别人", 1.3))
HEAD = 0.2
"""Of the queue that people get to."""
GOAL = 0.9


@dataclass(frozen=True, slots=True)
class Planted:
    """A call, its card, and whether people uphold the flag."""

    call: Call
    card: Scorecard
    upheld: bool


def planted(count: int) -> Iterator[Planted]:
    """Calls with one flag each, their truth drawn beside."""
    dice = Random(SEED)
    for _ in range(count):
        words, weight = dice.choice(SAID)
        trust, at = dice.betavariate(5, 1.4), dice.randrange(5, 200)
        lines = ("坐席 1 您好", "客户 3 我想查话费", f"坐席 {at} {words}")
        call = as_stored(talk(*lines, duration=210, confidence=trust))
        score = weight + (2.5 if trust > 0.75 else 6 * trust - 2.2) - (1.2 if at < 20 else 0.0)
        upheld = dice.random() < 1 / (1 + exp(-score))
        yield Planted(call, draft(call, rules(), Scoring()), upheld)


def fill(home: Path, calls: Sequence[Planted]) -> None:
    """All of them stored; the first three quarters confirmed by people."""
    engine = open_database(home)
    judged = int(JUDGED * len(calls))
    try:
        for first in range(0, len(calls), AT_ONCE):
            batch = calls[first : first + AT_ONCE]
            numbers = list(range(first, first + len(batch)))
            with writing(engine) as connection:
                put_cards(connection, rules(), numbers, [(one.call, one.card) for one in batch])
        with writing(engine) as connection:
            settled = [_settled(n + 1, one, n) for n, one in enumerate(calls[:judged])]
            mine = reviews.c.scorecard_id == bindparam("card")
            names = [name for name in settled[0] if name not in ("card", "verdict")]
            values = {name: bindparam(name) for name in names}
            connection.execute(update(reviews).where(mine).values(**values), settled)
            said = (items.c.scorecard_id == bindparam("card")) & (items.c.item == ITEM[1])
            verdict = update(items).where(said).values(verdict=bindparam("verdict"))
            connection.execute(verdict, settled)
    finally:
        engine.dispose()


def _settled(card: int, one: Planted, number: int) -> dict[str, Any]:
    at = round(FIRST.timestamp() * 1000) + 60_000 * number
    verdict = Verdict.FAIL if one.upheld else Verdict.PASS
    rulings = {item.id: Ruling(item.verdict) for item in one.card.items} | {
        ITEM[1]: Ruling(verdict)
    }
    card_of = one.card
    final = Final(by="wang", at=at, total=card_of.total, max=card_of.max, fatal=(), rulings=rulings)
    return {
        "card": card,
        "verdict": verdict.value,
        "state": "confirmed",
        "by": "wang",
        "confirmed_at": at,
        "version": 1,
        "final": to_json(final),
    }


def head_of(home: Path, calls: Sequence[Planted], order: Sequence[int]) -> float:
    """Of all points that waiting calls truly lose, the share within the head of the queue."""
    lost = {n + 1: one.upheld for n, one in enumerate(calls)}
    found = sum(lost[card] for card in order[: int(HEAD * len(order))])
    return found / sum(lost[card] for card in order)


def waiting(home: Path) -> list[int]:
    """The cards of the queue, in its order."""
    wanted = Wanted(share=0.0, queued=True)
    with Reviews(home) as opened:
        return [row.id for row in opened.page(wanted, "wang", limit=1_000_000).rows]


def section(count: int) -> str:
    """The table."""
    calls = list(planted(count))
    review = Reviewing(random_share=0.02)
    settings = Settings(review=review)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill(home, calls)
        before = waiting(home)
        start = process_time()
        done = learn(home, settings, "benchmark")
        took = process_time() - start
        after = waiting(home)
        assert done.lesson is not None and sorted(before) == sorted(after)
        (taught,) = done.lesson.taught
        model = learned_of(taught)
        assert model is not None
        heads = head_of(home, calls, before), head_of(home, calls, after)
        best = sorted(after, key=lambda card: not calls[card - 1].upheld)
        with Lessons(home) as lessons:
            rule = Settling(
                template=ITEM[0], item=ITEM[1], at_least=GOAL, checked=0.1, by="benchmark"
            )
            turn_by(lessons, rule)
        applied = apply_lesson(home, settings)
        settled = _settled_by_rule(home)
        right = Share(sum(calls[card - 1].upheld for card in settled), len(settled))
    shown = model.measured
    rows = (
        ("decisions learned from, and measured on", f"{taught.decisions - shown.decisions:,}, "
         f"{shown.decisions:,}"),
        ("expected calibration error (by chance)", f"{shown.error:.3f} ({shown.chance:.3f})"),
        ("Brier score against the base rate's", f"{shown.brier:.3f}, {shown.base_brier:.3f}"),
        (f"of what {len(after):,} waiting calls truly lose, within the first fifth of the queue: "
         "by verdicts alone, as learned, at best",
         f"{heads[0]:.0%}, {heads[1]:.0%}, {head_of(home, calls, best):.0%}"),
        (f"settled at {GOAL:.0%}, of flags that waited", f"{applied.settled.flags:,} of "
         f"{len(after):,}"),
        ("of these truly upheld", f"{right.rate or 0:.1%} ({right.low or 0:.1%}–"
         f"{right.high or 0:.1%})"),
        ("processor seconds of `zhiyin learn`", f"{took:.0f}"),
    )  # fmt: skip
    head = f"Made by `benchmarks/learning.py`: {count:,} stored calls, seed {SEED}."
    lines = [f"| {what} | {figure} |" for what, figure in rows]
    return "\n".join([head, "", "| what | found |", "|---|---|", *lines]) + "\n"


def _settled_by_rule(home: Path) -> list[int]:
    wanted = Wanted(share=0.0, by=MACHINE)
    with Reviews(home) as opened:
        return [row.id for row in opened.page(wanted, "", limit=1_000_000).rows]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=8_000)
    made = section(parser.parse_args().calls)
    print(made)
    put(TITLE, made)


if __name__ == "__main__":
    main()
