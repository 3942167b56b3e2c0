"""Calls like one, and pairs in the same situation, handled well and badly: of what the asker reads.

Looked through are the calls of the last five weeks, of the topics that the words are nearest to.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.insight.news import Gap
from pipeline.insight.similar import calls_like, contrasts
from pipeline.insight.talks import Bag, bag, talk
from pipeline.insight.topics import SAYS_NOTHING, Topic, nearest
from pipeline.storage import Act, Person
from pipeline.storage.gists import Gists
from pipeline.storage.review_records import Listed, Review, Wanted
from pipeline.storage.reviews import Reviews
from pipeline.storage.topic_records import StoredTopic
from pipeline.storage.topics import Topics
from pipeline.workflow.access import Permission, demand, within
from pipeline.workflow.reviewing import opened
from pipeline.workflow.topic_findings import News, last_news

TOPICS_NEAR = 3
MOST_CALLS = 3_000
"""Are compared with one at once, the latest."""
MOST_PAIRED = 1_500
"""Are compared with each other: that grows with the square."""
SHOWN = 12
LISTED = 20
ANY = Wanted(share=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """What the store knows of many calls."""

    topics: Topics
    gists: Gists
    reviews: Reviews


@dataclass(frozen=True, slots=True)
class Alike:
    """A call, and how like it is, 0..1."""

    listed: Listed
    likeness: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A topic, and how many calls about it the asker may read."""

    number: int
    name: str
    calls: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two calls in the same situation. shared: words of both customers."""

    well: Listed
    badly: Listed
    likeness: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likes:
    """The card that was asked about, its topic (None: of none), and the calls like it."""

    review: Review
    topic: StoredTopic | None
    calls: tuple[Alike, ...]


def like(insight: Insight, asker: Person, card: int) -> Likes:
    """Calls like that of a card, the likest first; on record as `compared`. Refusal where the card
    is not there for the asker."""
    review = opened(insight.reviews, asker, card, Permission.COMPARE)
    own = str(review.recording_id)
    said = Bag(own, bag(talk(review.call)).terms)
    known = {one.number: one for one in insight.topics.all()}
    numbers, bags = _near(insight, said, known)
    found = calls_like(own, [said, *bags], MOST_CALLS) if bags and said.terms else ()
    near = {int(one.call): one.likeness for one in found}
    cards = insight.reviews.of_recordings(list(near), within(asker, ANY))
    listed = [Alike(cards[number], near[number]) for number in near if number in cards]
    insight.reviews.note(Act(asker.login, "compared", str(card), {"found": len(listed[:SHOWN])}))
    topic = known.get(numbers[0]) if numbers else None
    return Likes(review, topic, tuple(listed[:SHOWN]))


def topics_seen(insight: Insight, asker: Person) -> tuple[Seen, ...]:
    """The topics that calls are about which the asker may read, the most frequent first: nobody is
    told here what the calls of others are about. Refusal where they may not compare."""
    demand(asker, Permission.COMPARE)
    news = _news(insight)
    if news is None:
        return ()
    names = {one.number: one.name for one in insight.topics.all()}
    found = insight.topics.among(news.window.since, news.window.until, within(asker, ANY))
    current = [one.number for one in news.counted if one.number in found]
    seen = [Seen(number, names[number], found[number]) for number in current]
    return tuple(sorted(seen, key=lambda one: (-one.calls, one.number)))


def pairs(insight: Insight, asker: Person, topic: int) -> tuple[Contrast, ...]:
    """Pairs of calls about a topic whose scores are far apart, the likest first; by the template
    that most of them have. On record as `compared`."""
    demand(asker, Permission.COMPARE)
    news = _news(insight)
    of = insight.topics.of(topic, news.window.since, news.window.until) if news else {}
    cards = insight.reviews.of_recordings(sorted(of)[-MOST_PAIRED:], within(asker, ANY))
    counted = Counter(one.template for one in cards.values() if one.max > 0)
    template = max(counted, key=lambda name: (counted[name], name), default="")
    fit = {n: one for n, one in cards.items() if one.max > 0 and one.template == template}
    gists = insight.gists.of_recordings(list(fit))
    bags = [Bag(str(number), gist.customer) for number, gist in gists.items()]
    scores = {str(n): 100 * one.total / one.max for n, one in fit.items()}
    found = contrasts(bags, scores, SHOWN) if bags else ()
    insight.reviews.note(Act(asker.login, "compared", f"topic {topic}", {"found": len(found)}))
    terms = {one.id: one.terms for one in bags}
    return tuple(
        Contrast(
            fit[int(pair.well)],
            fit[int(pair.badly)],
            pair.likeness,
            _shared(terms[pair.well], terms[pair.badly]),
        )
        for pair in found
    )


def calls_of(insight: Insight, asker: Person, topic: int) -> tuple[tuple[Listed, ...], int]:
    """The calls about a topic that the asker may read, its examples first, then the latest; and how
    many there are in all."""
    demand(asker, Permission.TOPICS)
    news = _news(insight)
    of = insight.topics.of(topic, news.window.since, news.window.until) if news else {}
    order = sorted(of, key=lambda number: (of[number] or LISTED, -number))
    cards = insight.reviews.of_recordings(order[:MOST_CALLS], within(asker, ANY))
    return tuple(cards[number] for number in order if number in cards)[:LISTED], len(of)


def gap_calls(insight: Insight, asker: Person, gap: Gap) -> tuple[tuple[Listed, float], ...]:
    """Of a gap's examples those that the asker may read, each with the moment of the answer, in
    seconds."""
    numbers = [int(call) for call, _ in gap.examples]
    cards = insight.reviews.of_recordings(numbers, within(asker, ANY))
    seen = [(int(call), turn) for call, turn in gap.examples if int(call) in cards]
    return tuple((cards[call], insight.gists.moment(call, turn)) for call, turn in seen)


def _news(insight: Insight) -> News | None:
    kept = last_news(insight.topics)
    return kept[1] if kept else None


def _near(
    insight: Insight, said: Bag, known: Mapping[int, StoredTopic]
) -> tuple[tuple[int, ...], list[Bag]]:
    """The topics that the words are nearest to, and the other calls about them."""
    news = _news(insight)
    if news is None:
        return (), []
    current = [known[one.number] for one in news.counted]
    told = [Topic(number=one.number, name=one.name, words=one.words) for one in current]
    numbers = nearest(said, told, TOPICS_NEAR)
    window = news.window
    of = {n for one in numbers for n in insight.topics.of(one, window.since, window.until)}
    of.discard(int(said.id))
    gists = insight.gists.of_recordings(sorted(of)[-MOST_CALLS:])
    return numbers, [Bag(str(number), gist.customer) for number, gist in gists.items()]


def _shared(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    there = set(other) - SAYS_NOTHING
    return tuple(dict.fromkeys(word for word in one if word in there))[:SHOWN]
