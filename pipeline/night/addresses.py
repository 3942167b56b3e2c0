"""Addresses of recordings: paths of this machine, or URLs of buckets."""

import os
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from pipeline.refusal import Refusal
from pipeline.text.names import shown

PROTOCOLS = ("file", "s3", "memory")
ALLOWED = "file、s3"


def local(address: str) -> Path | None:
    """The path that an address means on this machine; None where it is a URL of elsewhere."""
    protocol, colon, rest = address.partition("://")
    if not colon or "/" in protocol:
        return Path(address)
    return Path(os.fsdecode(unquote_to_bytes(rest))) if protocol == "file" else None


def address_of(path: Path) -> str:
    """The path as text that any database takes: bytes that are no UTF-8 make it a file:// URL."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return "file://" + quote(os.fsencode(text))
    return text


def checked(source: str) -> str:
    """A source as the settings name it, ~ being the home of the user. Refusal where nothing of its
    kind is read."""
    protocol, colon, rest = source.partition("://")
    if colon and "/" not in protocol:
        if protocol not in PROTOCOLS:  # what else the address says may be a secret
            raise Refusal(
                "night.protocol", f"{shown(protocol)}://…", found=protocol, allowed=ALLOWED
            )
        if "@" in rest.partition("/")[0]:
            raise Refusal("night.password-in-source", f"{protocol}://…")
    return str(Path(source).expanduser()) if source.startswith("~/") else source
