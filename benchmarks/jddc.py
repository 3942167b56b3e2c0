"""Real agents' replies in chats: what the wording items charge, what they ask, what they miss.

    python -m benchmarks.jddc [--planted 1000] [--show]

Others' texts in ZHIYIN_REAL_INPUTS, else ../shared/real_inputs: text/jddc_test.dec.txt (agents'
replies in JD's chats, the JDDC corpus), each line read as one chat with one turn; the same lines
with a phrase planted at a word boundary, of forbidden_phrases_zh.tsv and of our own lexicons; and
jddc_test.enc.txt (what came before, both sides mixed) by an unknown speaker. Phrases that ask a
person, or are left out with a reason, are not planted. Replies are also read with their messages
parted, which stand between commas there. Writes its section of docs/evidence.md.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from benchmarks.evidence_figures import put_section, share
from pipeline.call import Call, Medium
from pipeline.configuration.resources import folder
from pipeline.hit import Verdict
from pipeline.scoring.dialogue import call, turn
from pipeline.scoring.ruleset import Ruleset, load_ruleset, ruleset
from pipeline.scoring.scorecard import ItemResult, draft
from pipeline.settings import Scoring
from pipeline.text.lexicon import Lexicon, load_lexicons
from pipeline.text.match import find_all
from pipeline.text.normal import normal
from pipeline.text.words import boundaries
from tests.real import real_inputs

TITLE = "Real replies in chats"
TEMPLATES = ("telecom-inbound", "online-chat")
CHARGED = (
    *("forbidden", "insults", "restricting", "rhetorical", "jargon", "promises"),
    *("shirking", "refusing-complaints", "pushing-to-end"),
)
ASKING = ("in-context", "vague-promises")
WORDING = (
    *("forbidden", "restricting", "rhetorical", "jargon", "promises", "shirking"),
    *("pushing-to-end", "closed-early", "polite-words", "positive-wording", "in-context"),
)
"""The items that judge wordings; those without a rule are always a person's."""
JUDGED = frozenset({Verdict.FAIL, Verdict.CRASHED})


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines, and how many of them (numbers from 1) came to what."""

    lines: int
    failed: tuple[int, ...]
    asked: tuple[int, ...]


@cache
def lexicons() -> dict[str, Lexicon]:
    """Those that come with the product."""
    return load_lexicons(folder("lexicons"))


@cache
def rules(template: str) -> Ruleset:
    """A template that comes with the product."""
    return load_ruleset(template, folder("scorecards"), folder("lexicons"))


def chat(*messages: str, who: str = "坐席") -> Call:
    """Messages of one side, 20 seconds apart."""
    said = (turn(f"{who} {20 * number} {text}") for number, text in enumerate(messages))
    return call([one for one in said if one is not None], medium=Medium.CHAT)


@cache
def wording_rules(template: str) -> Ruleset:
    """The same without the items that judge anything else, which take most of the time."""
    whole = rules(template).template
    items = tuple(item for item in whole.items if item.id in WORDING)
    return ruleset(replace(whole, items=items))


def wording(made: Call, template: str) -> tuple[ItemResult, ...]:
    """What the wording items say."""
    return draft(made, wording_rules(template), Scoring()).items


def judged(calls: Iterable[Call], template: str) -> Figures:
    """Which chats fail a wording item, and which ask a person of one."""
    failed, asked, number = [], [], 0
    for number, made in enumerate(calls, 1):
        verdicts = {item.verdict for item in wording(made, template)}
        failed += [number] * bool(verdicts & JUDGED)
        asked += [number] * (Verdict.UNSURE in verdicts)
    return Figures(number, tuple(failed), tuple(asked))


def unknown(lines: Iterable[str], template: str) -> Figures:
    """Both sides mixed, by a speaker whom nobody could place: every item."""
    failed, number = [], 0
    for number, line in enumerate(lines, 1):
        items = draft(chat(line, who="不明"), rules(template), Scoring()).items
        failed += [number] * any(item.verdict in JUDGED for item in items)
    return Figures(number, tuple(failed), ())


def planted(lines: list[str], phrases: list[str], seed: int, count: int) -> Iterator[str]:
    """Lines with a phrase at a word boundary, each line and phrase by chance."""
    dice = Random(seed)
    for line in dice.sample(lines, count):
        inner = boundaries(line)
        at = dice.choice(sorted({0, len(line), *inner}))
        yield f"{line[:at]}{dice.choice(phrases)}{line[at:]}"


def own_phrases() -> list[str]:
    """Every spelled-out phrase of the charged lexicons, with nothing in its gaps."""
    every = (phrase for name in CHARGED for phrase in lexicons()[name].phrases)
    return ["".join(part.text for part in phrase.parts) for phrase in every if phrase.parts]


def listed_phrases() -> list[str]:
    """What others forbid, but for what asks a person and what is left out."""
    path = real_inputs() / "text" / "forbidden_phrases_zh.tsv"
    rows = [line.split("\t")[0] for line in path.read_text("utf-8").splitlines()[1:]]
    with (folder("lexicons") / "left-out.tsv").open(encoding="utf-8", newline="") as file:
        omitted = {normal(row["短语"]).text for row in csv.DictReader(file, delimiter="\t")}
    every = {normal(one).text: one for row in rows for one in row.rstrip("！!").split("/")}
    return [one for form, one in every.items() if form not in omitted and not asks(one)]


def asks(phrase: str) -> bool:
    """Whether a lexicon whose wordings ask a person finds all of it, but for a particle."""
    length = len(normal(phrase).text)
    found = (match for name in ASKING for match in find_all(lexicons()[name], phrase))
    return any(len(normal(phrase[m.start : m.end]).text) >= length - 1 for m in found)


def read(name: str) -> list[str]:
    """The lines of one of the texts."""
    return (real_inputs() / "text" / name).read_text("utf-8").splitlines()


def section(seed: int, count: int, show: bool) -> str:
    """The figures as a table."""
    answers, before = read("jddc_test.dec.txt"), read("jddc_test.enc.txt")
    rows = [f"| | {' | '.join(TEMPLATES)} | target |", "|---|" + "---|" * (len(TEMPLATES) + 1)]
    rows += [_row("replies", [str(len(answers))] * len(TEMPLATES), "")]
    parted = [[one for one in line.split(",") if one.strip()] for line in answers]
    for what, chats in (
        ("", [chat(line) for line in answers]),
        (", messages parted", [chat(*messages) for messages in parted]),
    ):
        plain = [judged(chats, template) for template in TEMPLATES]
        figures = [str(len(one.failed)) for one in plain]
        rows += [_row(f"replies that FAIL{what}", figures, "≤ 5")]
        figures = [str(len(one.asked)) for one in plain]
        rows += [_row(f"replies that ask a person{what}", figures, "≤ 25")]
        if show:
            print("failed:", plain[0].failed, "asked:", plain[0].asked)
    for what, phrases in (("listed by others", listed_phrases()), ("of ours", own_phrases())):
        lines = list(planted(answers, phrases, seed, count))
        found = [judged((chat(line) for line in lines), template) for template in TEMPLATES]
        figures = [share(len(one.failed), one.lines) for one in found]
        rows += [_row(f"a phrase {what} ({len(phrases)}) planted: FAIL", figures, "≥ 98 %")]
        if show:
            missed = set(range(1, count + 1)) - set(found[0].failed)
            print("\n".join(f"missed: {lines[number - 1]}" for number in sorted(missed)))
    mixed = [unknown(before, template) for template in TEMPLATES]
    figures = [f"{len(one.failed)} of {one.lines}" for one in mixed]
    rows += [_row("both sides by an unknown speaker: FAIL", figures, "0")]
    head = f"Made by `benchmarks/jddc.py`, seed {seed}. A line of agents' replies is a chat."
    return "\n".join([f"## {TITLE}", "", head, "", *rows]) + "\n"


def _row(what: str, figures: list[str], target: str) -> str:
    return f"| {what} | {' | '.join(figures)} | {target} |"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--planted", type=int, default=1000)
    parser.add_argument("--show", action="store_true", help="print what was missed or charged")
    chosen = parser.parse_args()
    made = section(chosen.seed, chosen.planted, chosen.show)
    print(made)
    put_section(TITLE, made)


if __name__ == "__main__":
    main()
