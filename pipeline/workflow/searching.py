"""Searches by people: of the calls that they see, on record without the words."""

from dataclasses import replace

from pipeline.storage import Act, Person
from pipeline.storage.search import LIMIT, Search
from pipeline.storage.search_records import Among, Found
from pipeline.text.reading_query import read_query
from pipeline.workflow.access import Permission, demand, within
from pipeline.workflow.asked import NOTHING_NARROWER


def search(index: Search, asker: Person, text: str, among: Among, limit: int = LIMIT) -> Found:
    """What the asker sees of what was said so. Refusal desk-review.not-allowed, and search.* of a
    query that is none."""
    demand(asker, Permission.READ)
    query = read_query(text)
    seen = replace(among, cards=within(asker, among.cards or NOTHING_NARROWER))
    found = index.find(query, seen, limit)
    index.note(_act(asker.login, text, found))
    return found


def search_all(index: Search, by: str, text: str, among: Among, limit: int = LIMIT) -> Found:
    """The same of all calls, for who has the database in hand anyway; by: who that is."""
    found = index.find(read_query(text), among, limit)
    index.note(_act(by, text, found))
    return found


def _act(by: str, text: str, found: Found) -> Act:
    return Act(by, "searched", "", {"characters": len(text), "found": found.count})
