"""A phrase of a lexicon is said. | 说出词库中的话。

One hit for every phrase found, by any speaker, with the exact words as its quote. Confidence: the
geometric mean of the words' confidences times the trust in the speaker's role. What was said in
untrusted spans, or without words, could not be judged. |
词库中的每一处命中各算一次，不分说话人，并附原话。置信度为所含字词置信度的几何平均乘以角色置信度。
听不准或没有文字的片段不作判断。

lexicon: the phrases, and how they are matched | 词库：要找的话和匹配方式
"""

from pipeline.call import Call
from pipeline.detectors._evidence import quoted, unheard
from pipeline.hit import Hits
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all


def find(call: Call, *, lexicon: Lexicon) -> Hits:
    """Hits named after the phrase."""
    found = [
        quoted(call, index, match.start, match.end, match.phrase, match.kind)
        for index, turn in enumerate(call.turns)
        for match in find_all(lexicon, turn.text)
    ]
    return Hits(tuple(sorted(found, key=lambda hit: (hit.start, hit.end))), unheard(call))
