"""How much of a number can still be heard beside its beep, and how much else is beeped.

    python -m benchmarks.beeps             # six sample calls, the bundled recogniser: a minute
    python -m benchmarks.beeps --calls 99  # all of them

Every eleven characters that were recognised rightly stand for a number: they are masked, and what
is beeped is compared with when they were really said (truth/). Seconds.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy import truth_of
from pipeline.call import Call, Interval, Turn
from pipeline.configuration.resources import folder
from pipeline.settings import Settings, Speech
from pipeline.speech.listen import hear
from pipeline.speech.recognizer import open_recognizer
from pipeline.speech.sources import sources
from pipeline.text.hushing import hushed
from pipeline.text.private import MASK

LENGTH = 11
"""Of a mobile number."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one number: seconds of it before its beep, behind it, and beeped beside it."""

    before: float
    behind: float
    more: float


def measured(place: Path, count: int, threads: int) -> list[Beside]:
    """Every stretch of characters that was recognised rightly, as if it were a number."""
    settings = Settings(speech=Speech(threads=threads))
    found = [s for s in sources([place], settings.audio) if truth_of(place, s).is_file()][:count]
    recognizer = open_recognizer(settings.speech)
    return [
        beside
        for one in hear(found, recognizer, settings)
        if one.call is not None
        for beside in of_call(one.call, json.loads(truth_of(place, one.source).read_text("utf-8")))
    ]


def of_call(call: Call, truth: dict[str, Any]) -> Iterator[Beside]:
    """Each turn as it was recognised beside what its side really said at about that time."""
    for number, turn in enumerate(call.turns):
        said = [t for t in truth["turns"] if t["channel"] == turn.channel]
        letters = [
            (letter, start, end)
            for one in said
            for letter, start, end in zip(
                filter(str.isalnum, one["text"]), one["starts"], one["ends"], strict=True
            )
            if turn.start - 2 <= start <= turn.end + 2
        ]
        heard = [at for at, word in enumerate(turn.words) if word.text.isalnum()]
        match = SequenceMatcher(
            None, [x[0] for x in letters], [turn.words[at].text for at in heard], autojunk=False
        )
        for a, b, size in match.get_matching_blocks():
            for at in range(0, size - LENGTH + 1, LENGTH):
                first, last = heard[b + at], heard[b + at + LENGTH - 1]
                spoken = Interval(letters[a + at][1], letters[a + at + LENGTH - 1][2])
                yield from _beside(hidden(call, number, first, last), spoken)


def hidden(call: Call, number: int, first: int, last: int) -> Call:
    """The call with these words of a turn masked."""
    turn: Turn = call.turns[number]
    words = tuple(
        replace(word, text=MASK) if first <= at <= last else word
        for at, word in enumerate(turn.words)
    )
    return replace(call, turns=(replace(turn, words=words),))


def _beside(call: Call, spoken: Interval) -> Iterator[Beside]:
    for beep in hushed(call)[:1]:
        yield Beside(
            before=max(0.0, beep.start - spoken.start),
            behind=max(0.0, spoken.end - beep.end),
            more=max(0.0, spoken.start - beep.start) + max(0.0, beep.end - spoken.end),
        )


def main() -> None:
    """The command: prints what is left and what is beeped too much."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=6, help="so many sample calls")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    found = measured(folder("sample_audio") / "calls", asked.calls, asked.threads)
    left = np.array([one.before + one.behind for one in found])
    more = np.array([one.more for one in found])
    told = {
        "numbers": len(found),
        "left at all": int((left > 0.001).sum()),
        "left > 0.1 s": int((left > 0.1).sum()),
        "longest left": round(float(left.max(initial=0)), 3),
        "beeped beside, median": round(float(np.median(more)), 3) if len(more) else None,
        "beeped beside, 95 %": round(float(np.percentile(more, 95)), 3) if len(more) else None,
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
