"""A phrase tried on stored calls: where it is said, and what would change if it were a rule.

Nothing is written: the rules with the phrase in them exist in memory alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from pipeline.call import Speaker, Turn
from pipeline.hit import Kind
from pipeline.scoring.rule_changes import Change, FileChange
from pipeline.scoring.rulebook import texts_of
from pipeline.storage import Store, Stored
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all
from pipeline.workflow.comparing import Beside, rules_beside
from pipeline.workflow.crew import over_calls
from pipeline.workflow.phrasing import Phrased, Phrasing, phrased
from pipeline.workflow.rescoring import Again, called, numbers
from pipeline.workflow.rules import rule_files
from pipeline.workflow.verdict_tally import Verdicts

LISTED = 200
"""So many places are listed, of the newest calls; all are counted."""
AROUND = 24
"""Characters of the turn that are shown on either side of the words."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, on which calls, and by whom it has to be said (None: anybody)."""

    phrasing: Phrasing
    again: Again
    speaker: Speaker | None = None


class Spotted(NamedTuple):
    """A place where it is said. card: of the call, 0 where no template is for it; at: seconds;
    before and after: what is said around the words in the same turn."""

    card: int
    recording: str
    day: str
    agent: str
    at: float
    speaker: Speaker
    before: str
    words: str
    after: str
    kind: Kind


@dataclass(slots=True)
class Tried:
    """What came of it. title, change: of the lexicon, and what was put into it; verdicts: None
    where no lexicon was chosen, so that no rule changes."""

    title: str = ""
    change: FileChange | None = None
    calls: int = 0
    with_hits: int = 0
    hits: int = 0
    by_sound: int = 0
    spotted: list[Spotted] = field(default_factory=list)
    verdicts: Verdicts | None = None

    def add(self, other: "Tried") -> None:
        """Count another one's calls with this one's."""
        for name in ("calls", "with_hits", "hits", "by_sound"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.spotted += other.spotted[: max(0, LISTED - len(self.spotted))]
        if other.verdicts is not None:
            self.verdicts = self.verdicts or Verdicts()
            self.verdicts.add(other.verdicts)


def try_phrase(trial: Trial, tell: Callable[[int], None] = lambda _: None) -> Tried:
    """The newest calls first. tell is told how many are done. Raises Refusal where the phrase is
    wrong or already there, or the rules cannot be read."""
    texts = texts_of(rule_files(trial.again.home))
    done = phrased(texts, trial.phrasing)
    change = FileChange(file=done.file, change=Change.CHANGED, added=(done.phrase.text,))
    total = Tried(done.lexicon.title, change)
    with Store(trial.again.home, trial.again.storage) as store:
        work = _Trying(trial, done, texts)
        for some in over_calls(work, numbers(store, trial.again), trial.again.processes):
            total.add(some)
            tell(total.calls)
    return total


@dataclass(frozen=True, slots=True)
class _Trying:
    """The work of one process of the crew."""

    trial: Trial
    done: Phrased
    texts: Mapping[str, str]

    def open(self) -> Callable[[Sequence[int]], Tried]:
        store = Store(self.trial.again.home, self.trial.again.storage)
        beside = None
        if self.trial.phrasing.lexicon:
            after = {**self.texts, self.done.file: self.done.text}
            beside = rules_beside(store, self.trial.again, self.texts, after)
        alone = self.done.alone
        return lambda batch: self.look(_in_order(store.calls(batch), batch), alone, beside)

    def look(self, calls: Sequence[Stored], alone: Lexicon, beside: Beside | None) -> Tried:
        tried = Tried(calls=len(calls))
        for stored in calls:
            found = list(self.said(stored, alone))
            tried.with_hits += bool(found)
            tried.hits += len(found)
            tried.by_sound += sum(one.kind == Kind.SOUND for one in found)
            tried.spotted += found[: max(0, LISTED - len(tried.spotted))]
        tried.verdicts = beside.judge(calls) if beside else None
        return tried

    def said(self, stored: Stored, alone: Lexicon) -> Iterator[Spotted]:
        about, wanted = stored.call.about, self.trial.speaker
        for turn in stored.call.turns:
            for match in find_all(alone, turn.text) if wanted in (None, turn.speaker) else ():
                yield Spotted(
                    card=stored.card,
                    recording=called(stored),
                    day=(about.started or "")[:10],
                    agent=about.agent or "",
                    at=_moment(turn, match.start),
                    speaker=turn.speaker,
                    before=turn.text[max(0, match.start - AROUND) : match.start],
                    words=turn.text[match.start : match.end],
                    after=turn.text[match.end : match.end + AROUND],
                    kind=match.kind,
                )


def _in_order(calls: Sequence[Stored], numbers: Sequence[int]) -> list[Stored]:
    """The store gives them by number; these are wanted as they were asked for."""
    return sorted(calls, key=lambda stored: numbers.index(stored.id))


def _moment(turn: Turn, place: int) -> float:
    """When the character at that place of the turn's text was said."""
    ends = accumulate(len(word.text) for word in turn.words)
    word = next((word for word, end in zip(turn.words, ends, strict=True) if end > place), None)
    return turn.start if word is None or word.start is None else word.start
