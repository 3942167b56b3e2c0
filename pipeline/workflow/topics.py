"""What there is to see of topics: how often, what rose, what nobody could answer, who called again.

Sums over many calls alone; which calls they are, comparing.py shows to those who may read them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.insight.comparing import Difference
from pipeline.insight.news import Gap, Risen, Unanswered, gaps
from pipeline.scoring.agreement import Share
from pipeline.storage import Person
from pipeline.storage.gists import Gists
from pipeline.storage.topic_records import StoredTopic
from pipeline.storage.topics import Topics
from pipeline.workflow.access import Permission, demand
from pipeline.workflow.topic_findings import News, last_news

WORDS = 8
"""Of a topic that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A topic as it stands. calls: of all that were looked at; change: this week against the four
    before; rose: it is believed to have risen; again: of its calls, those after which the customer
    called again; gap: what agents could not answer."""

    number: int
    name: str
    words: tuple[str, ...]
    weeks: tuple[int, ...]
    calls: Share
    change: Difference
    rose: Risen | None = None
    again: Share | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """at: when it was found, milliseconds since 1970. rows: the most frequent first; rose: those
    topics that rose, the surest first; unplaced: calls about no topic; gaps: by topic, the most
    first, each with its row (None: about no topic)."""

    at: int
    news: News
    rows: tuple[Row, ...]
    rose: tuple[Row, ...]
    unplaced: int
    gaps: tuple[tuple[Row | None, Gap], ...]

    @property
    def again(self) -> tuple[Row, ...]:
        """Topics after which customers call again, the surest first; none that nobody did."""
        known = {str(row.number): row for row in self.rows}
        called = (one.topic for one in self.news.again if one.again.part)
        return tuple(known[topic] for topic in called if topic in known)


def topics_of(asker: Person, topics: Topics, gists: Gists) -> Told | None:
    """What was found last; None where nothing ever was. Refusal where the asker may not see it."""
    demand(asker, Permission.TOPICS)
    return stored(topics, gists)


def stored(topics: Topics, gists: Gists) -> Told | None:
    """The same for who has the database in hand anyway."""
    kept = last_news(topics)
    if kept is None:
        return None
    at, news = kept
    known = {one.number: one for one in topics.all()}
    found = {case.topic: case for case in _gaps(topics, gists, news)}
    rows = tuple(sorted(_rows(news, known, found), key=lambda row: (-row.calls.part, row.number)))
    by_number = {str(row.number): row for row in rows}
    return Told(
        at=at,
        news=news,
        rows=rows,
        rose=tuple(by_number[one.what] for one in news.topics if one.what in by_number),
        unplaced=sum(news.calls) - sum(row.calls.part for row in rows),
        gaps=tuple((by_number.get(topic), gap) for topic, gap in found.items()),
    )


def _rows(news: News, known: Mapping[int, StoredTopic], found: Mapping[str, Gap]) -> Iterator[Row]:
    rose = {one.what: one for one in news.topics}
    again = {one.topic: one.again for one in news.again}
    now, before = news.calls[-1], sum(news.calls[:-1])
    for one in news.counted:
        topic, key = known[one.number], str(one.number)
        yield Row(
            number=one.number,
            name=topic.name,
            words=tuple(word for word, _ in topic.words[:WORDS]),
            weeks=one.weeks,
            calls=Share(sum(one.weeks), now + before),
            change=Difference(Share(one.weeks[-1], now), Share(sum(one.weeks[:-1]), before)),
            rose=rose.get(key),
            again=again.get(key),
            gap=found.get(key),
        )


def _gaps(topics: Topics, gists: Gists, news: News) -> Sequence[Gap]:
    """Worked out when it is asked: the words of questions go with their calls."""
    asked = gists.unanswered(news.window.since, news.window.until)
    of = topics.placed(one.recording for one in asked)
    cases = [
        Unanswered(call=str(one.recording), turn=turn, question=question)
        for one in asked
        for turn, question in one.cases
    ]
    counted = {str(one.number): sum(one.weeks) for one in news.counted}
    calls = {**counted, "": sum(news.calls) - sum(counted.values())}
    told = {str(number): str(one.topic) for number, one in of.items() if str(one.topic) in counted}
    return gaps(cases, told, calls)
