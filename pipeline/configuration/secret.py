"""What settings hold that nobody else may read."""

import re

HIDDEN = "***"
_IN_FRONT_OF_HOST = re.compile(r"(?<=://)([^:@/]*):.*@", re.DOTALL)
_IN_QUERY = re.compile(r"((?:^|[?&])\w*(?:password|passfile|secret|token)\w*=)[^&]*", re.IGNORECASE)


def shown(name: str, value: str) -> str:
    """A setting as it may be shown: a secret is not, and the password of a URL is not in it."""
    return HIDDEN if value and name.endswith("_secret") else masked(value)


def masked(url: str) -> str:
    """The URL as it may be shown: its password is not in it."""
    return _IN_QUERY.sub(rf"\1{HIDDEN}", _IN_FRONT_OF_HOST.sub(rf"\1:{HIDDEN}@", url))
