"""What was found over the calls of five weeks, as it is kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.insight.habits import Habit
from pipeline.insight.news import Again, Risen
from pipeline.storage.plain import from_json
from pipeline.storage.topics import Topics

DAYS, WEEK = 35, 7
WEEKS = DAYS // WEEK
"""This week and the four before."""
NEWS, HABITS = "news", "habits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days (YYYY-MM-DD) that are looked at, the first and the last of them; week: the first one of
    this week."""

    since: str
    week: str
    until: str

    def number(self, day: str) -> int:
        """Which week a day is of: WEEKS - 1 is this week."""
        return (date.fromisoformat(day) - date.fromisoformat(self.since)).days // WEEK


@dataclass(frozen=True, slots=True)
class Counted:
    """A topic and its calls in each week, the last one this week."""

    number: int
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was found. calls: of each week, that were looked at; whole: that there were; topics of
    rose and again are numbers. customers: calls whose customer is known."""

    window: Window
    calls: tuple[int, ...]
    whole: int
    counted: tuple[Counted, ...] = ()
    topics: tuple[Risen, ...] = ()
    words: tuple[Risen, ...] = ()
    again: tuple[Again, ...] = ()
    customers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What parts the best quarter of a template's calls from the worst. calls: of the template."""

    template: str
    calls: int
    habits: tuple[Habit, ...]


def window_of(last: str) -> Window:
    """The five weeks that end with a day."""
    until = date.fromisoformat(last)
    week = until - timedelta(days=WEEK - 1)
    since = until - timedelta(days=DAYS - 1)
    return Window(since=since.isoformat(), week=week.isoformat(), until=last)


def last_news(topics: Topics) -> tuple[int, News] | None:
    """What was found last, and when, in milliseconds since 1970."""
    kept = topics.finding(NEWS)
    return (kept[0], from_json(News, kept[1])) if kept else None


def last_habits(topics: Topics) -> tuple[int, tuple[Manners, ...]] | None:
    """The same of habits."""
    kept = topics.finding(HABITS)
    return (kept[0], from_json(tuple[Manners, ...], kept[1])) if kept else None


def week_days(window: Window) -> tuple[str, ...]:
    """Each week by its first and last day, MM-DD."""
    first = date.fromisoformat(window.since)
    starts = [first + timedelta(days=WEEK * number) for number in range(WEEKS)]
    ends = [start + timedelta(days=WEEK - 1) for start in starts]
    pairs = zip(starts, ends, strict=True)
    return tuple(f"{start:%m-%d}–{end:%m-%d}" for start, end in pairs)
