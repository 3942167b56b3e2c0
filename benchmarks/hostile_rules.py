"""What lexicons and templates withstand, and what they still find: the table L1 to L5.

    python -m benchmarks.hostile_rules        # a minute on two cores

L1 wrong files are refused with their place. L2 regular expressions on 10,000 characters with runs
of 对, CPU milliseconds for a rule on a call, the worst of four rounds. L3 and L4: hostile YAML and
workbooks, each in a process of its own: CPU seconds of reading, and the most memory that the whole
process ever had. L5: every phrase of the bundled lexicons at a random place among polite clauses,
as other hands and ears write it: how many are found, and of those with exact offsets. Exit code 1
when a figure misses its target.
"""

import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks import hostile_files as hostile
from benchmarks.disguises import POLITE, by_sound, disguises, misheard, said, with_filler
from pipeline.adopting.phrase_list import Told, read_phrases
from pipeline.call import Call, Speaker, Turn, Word
from pipeline.configuration.resources import folder
from pipeline.detectors import detector
from pipeline.refusal import Refusal
from pipeline.scoring.loading import problems
from pipeline.text.lexicon import Lexicon, load_lexicon, load_lexicons, read_lexicon
from pipeline.text.match import find_all
from pipeline.text.pattern import Pattern

MILLISECONDS, SECONDS, MEGABYTES = 50.0, 1.0, 200.0
ROUNDS = 3
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    test: str
    what: str
    figure: str
    good: bool = True


def main() -> int:
    """Prints the table as Markdown."""
    print("| | what | figure |\n|---|---|---|")
    good = True
    for part in (wrong_files, patterns, hostile_yaml, hostile_workbooks, still_found):
        for row in part():
            good &= row.good
            print(f"| {row.test} | {row.what} | {row.figure}{'' if row.good else ' **MISSED**'} |")
            sys.stdout.flush()
    return 0 if good else 1


def refused(wrong: hostile.Wrong, path: Path) -> list[tuple[str, tuple[int, int]]]:
    """What a file is refused for, and where."""
    path.write_bytes(wrong.data)
    found = read_lexicon(path)[1] if wrong.folder == "lexicons" else problems(path, {})
    return [(one.reason.key, (one.line or 0, one.column or 0)) for one in found]


def wrong_files() -> Iterator[Row]:
    """L1."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "trial.yaml"
        right = sum((one.key, one.place) in refused(one, path) for one in hostile.BAD)
    count = len(hostile.BAD)
    columns = sum(one.place[1] > 0 for one in hostile.BAD)
    said_so = f"{right} of {count}; {columns} with line and column, the others with the line"
    yield Row(
        "L1", "wrong lexicons and templates refused where they are wrong", said_so, right == count
    )


def patterns() -> Iterator[Row]:
    """L2, as a rule of a template and as a phrase of a lexicon, in one turn and in fifty."""
    text = hostile.transcript()
    calls = (call_of([text]), call_of([text[at : at + 200] for at in range(0, len(text), 200)]))
    worst = {pattern: max(cost(pattern, call) for call in calls) for pattern in hostile.PATTERNS}
    slowest = max(worst, key=lambda pattern: worst[pattern])
    figure = f"at most {worst[slowest]:.1f} ms (`{slowest}`)".replace("|", "\\|")
    what = f"{len(worst)} patterns on a call of {len(text):,} characters, ≤ {MILLISECONDS:.0f} ms"
    yield Row("L2", what, figure, worst[slowest] <= MILLISECONDS)


def cost(pattern: str, call: Call) -> float:
    """CPU milliseconds of a rule on a call, the worst of some rounds after a first one."""
    rule = detector("regex").find
    phrase = detector("phrase").find
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "trial.yaml"
        path.write_text(f"title: 试\nmatch: regex\nphrases: ['{pattern}']\n", "utf-8")
        words = load_lexicon(path)
    ways: tuple[Callable[[], object], ...] = (
        lambda: rule(call, pattern=Pattern(pattern)),
        lambda: phrase(call, lexicon=words),
    )
    return max(_milliseconds(way) for way in ways for _ in range(ROUNDS + 1))


def _milliseconds(way: Callable[[], object]) -> float:
    began = time.process_time()
    way()
    return (time.process_time() - began) * 1000


def call_of(texts: list[str]) -> Call:
    """A call of the agent alone, a turn a second."""
    turns = tuple(
        Turn(speaker=Speaker.AGENT, start=float(at), end=at + 0.9, words=(Word(text),))
        for at, text in enumerate(texts)
    )
    return Call(id="hostile", duration=float(len(texts)), turns=turns)


def hostile_yaml() -> Iterator[Row]:
    """L3."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "trial.yaml"
        for one in hostile.HOSTILE:
            path.write_bytes(one.data)
            found, seconds, megabytes = alone(read_yaml, path)
            good = found == one.key and seconds <= SECONDS and megabytes <= MEGABYTES
            yield Row("L3", one.name, f"`{found}` in {seconds:.2f} s, {megabytes:.0f} MB", good)
        for name, data in hostile.HARMLESS.items():
            path.write_bytes(data)
            found, seconds, megabytes = alone(read_yaml, path)
            yield Row("L3", name, "loads" if not found else f"`{found}`", not found)


