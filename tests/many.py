"""Stored calls about a few known matters, over five weeks, small and quickly made."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

from pipeline.call import Call, CallRecord
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring, Storage
from pipeline.storage import Entry, Outcome, Recording, Transcript, as_stored
from pipeline.storage.database import open_database, writing
from pipeline.storage.entries import put_entry
from tests.desk.calls import rules
from tests.talk import talk

TODAY = date.today()
LAST = TODAY - timedelta(days=1)
MATTERS = {
    "漫游": ("出国", "漫游", "开通", "日本", "流量"),
    "宽带": ("宽带", "断网", "师傅", "路由器", "检修"),
    "话费": ("话费", "账单", "多扣", "余额", "套餐"),
}
EACH = 60
RISING = "漫游"
DAYS = 35
UNKNOWN = "这个我不清楚"
"""What the agent of every sixth call about 宽带 says; it is a taboo of the small template too."""


def calls(seed: int = 1) -> Iterator[tuple[str, Call]]:
    """EACH of every matter; half of those about 漫游 in the last week, the others evenly. Every
    third customer of 话费 calls again three days later."""
    dice = Random(seed)
    for matter, words in MATTERS.items():
        for number in range(EACH):
            late = matter == RISING and number % 2
            day = dice.randrange(28, DAYS) if late else dice.randrange(DAYS)
            said = dice.sample(words, 3)
            customer = f"{matter}{number}"
            yield _call(matter, number, day, said, customer)
            if matter == "话费" and number % 3 == 0:
                yield _call(matter, number + 1000, min(day + 3, DAYS - 1), said, customer)


def _call(matter: str, number: int, day: int, said: list[str], customer: str) -> tuple[str, Call]:
    at = LAST - timedelta(days=DAYS - 1 - day)
    unknown = matter == "宽带" and number % 6 == 0
    rude = unknown or number % 5 == 0
    name = f"{matter}-{number}"
    lines = [
        f"坐席 1 {'喂' if rude else '您好'}",
        f"客户 4 我要说{said[0]}的事{said[1]}和{said[2]}",
        f"坐席 12 {UNKNOWN if unknown else '我马上帮您核对'}",
        "客户 18 那好吧",
        f"坐席 21 {'好' if rude else '感谢您的来电'}",
    ]
    about = CallRecord(
        id=name,
        agent="8001" if rude and number % 2 else f"80{2 + number % 6:02}",
        team="甲组" if number % 2 else "乙组",
        started=f"{at.isoformat()}T09:00:00",
        customer=sha256(customer.encode()).hexdigest()[:24],
    )
    return name, talk(*lines, duration=26, about=about)


def keep(home: Path, storage: Storage | None = None, seed: int = 1) -> None:
    """All of them, with a card each by the small template."""
    engine = open_database(home, storage or Storage())
    with writing(engine) as connection:  # one transaction: a disk is asked once
        for name, call in calls(seed):
            put_entry(connection, entry(name, call))
    engine.dispose()


def entry(name: str, call: Call) -> Entry:
    """One call under a name."""
    recording = Recording(
        content=sha256(name.encode()).hexdigest(),
        name=name,
        sources=(f"/calls/{name}.wav",),
        about=call.about,
    )
    transcript = Transcript(as_stored(replace(call, id=name)))
    view = transcript.call(recording, name)
    return Entry(
        recording=recording,
        fingerprint="f",
        transcript=transcript,
        newly_heard=True,
        outcome=Outcome.SPEECH,
        cards=((draft(view, rules(), Scoring()), rules()),),
    )


@cache
def names() -> tuple[str, ...]:
    """Of all of them."""
    return tuple(name for name, _ in calls())
