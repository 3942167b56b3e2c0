"""The bytes of a file in writing become text, or JSON, or a refusal that says what to do."""

import codecs
import json
from pathlib import Path
from typing import Any, NoReturn

from pipeline.refusal import Refusal
from pipeline.speech.names import shown

MAX_MEGABYTES = 50


def text_of(path: Path) -> str:
    """The text: UTF-8, with or without a mark; UTF-16 with one (Excel's "Unicode text"); else GBK.

    Refusal where the file is missing, empty, larger than MAX_MEGABYTES or no text.
    """
    file = shown(path)
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_MEGABYTES * 1_000_000 + 1)
    except FileNotFoundError:
        raise Refusal("audio.not-found", file) from None
    except IsADirectoryError:
        raise Refusal("audio.not-a-file", file) from None
    except OSError:
        raise Refusal("audio.no-permission", file) from None
    if len(data) > MAX_MEGABYTES * 1_000_000:
        raise Refusal("written.too-big", file, allowed=MAX_MEGABYTES)
    text = _decoded(data, file)
    if not text.strip():
        raise Refusal("written.empty", file)
    if "\0" in text:
        raise Refusal("written.not-text", file, text.count("\n", 0, text.index("\0")) + 1)
    return text


def json_of(text: str, file: str) -> Any:
    """The JSON value of the text; Refusal with the line where it is none."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise Refusal("written.too-deep", file) from None
    except ValueError as error:
        raise Refusal("written.not-json", file, getattr(error, "lineno", None)) from None


def _decoded(data: bytes, file: str) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("written.not-text", file)


def _no_number(_: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python takes them."""
    raise ValueError
