"""What settings hold that nobody else may read."""

import re

HIDDEN = "***"
_IN_FRONT_OF_HOST = re.compile(r"(?<=://)([^:@/]*):.*@", re.DOTALL)
_IN_QUERY = re.compile(r"((?:^|[?&])\w*(?:password|passfile|secret|token)\w*=)[^&]*", re.IGNORECASE)


def masked(url: str) -> str:
    """The URL as it may be shown: its password is not in it."""
    return _IN_QUERY.sub(rf"\1{HIDDEN}", _IN_FRONT_OF_HOST.sub(rf"\1:{HIDDEN}@", url))
