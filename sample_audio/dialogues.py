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

from sample_audio import closing, episodes
from sample_audio.cast import voices
from sample_audio.failures import INBOUND_ONLY, NEEDS, SPOKEN, STAGED, settle
from sample_audio.grammar import BUSINESSES, Sentence, Story, load, parse
from sample_audio.script import AGENT, CUSTOMER, Script, Wish
from sample_audio.telling import Telling

SHORTEST = 24.0  # seconds, estimated
ATTEMPTS = 1_000  # to write a call of the wanted length
INCIDENTS = {
    "look-alike": 0.5,
    "small-talk": 0.25,
    "interruption": 0.12,
    "search": 0.15,
    "murmur": 0.15,
}
"""How often they happen."""
ANYTHING = Wish()


def dialogue(seed: int, *, failing: Collection[str] | None = None, wish: Wish = ANYTHING) -> Script:
    """One call. failing: names of items, exactly these; None leaves them to chance."""
    calls: list[Telling] = []
    for attempt in range(ATTEMPTS):
        random = Random(f"{seed}/{attempt}")
        wanted = settle(_chance(random) if failing is None else set(failing))
        inbound = random.random() < 0.8 or wanted & INBOUND_ONLY
        way = wish.direction or ("in" if inbound else "out")
        call = Telling(wish.business or random.choice(BUSINESSES), way, frozenset(wanted), random)
        call.voices = voices(random, "speech-rate" in wanted, wish, call.honour)
        _tell(call, _stories(call, wish.stories), wish)
        if call.seconds > SHORTEST:
            calls.append(call)
            if call.seconds < wish.longest:
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


def _stories(call: Telling, names: tuple[str, ...]) -> list[Story]:
    """One to three stories, so that every wanted failing finds its place."""
    stories = [s for s in load(call.business).stories if s.direction == call.direction]
    if names:
        return [story for name in names for story in stories if story.name == name]
    told: list[Story] = []
    for mark in sorted({NEEDS[name] for name in call.failing if name in NEEDS}):
        fitting = [s for s in stories if any(m == mark for m, _ in s.lines)]
        if fitting and not any(m == mark for s in told for m, _ in s.lines):
            told.append(call.random.choice(fitting))
    rest = [story for story in stories if story not in told]
    call.random.shuffle(rest)
    way_out = call.direction == "out"
    count = max(1, len(told)) if way_out else call.random.choice((1, 1, 1, 2, 2, 3))
    return told + rest[: max(0, count - len(told))]


def _tell(call: Telling, stories: list[Story], wish: Wish) -> None:
    """The whole call, from the first word to the last."""
    if call.direction == "in":
        episodes.open_inbound(call)
    else:
        episodes.open_outbound(call)
    waiting = _incidents(call, sum(len(story.lines) for story in stories), wish.incidents)
    at, names = 0, call.direction == "in" and ("name-used" in call.failing or call.chance(0.4))
    for i, story in enumerate(stories):
        before, skip = "", False
        for mark, sentence in story.lines:
            if mark[0] == "~" and before[:1] != "~":
                skip = call.chance(0.4)  # a block is said or left out as a whole
            before = mark
            if mark[0] == "~" and skip:
                continue
            _line(call, mark.lstrip("~"), sentence)
            at += 1
            if names and call.last == CUSTOMER:
                episodes.ask_name(call)
                names = False
            while waiting and waiting[0][0] <= at and call.last == AGENT:
                episodes.happen(call, waiting.pop(0)[1])
        if i + 1 < len(stories):
            closing.another(call)
    for _, name in waiting:
        episodes.happen(call, name)
    closing.close(call)


def _line(call: Telling, mark: str, sentence: Sentence) -> None:
    """One line of a story: see telecom.txt for the marks."""
    episodes.use_name(call, 0.08)
    if mark == "客":
        call.customer(sentence)
    elif mark == "坐":
        call.agent(sentence)
    elif mark == "对":
        asked, answered = call.speech.expand(sentence).split("=>")
        call.customer(parse(asked))
        call.agent(parse(answered))
    elif mark == "核":
        episodes.check(call)
    elif mark == "等":
        episodes.hold(call, sentence)
    elif mark == "拒":
        episodes.refuse(call, sentence)
    else:
        raise ValueError(f"no such mark in a story: {mark}")


def _incidents(call: Telling, count: int, wished: tuple[str, ...]) -> list[tuple[int, str]]:
    """What comes between the lines, each with the line after which it may happen."""
    found = [name for name in episodes.INSIDE if name in call.failing]
    found += wished
    found += [n for n, probability in INCIDENTS.items() if not wished and call.chance(probability)]
    return sorted((call.random.randint(2, max(2, count)), name) for name in found)
