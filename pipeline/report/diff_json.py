"""What a change of rules does to stored calls, as JSON: `rescore --json` and `publish --json`."""

from collections.abc import Iterator
from typing import Any

from pipeline.hit import Verdict
from pipeline.report.score_json import hit_json
from pipeline.scoring.agreement import Agreement, Share
from pipeline.scoring.comparing import ItemChange
from pipeline.storage.plain import plain
from pipeline.workflow.comparing import Compared
from pipeline.workflow.rescoring import Rescored
from pipeline.workflow.verdict_tally import CallChange, ItemTally, Verdicts

SCHEMA = 1

Json = dict[str, Any]


def tally_document(rescored: Rescored) -> Json:
    """How new drafts came to stand."""
    tally = rescored.tally
    return {
        "schema": SCHEMA,
        "version": rescored.version,
        "calls": tally.calls,
        "placed": {place.value: count for place, count in tally.placed.items()},
        "decisions": {"hold": tally.hold, "asked_again": tally.asked_again},
        "moved": [
            {"before": before, "after": after, "calls": count}
            for (before, after), count in sorted(tally.moved.items())
        ],
        "untended": {"calls": tally.untended, "with_old_card": tally.abandoned},
        "crashed_items": tally.crashed,
    }


def diff_document(compared: Compared) -> Json:
    """The working copy beside the published version."""
    return {
        "schema": SCHEMA,
        "published": compared.version,
        "rules": plain(compared.rules),
        "verdicts": None if compared.verdicts is None else _verdicts(compared.verdicts),
    }


def _verdicts(verdicts: Verdicts) -> Json:
    return {
        "calls": verdicts.calls,
        "altered": verdicts.altered,
        "worse": verdicts.worse,
        "better": verdicts.better,
        "moved": verdicts.moved,
        "without_template": {"before": verdicts.unruled[0], "after": verdicts.unruled[1]},
        "crashed_items": verdicts.crashed,
        "items": [_item(key, tally) for key, tally in sorted(verdicts.items.items())],
        "agents": {
            agent: {"calls": t.calls, "worse": t.worse, "better": t.better, "points": t.points}
            for agent, t in sorted(verdicts.agents.items())
        },
        "changed": [_call(change) for change in verdicts.changed],
        "beside_people": _beside_people(verdicts),
    }


def _item(key: tuple[str, str], tally: ItemTally) -> Json:
    return {
        "template": key[0],
        "item": key[1],
        "ask": tally.ask,
        "newly_failing": tally.times(None, Verdict.FAIL),
        "no_longer_failing": tally.times(Verdict.FAIL, None),
        "newly_asked": tally.times(None, Verdict.UNSURE),
        "no_longer_asked": tally.times(Verdict.UNSURE, None),
        "points": tally.points,
        "changes": [
            {"before": before or None, "after": after or None, "calls": count}
            for (before, after), count in sorted(tally.verdicts.items())
        ],
        "examples": [_example(recording, change) for recording, change in tally.examples],
    }


def _example(recording: str, change: ItemChange) -> Json:
    return {"recording": recording, **_item_change(change)}


def _item_change(change: ItemChange) -> Json:
    return {
        "item": change.item,
        "before": change.before,
        "after": change.after,
        "points": change.points,
        "moments": [hit_json(hit) for hit in change.moments],
    }


def _call(change: CallChange) -> Json:
    return {
        "recording": change.recording,
        "agent": change.agent,
        "templates": {"before": change.templates[0], "after": change.templates[1]},
        "before": change.before,
        "after": change.after,
        "points": change.points,
        "items": [_item_change(item) for item in change.items],
    }


def _beside_people(verdicts: Verdicts) -> Json | None:
    """None where nobody decided on anything."""
    if not verdicts.decided:
        return None
    return {
        "on_other_words": verdicts.elsewhere,
        "all": dict(_both(verdicts.agreement())),
        "items": [
            {"template": key[0], "item": key[1], **dict(_both(verdicts.agreement(key)))}
            for key in sorted(verdicts.decided)
        ],
    }


def _both(pair: tuple[Agreement, Agreement]) -> Iterator[tuple[str, Json]]:
    for name, one in zip(("before", "after"), pair, strict=True):
        yield (
            name,
            {
                "decisions": one.cases,
                "failures": one.failures,
                "precision": _share(one.precision),
                "recall": _share(one.recall),
                "recall_with_asked": _share(one.recall_with_asked),
            },
        )


def _share(share: Share) -> Json:
    return {
        "part": share.part,
        "whole": share.whole,
        "rate": _round(share.rate),
        "low": _round(share.low),
        "high": _round(share.high),
    }


def _round(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)
