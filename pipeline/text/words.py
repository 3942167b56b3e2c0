"""Words, by jieba: for boundaries and topics, never for search (it finds half of what is there).

Its dictionary is jieba's own. The phrases of lexicons never go into it: with 不清楚 added,
您清不清楚 is cut 清/不清楚, and a question becomes a violation.
"""

import logging
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of text; joined they are text again."""
    return tuple(_tokenizer().lcut(text))


@lru_cache(maxsize=4096)
def boundaries(text: str) -> frozenset[int]:
    """Offsets between words, with 0 and len(text)."""
    return frozenset(accumulate((len(word) for word in words(text)), initial=0))


@cache
def _tokenizer() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)  # else it talks about its cache on stderr
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer
