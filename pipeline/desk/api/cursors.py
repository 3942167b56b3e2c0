"""Where a list goes on: behind a row, named by what the list is ordered by. Programs hand it back
as they got it; rows that come or go meanwhile neither double nor hide another."""

import base64
import binascii
import json

from pipeline.refusal import Refusal

LONGEST = 60
MOST = 2**53
LONGEST_WORD = 10
Place = tuple[str | int, ...]


def written(kind: str, place: Place) -> str:
    """The cursor of a place in a list of that kind."""
    return base64.urlsafe_b64encode(json.dumps([kind, *place]).encode()).decode().rstrip("=")


def read(cursor: str, kind: str, *types: type) -> Place:
    """The place, made of these; () without a cursor. Refusal where it is none of ours, or of
    another list."""
    if not cursor:
        return ()
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        named, *place = json.loads(text)
        if named == kind and [type(one) for one in place] == list(types) and all(map(_fits, place)):
            return tuple(place)
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    raise Refusal("desk-api.cursor")


def _fits(one: str | int) -> bool:
    if isinstance(one, str):
        return len(one) <= LONGEST_WORD and one.isprintable()
    return 0 <= one <= MOST
