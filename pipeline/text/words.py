"""Words, by jieba: for boundaries and topics, never for search (it finds half of what is there).

Its dictionary is jieba's own. The phrases of lexicons never go into it: with 不清楚 added,
您清不清楚 is cut 清/不清楚, and a question becomes a violation.
"""

import logging
import os
import shutil
import stat
import tempfile
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOM_FOR_CACHE = 64 << 20
"""Bytes free in the temporary folder from which jieba keeps its dictionary there, ready to load."""
PRIVATE = 0o700


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of text; joined they are text again."""
    return tuple(_tokenizer().lcut(text))


@lru_cache(maxsize=4096)
def parts_of_word(word: str) -> tuple[str, ...]:
    """A word, after the shorter words of the dictionary that it is made of, if any."""
    return tuple(_tokenizer().lcut_for_search(word))


@lru_cache(maxsize=4096)
def boundaries(text: str) -> frozenset[int]:
    """Offsets between words of the dictionary, with 0 and len(text).

    Without jieba's guesses at new words, which join 能办 in 一定能办下来 and so hide 一定能.
    """
    cut = _tokenizer().lcut(text, HMM=False)
    return frozenset(accumulate(map(len, cut), initial=0))


def kept_in() -> Path | None:
    """Where jieba may keep its dictionary ready to load: a folder in the temporary one that is
    nobody else's. What lies there is loaded as Python objects: whoever could write it could run
    what they like. None where there is none."""
    folder = Path(tempfile.gettempdir()) / f"zhiyin-{os.getuid()}"
    try:
        folder.mkdir(PRIVATE, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return folder if mine and stat.S_IMODE(found.st_mode) == PRIVATE else None


@cache
def _tokenizer() -> Any:
    import jieba

    jieba.setLogLevel(logging.CRITICAL)  # else it talks about its cache on stderr
    tokenizer = jieba.Tokenizer()
    folder = kept_in()
    if folder and shutil.disk_usage(folder).free > ROOM_FOR_CACHE:
        tokenizer.tmp_dir = str(folder)
        tokenizer.initialize()
    else:  # a cache that did not fit would stay behind in part
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    return tokenizer
