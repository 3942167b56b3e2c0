"""Asking a bucket: so many times, waiting longer each time; its answers in our own words."""

import errno
import tempfile
import time
from collections.abc import Callable
from typing import TypeVar

from pipeline.refusal import Refusal
from pipeline.settings import Night
from pipeline.text.names import shown

T = TypeVar("T")
NO_CREDENTIALS = frozenset(
    ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound")
)


class Transient(Exception):
    """Not now: the same may succeed later. refusal says what came in between."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def answer(address: str, night: Night, question: Callable[[], T]) -> T:
    """What comes of asking about an address.

    Refusal where that is not there or forbidden; Transient where it failed otherwise, each of
    night.fetch_attempts times, or where there is no room on this machine."""
    wait = night.fetch_wait_seconds
    left = max(1, night.fetch_attempts)
    while True:
        try:
            return question()
        except (Refusal, Transient):
            raise
        except FileNotFoundError as error:
            raise Refusal("night.not-there", shown(address)) from error
        except PermissionError as error:
            raise Refusal("night.forbidden", shown(address), found=code_of(error)) from error
        except Exception as error:  # libraries of buckets raise whatever theirs raise
            left -= 1
            if not left or type(error).__name__ in NO_CREDENTIALS or _is_full(error):
                raise _final(address, error, night) from error
        time.sleep(wait)
        wait *= 2


def code_of(error: BaseException) -> str:
    """What a server calls the error, else its type. Never its text, which may hold a secret."""
    response = getattr(error.__cause__ or error, "response", None)
    said = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return shown(str(said or type(error).__name__))


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _final(address: str, error: Exception, night: Night) -> Refusal | Transient:
    if type(error).__name__ in NO_CREDENTIALS:
        return Refusal("night.no-credentials", shown(address))
    if _is_full(error):
        return Transient(Refusal("audio.no-space", shown(address), folder=tempfile.gettempdir()))
    found, attempts = code_of(error), night.fetch_attempts
    return Transient(Refusal("night.bucket-away", shown(address), found=found, attempts=attempts))
