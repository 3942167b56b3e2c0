"""Something much like a phrase of a lexicon is said. | 说出与词库用语相近的话。

One hit for every turn, at the stretch that comes nearest to any phrase, compared by sound. For
example sentences rather than fixed wording; its confidence falls with the likeness. What was said
in untrusted spans, or without words, could not be judged. |
每个话轮最多算一次，取与词库中任一用语读音最接近的片段。适合例句，而不是固定用语；越不像，置信度越低。
听不准或没有文字的片段不作判断。

lexicon: the example sentences; how they are matched does not matter here |
词库：例句；其中的匹配方式在此不起作用

at_least_similarity: how alike it must be, from 0 to 1; 1 is the same |
至少多相似，从 0 到 1；1 为完全相同
"""

from dataclasses import replace

from pipeline.call import Call
from pipeline.detectors._evidence import quoted, unheard
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import nearest


def find(call: Call, *, lexicon: Lexicon, at_least_similarity: float = 0.8) -> Hits:
    """Hits named after the phrase that is nearest."""
    found: list[Hit] = []
    for index, turn in enumerate(call.turns):
        near = nearest(lexicon, turn.text)
        if near is not None and near.score >= at_least_similarity:
            hit = quoted(call, index, near.start, near.end, near.phrase, Kind.TEXT)
            found.append(replace(hit, confidence=hit.confidence * near.score))
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), unheard(call))
