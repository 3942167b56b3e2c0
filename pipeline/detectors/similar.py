"""Something much like a phrase of a lexicon is said. | 说出与词库用语相近的话。

One hit for every turn, at the stretch that comes nearest to any phrase. For example sentences
rather than fixed wording; its confidence falls with the likeness. By sound, the order of words
matters, and spelling does not; by characters (and pairs of them) or by words, what is said matters
more than in which order, and what is rare among the phrases more than what they share (TF-IDF).
What was said in untrusted spans, or without words, could not be judged. |
每个话轮最多算一次，取与词库中任一用语最接近的片段。适合例句，而不是固定用语；越不像，置信度越低。
按读音比较时看次序，不看写法；按字（和相邻两字）或按词比较时，次序影响较小，
例句中少见的字词比共有的重要（TF-IDF）。听不准或没有文字的片段不作判断。

lexicon: the example sentences; how they are matched does not matter here |
词库：例句；其中的匹配方式在此不起作用

by: what is compared: sound, characters or words | 比什么：sound 读音，characters 字，words 词

at_least_similarity: how alike it must be, from 0 to 1; 1 is the same |
至少多相似，从 0 到 1；1 为完全相同
"""

from dataclasses import replace
from typing import Literal

from pipeline.call import Call
from pipeline.detectors._evidence import quoted, unheard
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.lexicon import Lexicon
from pipeline.text.likeness import most_alike
from pipeline.text.match import nearest


def find(
    call: Call,
    *,
    lexicon: Lexicon,
    by: Literal["sound", "characters", "words"] = "sound",
    at_least_similarity: float = 0.8,
) -> Hits:
    """Hits named after the phrase that is nearest."""
    found: list[Hit] = []
    texts = [turn.text for turn in call.turns]
    if by == "sound":
        best = tuple(nearest(lexicon, text) for text in texts)
    else:
        best = most_alike(lexicon, texts, by)
    for index, near in enumerate(best):
        if near is not None and near.score >= at_least_similarity:
            hit = quoted(call, index, near.start, near.end, near.phrase, Kind.TEXT)
            found.append(replace(hit, confidence=hit.confidence * near.score))
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), unheard(call))
