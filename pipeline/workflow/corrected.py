"""Calls as people have corrected them: what `zhiyin score --json` wrote, set right by hand.

Of a call its recording is needed, and its turns or items or both; other keys are passed over:

{"calls": [{"recording": "a.wav", "turns": [{"speaker": "agent", "text": "您好"}],
            "items": {"greeting": "pass", "forbidden": "fail"}}]}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.call import Speaker
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.decision import DECIDABLE
from pipeline.text.opening import json_of, text_of
from pipeline.text.private import mask

MAX_BYTES = 50_000_000
SPEAKERS = {who.value: who for who in Speaker} | {
    "坐席": Speaker.AGENT,
    "客户": Speaker.CUSTOMER,
    "提示音": Speaker.OTHER,
    "不明": Speaker.UNKNOWN,
}
VERDICTS = {verdict.value: verdict for verdict in DECIDABLE} | {
    "通过": Verdict.PASS,
    "合格": Verdict.PASS,
    "不通过": Verdict.FAIL,
    "不合格": Verdict.FAIL,
    "不适用": Verdict.NOT_APPLICABLE,
}
OPEN = ("unsure", "crashed", "", None)
"""Left as the machine wrote it, or emptied: nobody has decided."""


@dataclass(frozen=True, slots=True)
class Said:
    """A turn as a person has put it right; channel as the machine wrote it, None without."""

    speaker: Speaker
    text: str
    channel: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One call. id: by which it is told from others of its file; turns None: not corrected."""

    recording: str
    id: str = ""
    turns: tuple[Said, ...] | None = None
    items: Mapping[str, Verdict] = field(default_factory=dict)


def read_corrected(path: Path) -> tuple[Corrected, ...]:
    """The calls of a file, private numbers masked. Refusal where it is not written so."""
    return tuple(_Reader(str(path)).calls(json_of(text_of(path, MAX_BYTES), str(path))))


@dataclass(frozen=True, slots=True)
class _Reader:
    file: str

    def calls(self, read: Any) -> Iterator[Corrected]:
        listed = read.get("calls", [read]) if isinstance(read, dict) else read
        if not isinstance(listed, list) or not listed:
            raise self.refuse("not-calls")
        for call in listed:
            if not isinstance(call, dict) or not isinstance(call.get("recording"), str):
                raise self.refuse("no-recording")
            yield self.call(call)

    def call(self, call: Mapping[str, Any]) -> Corrected:
        items = dict(self.items(call))
        turns = self.turns(call["turns"]) if call.get("turns") is not None else None
        if turns is None and not items:
            raise self.refuse("nothing-corrected", found=call["recording"])
        return Corrected(
            recording=call["recording"], id=str(call.get("id") or ""), turns=turns, items=items
        )

    def turns(self, listed: Any) -> tuple[Said, ...]:
        if not isinstance(listed, list) or not all(isinstance(turn, dict) for turn in listed):
            raise self.refuse("not-turns")
        said = [self.said(turn) for turn in listed]
        texts = mask([turn.text for turn in said])
        return tuple(Said(s.speaker, t, s.channel) for s, t in zip(said, texts, strict=True))

    def said(self, turn: Mapping[str, Any]) -> Said:
        speaker, text, channel = str(turn.get("speaker")), turn.get("text"), turn.get("channel")
        if speaker not in SPEAKERS:
            raise self.refuse("bad-speaker", found=speaker[:60], allowed="、".join(SPEAKERS))
        if not isinstance(text, str):
            raise self.refuse("no-text")
        return Said(SPEAKERS[speaker], text, channel if isinstance(channel, int) else None)

    def items(self, call: Mapping[str, Any]) -> Iterator[tuple[str, Verdict]]:
        for item, verdict in self.written(call):
            if verdict in VERDICTS:
                yield item, VERDICTS[verdict]
            elif verdict not in OPEN:
                found, allowed = f"{item}: {verdict}"[:60], "、".join(VERDICTS)
                raise self.refuse("bad-verdict", found=found, allowed=allowed)

    def written(self, call: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Item and verdict, in the short way and as in a scorecard."""
        short, cards = call.get("items", {}), call.get("scorecards", [])
        if not isinstance(short, dict) or not isinstance(cards, list):
            raise self.refuse("not-items")
        yield from ((str(item), _plain(verdict)) for item, verdict in short.items())
        for card in cards:
            listed = card.get("items") if isinstance(card, dict) else None
            for item in listed if isinstance(listed, list) else []:
                if not isinstance(item, dict) or not isinstance(item.get("id"), str):
                    raise self.refuse("not-items")
                yield item["id"], _plain(item.get("verdict"))

    def refuse(self, key: str, found: str = "", allowed: str = "") -> Refusal:
        return Refusal(f"measure.{key}", self.file, found=found, allowed=allowed)


def _plain(verdict: Any) -> str | None:
    """Something that a table can be asked for."""
    return verdict if verdict is None else str(verdict)
