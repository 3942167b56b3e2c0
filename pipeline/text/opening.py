"""The bytes of a file that people made become text, or JSON, or a refusal that says what to do."""

import codecs
import json
import re
from pathlib import Path
from typing import Any, NoReturn

from pipeline.refusal import Refusal
from pipeline.text.names import shown

UTF_8 = "utf-8-sig"
UTF_16 = "utf-16"
GBK = "gb18030"
"""The whole of it, of which GBK is the part in common use."""
UNOPENED: dict[type[OSError], str] = {
    FileNotFoundError: "file.not-found",
    IsADirectoryError: "file.not-a-file",
    PermissionError: "file.no-permission",
}
ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\u0000)|\\."
)
"""An escape of JSON: a pair, what is storable() of nobody, or any other."""
SUSPICIOUS = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def bytes_of(path: Path, most_bytes: int) -> bytes:
    """What a file holds. Refusal where it cannot be opened or is larger; no more is ever read."""
    file = shown(path)
    try:
        with path.open("rb") as opened:
            data = opened.read(most_bytes + 1)
    except OSError as error:
        key = UNOPENED.get(type(error), "file.unreadable")
        raise Refusal(key, file, found=error.strerror or "") from error
    if len(data) > most_bytes:
        raise Refusal("file.too-large", file, allowed=most_bytes / 1_000_000)
    return data


def decoded(data: bytes) -> tuple[str, str]:
    """Text and encoding: UTF-8, with or without a mark; UTF-16 with one (Excel's "Unicode text");
    else GBK, which Excel writes on Chinese machines. Two empty ones where the bytes are no text."""
    for encoding in (UTF_16,) if data.startswith(MARKS) else (UTF_8, GBK):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return "", ""


def text_of(path: Path, most_bytes: int) -> str:
    """The text of a file in any of these encodings. Refusal where it is none, or empty."""
    text, encoding = decoded(bytes_of(path, most_bytes))
    if not encoding:
        raise Refusal("file.no-text", shown(path))
    if "\0" in text:
        raise Refusal("file.no-text", shown(path), line_of_nul(text))
    if not text.strip():
        raise Refusal("file.empty", shown(path))
    return text


def line_of_nul(text: str) -> int:
    """The line of the first NUL, which no text has."""
    return text.count("\n", 0, text.index("\0")) + 1


def storable(text: str) -> str:
    r"""JSON in which characters that no database takes have become \ufffd: NUL, and halves of
    pairs, which JSON can spell and Unicode has not."""
    if not SUSPICIOUS.search(text):
        return text
    return ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text)


def json_of(text: str, file: str) -> Any:
    """The JSON value of the text; Refusal with the line where it is none."""
    try:
        return json.loads(storable(text), parse_constant=_no_number)
    except RecursionError:
        raise Refusal("file.too-deep", file) from None
    except ValueError as error:
        raise Refusal("file.not-json", file, getattr(error, "lineno", None)) from None


def _no_number(_: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python takes them."""
    raise ValueError
