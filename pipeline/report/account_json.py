"""The account of one verdict as JSON: `zhiyin explain --json`."""

from itertools import zip_longest

from pipeline.call import Interval
from pipeline.report import account
from pipeline.report.condition_words import sought
from pipeline.report.score_json import Json, hit_json, item_json
from pipeline.scoring.answer import Look
from pipeline.scoring.judgement import Asked
from pipeline.workflow.explaining import Explained

SCHEMA = 1


def document(explained: Explained, language: str) -> Json:
    """The verdict, the account in words, and what it rests on; looks is null where the rules of
    then cannot be read any more."""
    card, explanation = explained.card, explained.explanation
    return {
        "schema": SCHEMA,
        "recording": explained.recording,
        "engine": explained.call.engine,
        "template": card.template,
        "version": card.version,
        "ruleset": card.ruleset,
        "code": card.code,
        "settings": dict(card.settings),
        "in_force": explained.in_force,
        "item": item_json(explained.item, language),
        "account": [list(row) for row in account.rows(explained, language)],
        "notes": account.notes(explained, language),
        "lowest_trust": None if explanation is None else explanation.lowest_trust,
        "looks": None
        if explanation is None
        else [
            _look(look, asked, explained, language)
            for asked in explanation.asked
            for look in asked.answer.looks
        ],
    }


def _look(look: Look, asked: Asked, explained: Explained, language: str) -> Json:
    near = look.nearest
    return {
        "part": asked.part.value,
        "about": None if asked.this is None else hit_json(asked.this),
        "sought": sought(look.find, explained.conditions, language, asked.this),
        "detector": look.find.detector,
        "settings": dict(look.find.shown),
        "applicable": look.applicable,
        "windows": [_span(span, explained.call.duration) for span in look.windows],
        "certain": [hit_json(hit) for hit in look.certain],
        "doubtful": [
            {**hit_json(hit), "why": why or "other"}
            for hit, why in zip_longest(look.doubtful, look.why)
        ],
        "excused": [
            {**hit_json(hit), "because": [hit_json(by) for by in because]}
            for hit, because in zip(look.excused, look.excuses, strict=True)
        ],
        "unheard": [_span(span, explained.call.duration) for span in look.unheard],
        "nearest": None
        if near is None
        else {
            "start": near.start,
            "end": near.end,
            "quote": near.quote,
            "phrase": near.phrase,
            "score": near.score,
            "trust": near.trust,
        },
    }


def _span(span: Interval, duration: float) -> Json:
    """A window without an end goes to the end of the call."""
    return {"start": max(0.0, span.start), "end": min(span.end, duration)}
