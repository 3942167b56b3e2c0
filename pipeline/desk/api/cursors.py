"""Where a list goes on: a number that programs hand back as they got it."""

import base64
import binascii
import json

from pipeline.refusal import Refusal

LONGEST = 60
MOST = 2**53


def written(kind: str, at: int) -> str:
    """The cursor of a place in a list of that kind."""
    return base64.urlsafe_b64encode(json.dumps([kind, at]).encode()).decode().rstrip("=")


def read(cursor: str, kind: str) -> int:
    """The place; 0 without a cursor. Refusal where it is none of ours, or of another list."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        named, at = json.loads(text)
        if named == kind and isinstance(at, int) and 0 <= at <= MOST:
            return at
    except (ValueError, TypeError, RecursionError, binascii.Error):
        pass
    raise Refusal("desk-api.cursor")
