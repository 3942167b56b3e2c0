"""Somebody says the same sentence again. | 重复说同一句话。

Sentences are what stands between punctuation marks, and what stands between pauses of 0.35 seconds
inside them (a pause beside a number parts nothing); one is a repetition if the same speaker (or the
other one) has said it before, in whatever words around it. Compared by sound, so that spelling does
no harm; sentences whose numbers differ are different. One that is only alike is a hit of kind
sound, for a person to decide. |
以标点断句，句中停顿 0.35 秒以上处也断开（紧邻数字的停顿除外）；
同一说话人（或对方）此前说过同样的话即为重复，前后文不限。按读音比较，不受同音字影响；
数字不同则不算同一句。相似但不完全相同的按“读音”命中，由人判断。

at_least_characters: shorter sentences do not count | 不足多少字的句子不算

similarity: how alike, from 0 to 1, a sentence must be to one said before; 1 is the same |
与之前的话相似到多少（0 到 1）才算；1 为完全相同

times: the sentence is found from this saying of it on | 从第几次说起才算

said_before_by: who said it before: the same speaker, the other one, or anyone |
此前是谁说的：same 同一人，other 对方，anyone 不限

previous_turns: look only this many turns back; 0 looks back to the start |
只往前看多少个话轮；0 表示从头看起

ignoring: sentences with a phrase of this lexicon may be repeated | 含有此词库中用语的句子可以重复
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from pipeline.call import Call, Speaker, Turn
from pipeline.detectors._evidence import PEOPLE, quoted, unheard
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all
from pipeline.text.normal import normal
from pipeline.text.sound import sounds

SENTENCE = re.compile(r"[^，。！？；：、,.!?;:…\s]+")
NUMERAL = r"\d零〇一二两三四五六七八九十百千万亿幺"
NUMERALS = re.compile(rf"[{NUMERAL}]+")
OF_NUMBER = re.compile(rf"[{NUMERAL}*]")
PAUSE_SECONDS = 0.35
"""Recognisers write few marks or none; a breath between sentences takes this long."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """text[start:end] of a turn; at: where it begins in all that its speaker says.

    parts are its stretches between pauses, if there are several.
    """

    turn: int
    start: int
    end: int
    at: int
    form: str
    heard: str
    parts: tuple["_Sentence", ...] = ()

    @property
    def until(self) -> int:
        """Where it ends in all that its speaker says."""
        return self.at + len(self.form)


def find(
    call: Call,
    *,
    at_least_characters: int = 8,
    similarity: float = 0.9,
    times: int = 2,
    said_before_by: Literal["same", "other", "anyone"] = "same",
    previous_turns: int = 0,
    ignoring: Lexicon | None = None,
) -> Hits:
    """Hits named repetition."""
    found: list[Hit] = []
    said = {speaker: _Said.by(call, speaker) for speaker in PEOPLE}
    for speaker, own in said.items():
        theirs = [
            s for who, s in said.items() if said_before_by in (_beside(who, speaker), "anyone")
        ]
        for sentence in own.sentences:
            kinds: dict[_Sentence, Kind] = {}
            for one in _not_ignored(call, sentence, ignoring):
                if len(one.form) < max(1, at_least_characters):
                    continue
                reach = one.turn - previous_turns if previous_turns else 0
                ends = [(s, one.at if s is own else s.until_turn(one.turn)) for s in theirs]
                if sum(s.same(one, reach, end) for s, end in ends) + 1 >= times:
                    kinds[one] = Kind.TEXT
                elif similarity < 1 and times <= 1 + sum(
                    s.alike(one, (reach, end), similarity) for s, end in ends
                ):
                    kinds[one] = Kind.SOUND
            found += (_hit(call, one, kind) for one, kind in _chosen(sentence, kinds))
    return Hits(tuple(sorted(found, key=lambda hit: hit.start)), unheard(call))


@dataclass(frozen=True, slots=True)
class _Said:
    """All that a speaker says: as sentences, as written and as heard, characters in line."""

    sentences: tuple[_Sentence, ...]
    form: str
    heard: str

    @classmethod
    def by(cls, call: Call, speaker: Speaker) -> "_Said":
        sentences = tuple(_sentences(call, speaker))
        form: list[str] = []
        heard: list[str] = []
        length = 0
        for sentence in sentences:
            breaks = "\n" * (sentence.at - length)
            form += breaks, sentence.form
            heard += breaks, sentence.heard
            length = sentence.until
        return cls(sentences, "".join(form), "".join(heard))

    def until_turn(self, turn: int) -> int:
        """Where what is said before a turn ends."""
        return max((s.until for s in self.sentences if s.turn < turn), default=0)

    def same(self, sentence: _Sentence, reach: int, end: int) -> int:
        """How often it was said, from a turn on to an end: the same sounds, the same numbers."""
        begin = next((s.at for s in self.sentences if s.turn >= reach), end)
        count, length = 0, len(sentence.form)
        at = self.heard.find(sentence.heard, begin, end)
        while at >= 0:
            count += _numbers(self.form[at : at + length]) == _numbers(sentence.form)
            at = self.heard.find(sentence.heard, at + length, end)
        return count

    def alike(self, sentence: _Sentence, within: tuple[int, int], similarity: float) -> int:
        """How many sentences from a turn on to an end are nearly the same, or have such a part."""
        from rapidfuzz import fuzz, process

        earlier = [
            (number, one)
            for number, whole in enumerate(self.sentences)
            if whole.turn >= within[0]
            for one in (whole, *whole.parts)
            if one.until <= within[1]
        ]
        near = process.extract(
            sentence.heard,
            [one.heard for _, one in earlier],
            scorer=fuzz.ratio,
            score_cutoff=similarity * 100,
            limit=None,
        )
        wanted = _numbers(sentence.form)
        matching = (earlier[index] for _, _, index in near)
        return _sayings([(n, one) for n, one in matching if _numbers(one.form) == wanted])


def _beside(who: Speaker, speaker: Speaker) -> str:
    return "same" if who == speaker else "other"


def _sayings(near: list[tuple[int, _Sentence]]) -> int:
    """A sentence and its parts are one saying; two of its parts are two."""
    parts = Counter(number for number, _ in near)
    wholes = {number for number, one in near if one.parts}
    return sum(max(1, count - (number in wholes)) for number, count in parts.items())


def _sentences(call: Call, speaker: Speaker) -> Iterator[_Sentence]:
    at = 0
    for index, turn in enumerate(call.turns):
        if turn.speaker != speaker:
            continue
        pauses = _pauses(turn)
        for match in SENTENCE.finditer(turn.text):
            inside = [cut for cut in pauses if match.start() < cut < match.end()]
            bounds = (match.start(), *inside, match.end())
            parts: list[_Sentence] = []
            part_at = at
            for start, end in pairwise(bounds):
                parts.append(_sentence(index, turn, (start, end), part_at))
                part_at = parts[-1].until
            whole = _sentence(index, turn, match.span(), at)
            yield replace(whole, parts=tuple(parts)) if inside else whole
            at = whole.until
        at += 1  # a line break between turns


def _sentence(index: int, turn: Turn, span: tuple[int, int], at: int) -> _Sentence:
    form = normal(turn.text[slice(*span)]).text
    return _Sentence(index, *span, at, form, sounds(form))


def _pauses(turn: Turn) -> list[int]:
    """Offsets in the text before which the speaker pauses, none of them beside a number.

    A number often follows after a breath, and belongs to what stands before: 话费是……四十元.
    """
    cuts: list[int] = []
    at = 0
    for before, word in pairwise(turn.words):
        at += len(before.text)
        if before.end is None or word.start is None:
            continue
        beside = before.text[-1:] + word.text[:1]
        if round(word.start - before.end, 3) >= PAUSE_SECONDS and not OF_NUMBER.search(beside):
            cuts.append(at)
    return cuts


def _chosen(sentence: _Sentence, kinds: dict[_Sentence, Kind]) -> list[tuple[_Sentence, Kind]]:
    """The whole sentence before its parts, what is the same before what is only alike."""
    kind: Kind
    for kind in (Kind.TEXT, Kind.SOUND):
        if kinds.get(sentence) == kind:
            return [(sentence, kind)]
        parts = [(part, kind) for part in sentence.parts if kinds.get(part) == kind]
        if parts:
            return parts
    return []


def _numbers(form: str) -> list[str]:
    return NUMERALS.findall(form)


def _not_ignored(call: Call, sentence: _Sentence, ignoring: Lexicon | None) -> list[_Sentence]:
    """The sentence and its parts, less those that a phrase of the lexicon lies in or reaches."""
    text = call.turns[sentence.turn].text[sentence.start : sentence.end]
    found = find_all(ignoring, text) if ignoring is not None else ()
    spans = [(sentence.start + match.start, sentence.start + match.end) for match in found]
    return [
        one
        for one in (sentence, *sentence.parts)
        if not any(start < one.end and one.start < end for start, end in spans)
    ]


def _hit(call: Call, sentence: _Sentence, kind: Kind) -> Hit:
    return quoted(call, sentence.turn, sentence.start, sentence.end, "repetition", kind)
