"""A call while it is being written: who spoke last, what is known, how long it will take."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from sample_audio.grammar import Sentence, Speech
from sample_audio.numerals import SPOKEN, digits
from sample_audio.script import AGENT, CUSTOMER, Line, Script, Voice

SECONDS_PER_CHARACTER = 0.2  # only to guess how long a call will be
SHORT = 6  # characters: a shorter clause may well be said twice in a call
MARK = re.compile(r"[，。？！、]")
QUOTE = re.compile(r"<(.*?)>")
UNSAID = {
    "apology": re.compile("抱歉|对不起|不好意思|谅解"),
    "farewell": re.compile("感谢您的|谢谢您的|祝您"),
}
"""Words that an agent who fails so keeps back throughout, where there is a choice."""


class Telling:
    """Lines so far, and the sentences of one business to go on with."""

    def __init__(
        self, business: str, direction: str, failing: frozenset[str], random: Random
    ) -> None:
        self.business, self.direction = business, direction
        self.failing, self.random = set(failing), random
        self.speech = Speech(business, random)
        # “零号” at the end would sound like 您好
        self.agent_number = digits(random, random.choice((2, 3, 3, 4))) + random.choice(SPOKEN[1:])
        self.speech.kept["agentno"] = self.agent_number
        self.honour = self.speech.say("honour")
        self.customer_number = self.speech.kept["phone"] = self.speech.say("phone")
        self.voices: dict[str, Voice] = {}
        self.hung_up_by: str | None = None
        self.lines: list[Line] = []
        self.open: set[str] = set()
        self.checked = False  # the agent knows who is calling
        self.named = False  # the customer gave a name
        self.by_name = False  # the agent's next words begin with the customer's name
        self._clauses: set[str] = set()

    @property
    def last(self) -> str:
        """Who stopped speaking last; "" at the beginning. Who murmurs meanwhile does not count."""
        for line in reversed(self.lines):
            if len(line.text) * SECONDS_PER_CHARACTER + line.gap > 0:
                return line.speaker
        return ""

    @property
    def seconds(self) -> float:
        """How long the call will be, roughly."""
        pace = 220 / self.voices[AGENT].rate if self.voices else 1.0
        return sum(line.gap + len(line.text) * SECONDS_PER_CHARACTER * pace for line in self.lines)

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.random.random() < probability

    def agent(
        self,
        *rules: str | Sentence,
        gap: float | None = None,
        failing: tuple[str, ...] = (),
    ) -> None:
        """The agent says rules one after the other, never the same sentence twice in a call."""
        if gap is None:
            gap = self._pause(AGENT, 1.5)
        name, self.by_name = self.by_name, False
        text = self._fresh(lambda: self._join(rules))
        if name and self.speech.say("surname") + self.honour not in text:
            text = self.speech.say("call.name") + text
        self._clauses |= _clauses(text)
        quotes = QUOTE.findall(text)
        marks = tuple((item, quotes[0] if quotes else "") for item in failing)
        self.failing |= set(failing)
        self.lines.append(Line(AGENT, QUOTE.sub(r"\1", text), gap, marks))

    def customer(self, *rules: str | Sentence, gap: float | None = None) -> None:
        """The customer says rules one after the other."""
        if gap is None:
            gap = self._pause(CUSTOMER, 1.2)
        self.lines.append(Line(CUSTOMER, self._join(rules), gap))

    def again(self, count: int, item: str) -> None:
        """The agent says the last sentence again and again, whatever the customer asks."""
        sentence = self.lines[-1].text
        for _ in range(count):
            self.customer("lead.repeat")
            self.lines.append(Line(AGENT, sentence, self._pause(AGENT, 1.5), ((item, sentence),)))

    def script(self, seed: int) -> Script:
        """What was written."""
        return Script(
            seed=seed,
            business=self.business,
            direction=self.direction,
            company=self.speech.say("company"),
            agent_number=self.agent_number,
            customer_number=self.customer_number,
            lines=tuple(self.lines),
            failing=frozenset(self.failing),
            open=frozenset(self.open - self.failing),
            hung_up_by=self.hung_up_by,
            voices=self.voices,
        )

    def _pause(self, speaker: str, longest: float) -> float:
        if speaker == self.last:
            return round(self.random.uniform(0.35, 0.9), 2)
        return round(self.random.uniform(0.3, longest), 2)

    def _join(self, rules: tuple[str | Sentence, ...]) -> str:
        said = (self.speech.say(r) if isinstance(r, str) else self.speech.expand(r) for r in rules)
        text = "".join(said)
        return text[:-1] + "。" if text.endswith("，") else text

    def _fresh(self, make: Callable[[], str]) -> str:
        for _ in range(12):
            text = make()
            unsaid = any(UNSAID[name].search(text) for name in UNSAID if name in self.failing)
            if not unsaid and not _clauses(text) & self._clauses:
                break
        return text


def _clauses(text: str) -> set[str]:
    return {clause for clause in MARK.split(QUOTE.sub(r"\1", text)) if len(clause) >= SHORT}
