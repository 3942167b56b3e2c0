"""Writes calls: who says what, with pauses, courtesy and failings. Text only, and fast.

    from sample_audio.dialogues import dialogue, sentences

    dialogue(7)                                # a call; half of the seeds are good ones
    dialogue(7, failing={"forbidden"})         # a call with exactly this failing
    for text in sentences(seed=1, count=1000): ...

The same arguments give the same call, always.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from random import Random

from sample_audio import episodes
from sample_audio.cast import voices
from sample_audio.failures import INBOUND_ONLY, NEEDS, SPOKEN, STAGED, settle
from sample_audio.grammar import BUSINESSES, Sentence, Story, load
from sample_audio.script import AGENT, CUSTOMER, Script
from sample_audio.telling import Telling

SHORTEST, LONGEST = 24.0, 118.0  # seconds, estimated
ATTEMPTS = 1_000  # to write a call of the wanted length


def dialogue(
    seed: int,
    *,
    failing: Collection[str] | None = None,
    business: str | None = None,
    direction: str | None = None,
    strangers: bool = False,
    longest: float = LONGEST,
) -> Script:
    """One call.

    failing: names of items (None: chance decides); strangers: voices kept from training;
    longest: seconds, roughly, unless the failings need more.
    """
    calls: list[Telling] = []
    for attempt in range(ATTEMPTS):
        random = Random(f"{seed}/{attempt}")
        wanted = settle(_chance(random) if failing is None else set(failing))
        way = direction or ("in" if random.random() < 0.8 or wanted & INBOUND_ONLY else "out")
        trade = business or random.choice(BUSINESSES)
        call = Telling(trade, way, frozenset(wanted), random)
        call.voices = voices(random, "speech-rate" in wanted, strangers, call.honour)
        _tell(call, _stories(trade, way, wanted, random))
        if call.seconds > SHORTEST:
            calls.append(call)
            if call.seconds < longest:
                break
    return min(calls, key=lambda call: call.seconds).script(seed)


def sentences(seed: int, count: int) -> Iterator[str]:
    """Lines of calls in their order, call after call; seeds that are far apart share nothing."""
    given = 0
    number = seed * 1_000_000
    while given < count:
        for line in dialogue(number).lines:
            if given < count:
                yield line.text
                given += 1
        number += 1


def _chance(random: Random) -> set[str]:
    if random.random() < 0.5:
        return set()
    return set(random.sample(SPOKEN + STAGED, random.choice((1, 1, 2, 2, 3))))


def _stories(trade: str, way: str, wanted: set[str], random: Random) -> list[Story]:
    """One or two stories, so that every wanted failing finds its place."""
    stories = [story for story in load(trade).stories if story.direction == way]
    told: list[Story] = []
    for mark in sorted({NEEDS[name] for name in wanted if name in NEEDS}):
        fitting = [s for s in stories if any(m == mark for m, _ in s.lines)]
        if fitting and not any(m == mark for s in told for m, _ in s.lines):
            told.append(random.choice(fitting))
    rest = [story for story in stories if story not in told]
    random.shuffle(rest)
    count = max(1, len(told)) if way == "out" else random.choice((1, 1, 1, 2, 2, 3))
    return told + rest[: max(0, count - len(told))]


def _tell(call: Telling, stories: list[Story]) -> None:
    """The whole call, from the first word to the last."""
    if call.direction == "in":
        episodes.open_inbound(call)
    else:
        episodes.open_outbound(call)
    waiting = _incidents(call, sum(len(story.lines) for story in stories))
    at, names = 0, call.direction == "in" and ("name-used" in call.failing or call.chance(0.4))
    for i, story in enumerate(stories):
        skip = False
        for j, (mark, sentence) in enumerate(story.lines):
            skip = mark[0] == "~" and ((skip and j > 0) or call.chance(0.4))
            if skip:
                continue
            _line(call, mark.lstrip("~"), sentence)
            at += 1
            if names and call.last == CUSTOMER:
                episodes.ask_name(call)
                names = False
            while waiting and waiting[0][0] <= at and call.last == AGENT:
                episodes.happen(call, waiting.pop(0)[1])
        if i + 1 < len(stories):
            episodes.another(call)
    for _, name in waiting:
        episodes.happen(call, name)
    episodes.close(call)


def _line(call: Telling, mark: str, sentence: Sentence) -> None:
    """One line of a story: see telecom.txt for the marks."""
    episodes.use_name(call, 0.08)
    if mark == "客":
        call.customer(sentence)
    elif mark == "坐":
        call.agent(sentence)
    elif mark == "核":
        episodes.check(call)
    elif mark == "等":
        episodes.hold(call, sentence)
    elif mark == "拒":
        episodes.refuse(call, sentence)
    else:
        raise ValueError(f"no such mark in a story: {mark}")


def _incidents(call: Telling, count: int) -> list[tuple[int, str]]:
    """What comes between the lines, each with the line after which it may happen."""
    chances = {"look-alike": 0.5, "small-talk": 0.25, "interruption": 0.12, "search": 0.15}
    chances["murmur"] = 0.15
    found = [name for name in episodes.INSIDE if name in call.failing]
    found += [name for name, probability in chances.items() if call.chance(probability)]
    return sorted((call.random.randint(2, max(2, count)), name) for name in found)
