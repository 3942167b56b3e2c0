"""Topics, news and habits found over the calls of the last five weeks, and kept.

A call's words are cut into terms once, in small lots that are kept as they are made: what was cut
off is taken up by the next. Only the calls that are looked at have a gist: so many at most, however
many there are.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from pipeline.call import Call, Speaker
from pipeline.configuration.resources import files
from pipeline.insight import habits as habits_of
from pipeline.insight.manners import measured
from pipeline.insight.news import (
    Visit,
    called_again,
    risen_topics,
    risen_words,
    unanswered,
)
from pipeline.insight.talks import Bag, bag, talk
from pipeline.insight.topics import FEWEST_CALLS, Topic, found
from pipeline.settings import Settings
from pipeline.storage.gists import Gists
from pipeline.storage.plain import to_json
from pipeline.storage.topic_records import Gist, Looked, Placed, StoredTopic
from pipeline.storage.topics import Topics
from pipeline.text.lexicon import Lexicon, load_lexicon
from pipeline.workflow.topic_findings import (
    HABITS,
    NEWS,
    WEEKS,
    Counted,
    Manners,
    News,
    Window,
    window_of,
)

AT_ONCE = 100
"""Calls whose words are read together."""
MOST_VISITS = 200_000
UNKNOWING = "unknowing"
"""The lexicon of what agents say when they do not know."""
MADE = "1"
"""Changes where gists are made otherwise: then all of them are made anew."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """calls: looked at; cut: whose words were cut anew; topics: found, and those never found
    before. kept: False where somebody else found topics meanwhile."""

    calls: int
    cut: int
    topics: int
    new: int
    kept: bool = True


def enough(home: Path, settings: Settings, today: date) -> bool:
    """Whether there are calls enough to look for topics."""
    if not settings.topics.calls:
        return False
    with Gists(home, settings.storage) as gists:
        return calls_there(gists, today) >= FEWEST_CALLS


def calls_there(gists: Gists, today: date) -> int:
    """How many calls there are to find topics in: of the five weeks up to the last of them."""
    last = gists.last_day(today.isoformat())
    return gists.count(window_of(last).since, last) if last else 0


def gather(
    home: Path, settings: Settings, today: date, tell: Callable[[int, int], None]
) -> Gathered:
    """Find topics, news and habits, and keep them. tell: how many calls have been cut, of how many.
    Refusal where the database or the lexicon of not knowing is wrong."""
    words = _Words.of(home)
    with ExitStack() as stack:
        gists = stack.enter_context(Gists(home, settings.storage))
        topics = stack.enter_context(Topics(home, settings.storage))
        last = gists.last_day(today.isoformat())
        if not last:
            return Gathered(0, 0, 0, 0)
        window = window_of(last)
        looked = gists.calls(window.since, window.until, settings.topics.calls)
        count = _cut(gists, looked, words, tell)
        known = {gist.transcript: gist for gist in gists.read(one.transcript for one in looked)}
        whole = gists.count(window.since, window.until)
        return _Five(window, looked, known, whole).find(topics, count)


@dataclass(frozen=True, slots=True)
class _Words:
    """By what gists are made."""

    unknowing: Lexicon
    made_by: str

    @classmethod
    def of(cls, home: Path) -> "_Words":
        path = files("lexicons", home)[UNKNOWING]
        made_by = sha256(MADE.encode() + path.read_bytes()).hexdigest()[:16]
        return cls(load_lexicon(path), made_by)

    def gist(self, transcript: int, revision: int, call: Call) -> Gist:
        said = talk(call)
        return Gist(
            transcript=transcript,
            revision=revision,
            customer=bag(said).terms,
            agent=bag(said, Speaker.AGENT).terms,
            measured=measured(call),
            unanswered=tuple((c.turn, c.question) for c in unanswered(said, self.unknowing)),
        )


def _cut(
    gists: Gists, looked: Iterable[Looked], words: _Words, tell: Callable[[int, int], None]
) -> int:
    """Gists for those that have none; how many were made. What is looked at no more goes first."""
    wanted = {one.transcript for one in looked}
    gists.keep_only(wanted)
    missing = gists.missing(wanted, words.made_by)
    for at in range(0, len(missing), AT_ONCE):
        tell(at, len(missing))
        heard = gists.heard(missing[at : at + AT_ONCE])
        made = [words.gist(number, revision, call) for number, (revision, call) in heard.items()]
        gists.put(made, words.made_by)
    return len(missing)


@dataclass(frozen=True, slots=True)
class _Five:
    """The calls of five weeks."""

    window: Window
    looked: Sequence[Looked]
    gists: Mapping[int, Gist]
    whole: int

    def find(self, topics: Topics, cut: int) -> Gathered:
        """All there is to find, kept."""
        known = topics.all()
        before = [Topic(number=one.number, name=one.name, words=one.words) for one in known]
        bags = self._bags(lambda gist: gist.customer)
        told = found(bags, before)
        fresh = [StoredTopic(number=t.number, name=t.name, words=t.words) for t in told.topics]
        new = len({one.number for one in fresh} - {one.number for one in known})
        if not topics.put(fresh, self._placed(told.topics, told.of), known):
            return Gathered(len(self.looked), cut, len(fresh), new, kept=False)
        topics.keep_finding(NEWS, to_json(self._news(bags, told.of, topics)))
        topics.keep_finding(HABITS, to_json(self._habits(topics)))
        return Gathered(len(self.looked), cut, len(fresh), new)

    def _bags(self, of: Callable[[Gist], tuple[str, ...]]) -> list[Bag]:
        """By recording; those that were deleted meanwhile are left out."""
        there = (one for one in self.looked if one.transcript in self.gists)
        return [Bag(str(one.recording), of(self.gists[one.transcript])) for one in there]

    def _placed(self, told: Iterable[Topic], of: Mapping[str, int]) -> dict[int, Placed | None]:
        places = {call: n for topic in told for n, call in enumerate(topic.examples, 1)}
        placed: dict[int, Placed | None] = {one.recording: None for one in self.looked}
        return placed | {int(n): Placed(topic, places.get(n)) for n, topic in of.items()}

    def _news(self, bags: Sequence[Bag], of: Mapping[str, int], topics: Topics) -> News:
        weeks = {str(one.recording): self.window.number(one.day) for one in self.looked}
        counts: dict[int, Counter[int]] = defaultdict(Counter)
        for call, topic in of.items():
            counts[topic][weeks[call]] += 1
        calls = Counter(weeks[bag.id] for bag in bags)
        now, before = _parted(bags, weeks)
        rose = risen_topics(_told(now, of), _told(before, of))
        visits = self._visits(of, topics)
        return News(
            window=self.window,
            calls=_by_week(calls),
            whole=self.whole,
            counted=tuple(Counted(n, _by_week(by)) for n, by in sorted(counts.items())),
            topics=tuple(one for one in rose if one.what),
            words=risen_words(now, before),
            again=tuple(one for one in called_again(visits) if one.topic),
            customers=len(visits),
        )

    def _visits(self, of: Mapping[str, int], topics: Topics) -> list[Visit]:
        """Calls of known customers; those that were not looked at only as a call that followed."""
        called = topics.called(self.window.since, self.window.until, MOST_VISITS)
        return [
            Visit(
                customer=one.customer,
                day=date.fromisoformat(one.day).toordinal(),
                topic=str(of.get(str(one.recording), "")),
            )
            for one in called
        ]

    def _habits(self, topics: Topics) -> tuple[Manners, ...]:
        """Of each template by itself: its scores mean the same for all its calls."""
        day_after = date.fromisoformat(self.window.until) + timedelta(days=1)
        scored = topics.scored(self.window.since, day_after.isoformat())
        by_template: dict[str, list[habits_of.Scored]] = defaultdict(list)
        measured = {str(one.recording): self.gists.get(one.transcript) for one in self.looked}
        for one in self._bags(lambda gist: gist.agent):
            score, gist = scored.get(int(one.id)), measured[one.id]
            if score and gist:
                made = habits_of.Scored(bag=one, score=score.share, measured=gist.measured)
                by_template[score.template].append(made)
        return tuple(
            Manners(template=name, calls=len(calls), habits=habits_of.habits(calls))
            for name, calls in sorted(by_template.items())
        )


def _parted(bags: Iterable[Bag], weeks: Mapping[str, int]) -> tuple[list[Bag], list[Bag]]:
    """Those of this week, and those before."""
    now: list[Bag] = []
    before: list[Bag] = []
    for one in bags:
        (now if weeks[one.id] == WEEKS - 1 else before).append(one)
    return now, before


def _told(bags: Iterable[Bag], of: Mapping[str, int]) -> list[str]:
    """The topic of each call that is about one; of the others nothing, which counts as well."""
    return [str(of.get(one.id, "")) for one in bags]


def _by_week(counts: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(counts.get(week, 0) for week in range(WEEKS))
