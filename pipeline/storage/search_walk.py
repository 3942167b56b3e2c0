"""A search on a connection: the newest turns that the index names, settled by what they say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.storage.search_calls import Owner, few, owners
from pipeline.storage.search_index import Stretch, newest
from pipeline.storage.search_keys import (
    TOP,
    ceiling,
    floor,
    floor_of,
    number_of_day,
    transcript_of,
    turn_of,
)
from pipeline.storage.search_lines import read_lines
from pipeline.storage.search_records import Among
from pipeline.text.finding import Line, Spot, find, possible
from pipeline.text.query import Query, Said, choices, phrases

FIRST, MOST = 1_100, 40_000
"""So many keys are asked for: at first, and at most."""
PROBE = 3_000
"""Phrases are told apart by how often they are said, up to here."""
CALLS = 1_200
"""Transcripts that are read together."""
Places = dict[int, dict[Said, list[int]]]
"""Transcript -> phrase -> the turns in which it may be said."""


class Told(NamedTuple):
    """Turns of a transcript that a search finds, and where in each. owners: whose they are."""

    transcript: int
    owners: Sequence[Owner]
    lines: Mapping[int, Line]
    spots: Sequence[Spot]

    @property
    def turns(self) -> dict[int, tuple[Spot, ...]]:
        """By their numbers, in order."""
        return {turn: tuple(some) for turn, some in groupby(self.spots, lambda spot: spot.turn)}


def walk(connection: Connection, query: Query, among: Among) -> Iterator[Told]:
    """Every transcript with hits, the newest first."""
    only = few(connection, among)
    if only is not None and not only:
        return
    since = among.cards.since if among.cards else ""
    yield from _Walk(connection, query, among, Stretch(_floor(since), TOP, only)).told()


def _floor(since: str) -> int:
    """The lowest key of that day: a transcript stands under the last day of its recordings."""
    return floor(number_of_day(since), 0) if since else 0


@dataclass(frozen=True, slots=True)
class _Walk:
    """whole: the stretch in which the query is asked."""

    connection: Connection
    query: Query
    among: Among
    whole: Stretch

    def told(self) -> Iterator[Told]:
        driver = self.driver()
        for keys, stretch in self.windows(driver):
            places = self.places(driver, keys, stretch)
            likely = [one for one, here in places.items() if possible(self.query, here)]
            for at in range(0, len(likely), CALLS):
                yield from self.settled({one: places[one] for one in likely[at : at + CALLS]})

    def driver(self) -> tuple[Said, ...]:
        """Phrases of which one is said wherever the query holds: those that are said least
        often."""
        sets = choices(self.query)
        if len(sets) == 1:
            return sets[0]
        return min(sets, key=lambda some: len(newest(self.connection, some, self.whole, PROBE)))

    def windows(self, driver: Sequence[Said]) -> Iterator[tuple[list[int], Stretch]]:
        """The driver's keys, the highest first, some whole transcripts at a time; and the stretch
        that these transcripts lie in."""
        rest, size, full = self.whole, FIRST, True
        while full:
            keys = newest(self.connection, driver, rest, size)
            full = len(keys) == size
            if not keys:
                return
            if full:  # the rest of the last transcript is not among them
                last = floor_of(keys[-1])
                whole = [key for key in keys if key >= ceiling(last)]
                keys = whole or newest(self.connection, driver, rest._replace(start=last))
            here = rest._replace(start=floor_of(keys[-1]))
            yield keys, here
            rest, size = rest._replace(end=here.start), min(4 * size, MOST)

    def places(self, driver: Sequence[Said], keys: Sequence[int], stretch: Stretch) -> Places:
        places: Places = {transcript_of(key): {} for key in keys}
        for phrase in phrases(self.query):
            whole = (phrase,) == tuple(driver)
            mine = keys if whole else newest(self.connection, [phrase], stretch)
            for transcript, some in groupby(mine, transcript_of):
                if transcript in places:
                    places[transcript][phrase] = sorted(map(turn_of, some))
        return places

    def settled(self, places: Mapping[int, Mapping[Said, list[int]]]) -> Iterator[Told]:
        whose = owners(self.connection, list(places), self.among)
        turns = {
            transcript: sorted({turn for some in here.values() for turn in some})
            for transcript, here in places.items()
            if transcript in whose
        }
        lines = read_lines(self.connection, turns)
        for transcript in turns:
            if spots := find(self.query, lines[transcript]):
                by_number = {line.turn: line for line in lines[transcript]}
                yield Told(transcript, whose[transcript], by_number, spots)
