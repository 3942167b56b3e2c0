"""The home's secret key: random, made at the first start, read by its owner alone."""

import os
import secrets
import stat
from pathlib import Path

from pipeline.refusal import Refusal

NAME = "secret.key"
BYTES = 32
FEW = 12
"""A random key has about 30 different bytes of 32; one with fewer than this was typed."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secret_key(home: Path) -> bytes:
    """The key, which is made where there is none.

    Refusal where others may read it, or where it is not what we made."""
    path = home / NAME
    try:
        _make(path)
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & OTHERS:
                raise Refusal("desk.key-readable", str(path))
            text = file.read(BYTES * 4).strip()
    except OSError as error:
        raise Refusal("desk.key-unreadable", str(path), found=error.strerror or "") from error
    return _checked(text, path)


def _make(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(BYTES) + "\n")


def _checked(text: bytes, path: Path) -> bytes:
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) < BYTES or len(set(key)) < FEW:
        raise Refusal("desk.key-weak", str(path), allowed=BYTES)
    return key
