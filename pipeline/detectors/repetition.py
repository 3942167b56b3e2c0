"""Somebody says the same sentence again. | 重复说同一句话。

Sentences are what stands between punctuation marks; one is a repetition if the same speaker has
said it before, in whatever words around it. Compared by sound, so that spelling does no harm;
sentences whose numbers differ are different. One that is only alike is a hit of kind sound, for a
person to decide. |
以标点断句；同一说话人此前说过同样的话即为重复，前后文不限。按读音比较，不受同音字影响；
数字不同则不算同一句。相似但不完全相同的按“读音”命中，由人判断。

at_least_characters: shorter sentences do not count | 不足多少字的句子不算

similarity: how alike, from 0 to 1, a sentence must be to one said before; 1 is the same |
与之前的话相似到多少（0 到 1）才算；1 为完全相同

times: the sentence is found from this saying of it on | 从第几次说起才算

previous_turns: look only this many turns back; 0 looks back to the start |
只往前看多少个话轮；0 表示从头看起

ignoring: sentences with a phrase of this lexicon may be repeated | 含有此词库中用语的句子可以重复
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import PEOPLE, quoted, unheard
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all
from pipeline.text.normal import normal
from pipeline.text.sound import sounds

SENTENCE = re.compile(r"[^，。！？；：、,.!?;:…\s]+")
NUMERALS = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿幺]+")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """text[start:end] of a turn; at: where it begins in all that its speaker says."""

    turn: int
    start: int
    end: int
    at: int
    form: str
    heard: str


def find(
    call: Call,
    *,
    at_least_characters: int = 8,
    similarity: float = 0.9,
    times: int = 2,
    previous_turns: int = 0,
    ignoring: Lexicon | None = None,
) -> Hits:
    """Hits named repetition."""
    found: list[Hit] = []
    for speaker in PEOPLE:
        said = list(_sentences(call, speaker))
        form, heard = _joined(said)
        for number, sentence in enumerate(said):
            if len(sentence.form) < at_least_characters or _ignored(call, sentence, ignoring):
                continue
            reach = sentence.turn - previous_turns if previous_turns else 0
            earlier = [s for s in said[:number] if s.turn >= reach]
            begin = earlier[0].at if earlier else sentence.at
            same = _same(sentence, form[begin : sentence.at], heard[begin : sentence.at])
            if same + 1 >= times:
                found.append(_hit(call, sentence, Kind.TEXT))
            elif similarity < 1 and _alike(sentence, earlier, similarity) + 1 >= times:
                found.append(_hit(call, sentence, Kind.SOUND))
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), unheard(call))


def _sentences(call: Call, speaker: Speaker) -> Iterator[_Sentence]:
    at = 0
    for index, turn in enumerate(call.turns):
        if turn.speaker != speaker:
            continue
        for match in SENTENCE.finditer(turn.text):
            form = normal(match.group()).text
            yield _Sentence(index, match.start(), match.end(), at, form, sounds(form))
            at += len(form)
        at += 1  # the line break between turns, in _joined


def _joined(said: list[_Sentence]) -> tuple[str, str]:
    """All that a speaker says, as written and as heard; characters in the same places."""
    form: list[str] = []
    heard: list[str] = []
    length = 0
    for sentence in said:
        breaks = "\n" * (sentence.at - length)
        form += breaks, sentence.form
        heard += breaks, sentence.heard
        length = sentence.at + len(sentence.form)
    return "".join(form), "".join(heard)


def _same(sentence: _Sentence, form: str, heard: str) -> int:
    """How often it was said before: the same sounds, the same numbers."""
    count, at, length = 0, heard.find(sentence.heard), len(sentence.form)
    while at >= 0:
        count += _numbers(form[at : at + length]) == _numbers(sentence.form)
        at = heard.find(sentence.heard, at + length)
    return count


def _alike(sentence: _Sentence, earlier: list[_Sentence], similarity: float) -> int:
    """How many earlier sentences are nearly the same, with the same numbers."""
    from rapidfuzz import fuzz, process

    near = process.extract(
        sentence.heard,
        [other.heard for other in earlier],
        scorer=fuzz.ratio,
        score_cutoff=similarity * 100,
        limit=None,
    )
    wanted = _numbers(sentence.form)
    return sum(_numbers(earlier[index].form) == wanted for _, _, index in near)


def _numbers(form: str) -> list[str]:
    return NUMERALS.findall(form)


def _ignored(call: Call, sentence: _Sentence, ignoring: Lexicon | None) -> bool:
    text = call.turns[sentence.turn].text[sentence.start : sentence.end]
    return ignoring is not None and bool(find_all(ignoring, text))


def _hit(call: Call, sentence: _Sentence, kind: Kind) -> Hit:
    return quoted(call, sentence.turn, sentence.start, sentence.end, "repetition", kind)
