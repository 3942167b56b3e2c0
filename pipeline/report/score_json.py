"""The JSON of `zhiyin score --json`: public, versioned; docs/json-schema/score-1.json holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.call import Call, Interval, Reason, Speaker, Turn, Word
from pipeline.hit import Hit
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.so_far import marks
from pipeline.text import rate, timing
from pipeline.wording import say, say_refusal
from pipeline.workflow.publishing import Standing
from pipeline.workflow.scoring import Scored

SCHEMA = 1
DECIMALS = 3
"""Times to the millisecond, confidences and shares to a thousandth."""

Json = dict[str, Any]


def document(results: Iterable[Scored], language: str, rules: Standing | None = None) -> Json:
    """All results, in order; sentences in that language, with their keys. rules: where the working
    copy stood that they were scored by, where that is known."""
    done = list(results)
    used: Json = {}
    if rules is not None:
        used = {"rules": {"published": rules.version or None, "changed": list(rules.changed)}}
    return {
        "schema": SCHEMA,
        **used,
        "calls": [
            call_json(str(r.source.paths[0]), r.call, r.cards, language)
            for r in done
            if r.call is not None
        ],
        "failed": [_failed(r, language) for r in done if r.call is None],
    }


def call_json(recording: str, call: Call, cards: Iterable[Scorecard], language: str) -> Json:
    """A call with its scorecards; recording: its file or name."""
    return {
        "recording": recording,
        "sources": list(call.sources),
        "id": call.id,
        "medium": call.medium.value,
        "duration": _round(call.duration),
        "status": "done",
        "remarks": [_reason(remark, language) for remark in call.remarks],
        "engine": call.engine,
        "turns": [_turn(turn) for turn in call.turns],
        "timing": _timing(call),
        "scorecards": [card_json(card, language) for card in cards],
    }


def _failed(result: Scored, language: str) -> Json:
    reason: Json = {"key": "", "text": ""}
    if result.refusal is not None:
        reason = _reason(result.refusal.reason, language)
        reason["text"] = say_refusal(result.refusal, language)
    return {"recording": str(result.source.paths[0]), "reason": reason}


def _turn(turn: Turn) -> Json:
    return {
        "speaker": turn.speaker.value,
        "channel": turn.channel,
        "start": _round(turn.start),
        "end": _round(turn.end),
        "text": turn.text,
        "raw": turn.text,
        "role_confidence": _round(turn.role_confidence),
        "words": [_word(word) for word in turn.words],
    }


def _word(word: Word) -> Json:
    return {
        "text": word.text,
        "start": _round_known(word.start),
        "end": _round_known(word.end),
        "confidence": _round(word.confidence),
    }


def _timing(call: Call) -> Json:
    """null where the call has no times of voice."""
    latencies, share = timing.reply_latencies(call), timing.talk_share(call)
    silences, overlaps = timing.silences(call), timing.overlaps(call)
    people = (Speaker.AGENT, Speaker.CUSTOMER)
    rates = {who.value: rate.characters_per_minute(call, who) for who in people}
    return {
        "first_reply": _round_known(timing.first_reply(call)),
        "reply_latencies": None
        if latencies is None
        else [{"at": _round(x.at), "seconds": _round(x.seconds)} for x in latencies],
        "silences": None if silences is None else [_interval(span) for span in silences],
        "overlaps": None
        if overlaps is None
        else [
            {"start": _round(x.start), "end": _round(x.end), "interrupter": x.interrupter.value}
            for x in overlaps
        ],
        "talk_share": None if share is None else _rounded(asdict(share)),
        "characters_per_minute": {who: _round_known(rate) for who, rate in rates.items()},
    }


def card_json(card: Scorecard, language: str) -> Json:
    """A scorecard."""
    return {
        "template": card.template,
        "title": card.title,
        "version": card.version,
        "ruleset": card.ruleset,
        "code": card.code,
        "settings": dict(card.settings),
        "total": card.total,
        "max": card.max,
        "waiting": marks(card).waiting,
        "at_stake": card.at_stake,
        "fatal": list(card.fatal),
        "sections": [asdict(section) for section in card.sections],
        "items": [item_json(item, language) for item in card.items],
    }


def item_json(item: ItemResult, language: str) -> Json:
    """A line of a scorecard."""
    near = item.nearest
    return {
        "id": item.id,
        "ask": item.ask,
        "section": item.section,
        "verdict": item.verdict.value,
        "points_lost": item.points_lost,
        "at_stake": item.at_stake,
        "max": item.max,
        "reason": _reason(item.reason, language),
        "remarks": [_reason(remark, language) for remark in item.remarks],
        "evidence": [hit_json(hit) for hit in item.evidence],
        "nearest": None
        if near is None
        else {
            "start": _round(near.start),
            "end": _round(near.end),
            "speaker": near.speaker.value,
            "quote": near.quote,
            "phrase": near.phrase,
            "score": near.score,
        },
    }


def hit_json(hit: Hit) -> Json:
    """A piece of evidence."""
    return {
        "start": _round(hit.start),
        "end": _round(hit.end),
        "speaker": hit.speaker.value,
        "quote": hit.quote,
        "confidence": _round(hit.confidence),
        "phrase": hit.what,
        "kind": hit.kind.value,
    }


def _reason(reason: Reason, language: str) -> Json:
    return {
        "key": reason.key,
        "values": dict(reason.values),
        "text": say(reason, language),
    }


def _interval(span: Interval) -> Json:
    return {"start": _round(span.start), "end": _round(span.end)}


def _rounded(values: Mapping[str, float]) -> Json:
    return {name: _round(value) for name, value in values.items()}


def _round(value: float) -> float:
    return round(float(value), DECIMALS)


def _round_known(value: float | None) -> float | None:
    return None if value is None else _round(value)
