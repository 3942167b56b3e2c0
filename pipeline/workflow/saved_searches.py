"""Searches that people keep: their own, and what they share. On record without the words.

Refusals: search.nameless, search.long-name, search.many-kept, search.not-kept, and those of a query
that is none.
"""

from pipeline.refusal import Refusal
from pipeline.storage import Act, Person
from pipeline.storage.saved_searches import SavedSearch, SavedSearches
from pipeline.text.reading_query import read_query
from pipeline.workflow.access import Permission, demand, may
from pipeline.workflow.asked import Asked

LONGEST_NAME = 60
MOST = 200
"""So many may somebody keep."""


def keep(kept: SavedSearches, asker: Person, name: str, asked: Asked, shared: bool) -> int:
    """Keep it under that name, in the place of what the asker kept so before; its number."""
    demand(asker, Permission.SHARE if shared else Permission.READ)
    return _keep(kept, asker.login, name, asked, shared)


def keep_for_all(kept: SavedSearches, by: str, name: str, asked: Asked) -> int:
    """The same by who has the database in hand, and is nobody at the desk: it is shared."""
    return _keep(kept, by, name, asked, shared=True)


def listed(kept: SavedSearches, asker: Person) -> tuple[SavedSearch, ...]:
    """What the asker keeps, and what others share with those who search. What people kept for
    themselves who are shut out is there for who publishes rules."""
    demand(asker, Permission.READ)
    found = kept.listed(asker.login, also_left=may(asker, Permission.PUBLISH))
    return tuple(one for one in found if _sees(asker, one))


def opened(kept: SavedSearches, asker: Person, number: int) -> SavedSearch:
    """One of these."""
    demand(asker, Permission.READ)
    found = kept.one(number)
    if found is None or not _sees(asker, found):
        raise Refusal("search.not-kept", found=number)
    return found


def named(kept: SavedSearches, by: str, name: str) -> SavedSearch:
    """Of that name: one's own, else the latest that somebody shares."""
    found = [one for one in kept.listed(by) if one.name == name]
    if not found:
        raise Refusal("search.not-kept", found=name)
    return max(found, key=lambda one: (one.by == by, one.added))


def may_remove(asker: Person, one: SavedSearch) -> bool:
    """Their own; who publishes rules takes away anybody's that is shared, or whose owner left."""
    return one.by == asker.login or ((one.shared or one.left) and may(asker, Permission.PUBLISH))


def remove(kept: SavedSearches, asker: Person, number: int) -> None:
    """It is kept no longer."""
    found = opened(kept, asker, number)
    if not may_remove(asker, found):
        raise Refusal("desk-review.not-allowed", found=Permission.PUBLISH)
    kept.remove(number, Act(asker.login, "search-removed", str(number)))


def _sees(asker: Person, one: SavedSearch) -> bool:
    if one.by == asker.login:
        return True
    theirs = one.left and may(asker, Permission.PUBLISH)
    return theirs or (one.shared and may(asker, Permission.SHARE))


def _keep(kept: SavedSearches, by: str, name: str, asked: Asked, shared: bool) -> int:
    name = name.strip()
    if not name or not name.isprintable():
        raise Refusal("search.nameless")
    if len(name) > LONGEST_NAME:
        raise Refusal("search.long-name", found=len(name), allowed=LONGEST_NAME)
    read_query(asked.query)
    asked.among()
    mine = {one.name for one in kept.listed(by) if one.by == by}
    if name not in mine and len(mine) >= MOST:
        raise Refusal("search.many-kept", allowed=MOST)
    act = Act(by, "search-kept", "", {"shared": float(shared)})
    return kept.keep(name, asked.said, shared, act)