def hostile_workbooks() -> Iterator[Row]:
    """L4. Formulas, merged cells and GBK are held to by tests/adopting."""
    with tempfile.TemporaryDirectory() as place:
        for name, (path, key) in hostile.workbooks(Path(place)).items():
            found, seconds, megabytes = alone(read_table, path)
            said_so = f"`{found}` in {seconds:.2f} s, {megabytes:.0f} MB"
            yield Row("L4", name, said_so, found == key and megabytes <= MEGABYTES)


def read_yaml(path: Path) -> str:
    """What a lexicon is refused for; nothing if it loads."""
    wrong = read_lexicon(path)[1]
    return wrong[0].reason.key if wrong else ""


def read_table(path: Path) -> str:
    """What a workbook is refused for; nothing if it is read."""
    try:
        read_phrases(path, "trial", Told())
    except Refusal as refusal:
        return refusal.reason.key
    return ""


def alone(read: Callable[[Path], str], path: Path) -> tuple[str, float, float]:
    """What a process of its own says of a file, its CPU seconds, and its peak in megabytes."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_tell, args=(theirs, read, path))
    child.start()
    theirs.close()
    answer: tuple[str, float, float] = mine.recv()
    child.join()
    return answer


def _tell(pipe: Connection, read: Callable[[Path], str], path: Path) -> None:
    began = time.process_time()
    found = read(path)
    seconds = time.process_time() - began
    status = Path("/proc/self/status").read_text("ascii")  # getrusage tells the parent's peak too
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    pipe.send((found, seconds, peak))


Case = tuple[Lexicon, str, str]
"""A lexicon, its phrase, and how that is written."""


def still_found() -> Iterator[Row]:
    """L5."""
    dice = random.Random(SEED)
    for manner, cases in disguised(dice).items():
        found, exact = recall(cases, dice)
        shares = (100 * found / len(cases), len(cases), 100 * exact / max(1, found))
        figure = "{:.1f} % of {:,} found, {:.1f} % of those with exact offsets".format(*shares)
        wanted = manner in disguises("甲")
        yield Row("L5", manner, figure, not wanted or found == exact == len(cases))


def disguised(dice: random.Random) -> dict[str, list[Case]]:
    """Every phrase of the bundled lexicons in every manner."""
    lexicons = load_lexicons(folder("lexicons")).values()
    phrases = [(words, one) for words in lexicons for one in words.phrases if one.parts]
    pool = by_sound([said(phrase) for _, phrase in phrases] + list(POLITE))
    asked: dict[str, list[Case]] = {}
    for words, phrase in phrases:
        manners = disguises(said(phrase))
        if len(said(phrase)) > 1:
            manners["a filler inside (嗯, 啊, 那个)"] = with_filler(said(phrase), dice)
        for count in (1, 2) if phrase.sound else ():
            manners[f"homophones: {count}"] = misheard(said(phrase), count, pool, dice)
        for manner, text in manners.items():
            if text:
                asked.setdefault(manner, []).append((words, phrase.text, text))
    return asked


def recall(cases: list[Case], dice: random.Random) -> tuple[int, int]:
    """How many are found among polite clauses, and how many of them with exact offsets."""
    found = exact = 0
    for words, phrase, text in cases:
        before = "，".join(dice.sample(POLITE, dice.randrange(3)))
        before += "，" if before else ""
        whole = f"{before}{text}，{dice.choice(POLITE)}"
        span = (len(before), len(before) + len(text))
        spans = [(m.start, m.end) for m in find_all(words, whole) if m.phrase == phrase]
        found += any(start < span[1] and span[0] < end for start, end in spans)
        exact += span in spans
    return found, exact


if __name__ == "__main__":
    sys.exit(main())
