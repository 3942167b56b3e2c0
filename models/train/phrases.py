"""Sentences from patterns: the files in text/, and those of the sample calls.

A file holds rules. `:name` begins one, every following line is one way to say it. In a line
`[a|b]` is one of, `[a|]` is a or nothing, `{name}` is another rule or a number drawn by the
functions below. `=name` and `>name` begin a scene: its lines are spoken in their order, each by
who stands before it (客 customer, any other the agent). `#` begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

DIGITS = "零一二三四五六七八九"
SPEAKER = re.compile(r"^~?([一-龥]) ")
CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}]*)\}")
DEPTH = 12  # rules within rules; deeper is a circle


@dataclass(frozen=True)
class Grammar:
    """`rules`: name → ways to say it; `scenes`: lines as (by the customer?, pattern)."""

    rules: dict[str, list[str]] = field(default_factory=dict)
    scenes: list[list[tuple[bool, str]]] = field(default_factory=list)

    def read(self, files: Iterable[Path]) -> Grammar:
        """Add the rules and scenes of these files; the same grammar is returned."""
        for file in files:
            rule: list[str] | None = None
            scene: list[tuple[bool, str]] | None = None
            for line in file.read_text(encoding="utf-8").splitlines():
                line = line.strip()
                if not line or line[0] in "#@%":
                    continue
                if line[0] == ":":
                    rule, scene = self.rules.setdefault(line[1:].rstrip("*"), []), None
                elif line[0] in "=>":
                    rule, scene = None, []
                    self.scenes.append(scene)
                elif rule is not None:
                    rule.append(line)
                elif scene is not None and (speaker := SPEAKER.match(line)):
                    scene.append((speaker[1] == "客", line[speaker.end() :]))
        return self

    def lines(self) -> list[str]:
        """Every pattern once, those of the scenes too."""
        said = [line for ways in self.rules.values() for line in ways]
        return said + [line for scene in self.scenes for _, line in scene]

    def expand(self, pattern: str, random: Random, depth: int = 0) -> str:
        """One sentence of a pattern. Raises KeyError for a rule that nobody wrote."""
        if depth > DEPTH:
            raise KeyError(f"rules in a circle at {pattern!r}")
        while choice := CHOICE.search(pattern):
            chosen = random.choice(choice[1].split("|"))
            pattern = pattern[: choice.start()] + chosen + pattern[choice.end() :]

        def fill(slot: re.Match[str]) -> str:
            name = slot[1]
            if name in self.rules:
                return self.expand(random.choice(self.rules[name]), random, depth + 1)
            if name in NUMBERS:
                return NUMBERS[name](random)
            if name == "name":
                return self.expand("{surname}{given}", random, depth + 1)
            raise KeyError(name)

        return re.sub(r"[<>]", "", SLOT.sub(fill, pattern))


def number(n: int) -> str:
    """0–99,999,999 as it is said: 一百零五, 一万两千."""
    if n >= 10_000:
        rest = n % 10_000
        link = "零" if 0 < rest < 1000 else ""
        return number(n // 10_000) + "万" + link + (number(rest) if rest else "")
    if n < 10:
        return DIGITS[n]
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            said += "零" if gap and said else ""
            said += DIGITS[digit] + name
        gap = said != "" and digit == 0
    return said.removeprefix("一") if 10 <= n < 20 else said


def spoken(n: int) -> str:
    """Like `number`, with 两 where people say it: 两千, 两万, 两."""
    return re.sub(r"^二$|二(?=[千万])", "两", number(n))


def digits(random: Random, count: int, telephone: bool = True) -> str:
    """A row of digits, one by one; on the telephone 1 is 幺."""
    row = ""
    for _ in range(count):  # the same digit twice is what gets lost: more of it than chance has
        row += row[-1] if row and random.random() < 0.15 else random.choice(DIGITS)
    return row.replace("一", "幺") if telephone and random.random() < 0.8 else row


def phone(random: Random) -> str:
    start = random.choice(["幺三", "幺三", "幺五", "幺七", "幺八", "幺九", "幺三八", "幺三九"])
    row = start + digits(random, 11 - len(start))
    return row if random.random() < 0.7 else f"{row[:3]},{row[3:7]},{row[7:]}"


def identity(random: Random) -> str:
    tail = digits(random, 4)
    return digits(random, 6) + "," + random.choice(["幺九", "二零"]) + digits(random, 6) + tail


def amount(random: Random) -> str:
    size = random.choice([10, 100, 100, 1000, 1000, 10_000, 100_000])
    n = random.randint(1, size)
    n = n if random.random() < 0.4 else max(1, n // 10) * 10
    unit = random.choice(["元", "元", "块", "块钱"])
    small = random.choice("一二三四五六七八九")
    cents = random.random() < 0.1 and n < 1000
    return spoken(n) + ("块" + small if cents else unit)


def year(random: Random) -> str:
    return "".join(DIGITS[int(d)] for d in str(random.randint(1960, 2030)))


def date(random: Random) -> str:
    day = f"{number(random.randint(1, 12))}月{number(random.randint(1, 31))}"
    day += random.choice("日号号")
    return f"{year(random)}年{day}" if random.random() < 0.15 else day


def mixed(random: Random) -> str:
    """A number as it comes in speech: counted, or digit by digit."""
    if random.random() < 0.5:
        return spoken(random.randint(0, random.choice([10, 100, 1000, 10_000, 1_000_000])))
    return digits(random, random.randint(2, 9))


NUMBERS: dict[str, Callable[[Random], str]] = {
    "agentno": lambda r: digits(r, r.choice([3, 4, 4, 4, 5, 6])),
    "age": lambda r: number(r.randint(1, 90)),
    "amount": amount,
    "amount0": amount,
    "money": amount,
    "rate": lambda r: f"百分之{number(r.randint(1, 9))}点{DIGITS[r.randint(1, 9)]}",
    "years0": lambda r: spoken(r.randint(1, 5)),
    "price": lambda r: f"{number(r.randint(0, 9))}点{DIGITS[r.randint(1, 9)]}元",
    "date": date,
    "year": year,
    "digit": lambda r: digits(r, 1),
    "digits3": lambda r: digits(r, 3),
    "digits4": lambda r: digits(r, 4),
    "digits6": lambda r: digits(r, 6),
    "order": lambda r: digits(r, r.randint(6, 14)),
    "phone": phone,
    "identity": identity,
    "hour": lambda r: spoken(r.randint(1, 12)),
    "hour2": lambda r: spoken(r.randint(1, 12)),
    "minutes": lambda r: spoken(r.randint(1, 59)),
    "months": lambda r: spoken(r.randint(1, 36)),
    "years": lambda r: spoken(r.randint(1, 30)),
    "number": lambda r: spoken(r.randint(1, r.choice([10, 100, 1000]))),
    "number0": lambda r: spoken(r.randint(1, 60)),
    "percent": lambda r: "百分之" + number(r.randint(1, 100)),
    "mixed": mixed,
}
