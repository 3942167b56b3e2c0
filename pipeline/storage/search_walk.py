"""A search on a connection: the newest turns that the index names, settled by what they say."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.storage.search_calls import Owner, few, owners
from pipeline.storage.search_index import Stretch, newest
from pipeline.storage.search_keys import TOP, ceiling, floor_of, transcript_of, turn_of
from pipeline.storage.search_lines import read_lines
from pipeline.storage.search_records import Among
from pipeline.text.finding import Line, Spot, find, possible
from pipeline.text.query import Query, Said, choices, phrases

FIRST, MOST = 1_200, 40_000
"""So many keys are asked for: at first, and at most."""
PROBE = 3_000
"""Phrases are told apart by how often they are said, up to here."""
CALLS = 400
"""Transcripts that are read together."""
Places = dict[int, dict[Said, list[int]]]
"""Transcript -> phrase -> the turns in which it may be said."""


class Told(NamedTuple):
    """A turn that a search finds, and whose it is."""

    owner: Owner
    transcript: int
    line: Line
    spots: tuple[Spot, ...]


def walk(connection: Connection, query: Query, among: Among) -> Iterator[Told]:
    """Every hit: the newest calls first, of each from its beginning."""
    only = few(connection, among)
    if only is not None and not only:
        return
    driver = _driver(connection, query)
    for keys, stretch in _windows(connection, driver):
        places = _places(connection, query, driver, keys, stretch)
        likely = [
            transcript
            for transcript, here in places.items()
            if (only is None or transcript in only) and possible(query, here)
        ]
        for at in range(0, len(likely), CALLS):
            some = {one: places[one] for one in likely[at : at + CALLS]}
            yield from _settled(connection, query, among, some)


def _driver(connection: Connection, query: Query) -> tuple[Said, ...]:
    """Phrases of which one is said wherever the query holds: those that are said least often."""
    sets = choices(query)
    if len(sets) == 1:
        return sets[0]
    everywhere = Stretch(0, TOP)
    return min(sets, key=lambda some: len(newest(connection, some, everywhere, PROBE)))


def _windows(connection: Connection, driver: Sequence[Said]) -> Iterator[tuple[list[int], Stretch]]:
    """The driver's keys, the highest first, some whole transcripts at a time; and the stretch that
    these transcripts lie in."""
    below, size, full = TOP, FIRST, True
    while full:
        keys = newest(connection, driver, Stretch(0, below), size)
        full = len(keys) == size
        if not keys:
            return
        if full:  # the rest of the last transcript is not among them
            last = floor_of(keys[-1])
            whole = [key for key in keys if key >= ceiling(last)]
            keys = whole or newest(connection, driver, Stretch(last, below))
        start = floor_of(keys[-1])
        yield keys, Stretch(start, below)
        below, size = start, min(4 * size, MOST)


def _places(
    connection: Connection,
    query: Query,
    driver: Sequence[Said],
    keys: Sequence[int],
    stretch: Stretch,
) -> Places:
    places: Places = {transcript_of(key): {} for key in keys}
    for phrase in phrases(query):
        mine = keys if (phrase,) == tuple(driver) else newest(connection, [phrase], stretch)
        for transcript, some in groupby(mine, transcript_of):
            if transcript in places:
                places[transcript][phrase] = sorted(map(turn_of, some))
    return places


def _settled(
    connection: Connection,
    query: Query,
    among: Among,
    places: Mapping[int, Mapping[Said, list[int]]],
) -> Iterator[Told]:
    whose = owners(connection, list(places), among)
    turns = {
        transcript: sorted({turn for some in places[transcript].values() for turn in some})
        for transcript in places
        if transcript in whose
    }
    lines = read_lines(connection, turns)
    for transcript in turns:
        spots = find(query, lines[transcript]) or ()
        said = {turn: tuple(some) for turn, some in groupby(spots, lambda spot: spot.turn)}
        for owner in whose[transcript]:
            for line in lines[transcript]:
                if line.turn in said:
                    yield Told(owner, transcript, line, said[line.turn])
