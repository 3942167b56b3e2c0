"""Who types."""

import getpass


def asker() -> str:
    """Who is logged in on this machine; "" where nobody knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
