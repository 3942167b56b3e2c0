"""Judges one item of a template on one call: a verdict, its reason, and the evidence.

A verdict that rests on absence is never sure where something was not heard; an accusation is never
made on doubtful evidence, or on a recording that is itself in doubt.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pipeline.call import Call, Medium, Reason, Speaker
from pipeline.hit import Hit, Verdict
from pipeline.scoring.answer import Answer, Truth, in_order
from pipeline.scoring.finding import Scene
from pipeline.scoring.judgement import (
    NOTHING,
    Asked,
    Judgement,
    Part,
    for_a_person,
    plain,
    unsure,
)
from pipeline.scoring.template import Item, Rule
from pipeline.unexpected import note_unexpected

SWAPPED = "speech.swap-suspected"
"""The remark of a call whose speakers may be the wrong way round."""
UNPLACED = {
    "scoring.missing-unheard": "scoring.missing-unplaced",
    "scoring.missing-cut-off": "scoring.missing-unplaced",
    "scoring.partly-unheard": "scoring.partly-unplaced",
    "scoring.cut-off": "scoring.partly-unplaced",
}
"""Reasons of a call, and what they are in a chat."""
UNRECORDED = {"ending": "unrecorded-ending", "record": "unrecorded-field"}
"""Detectors that read the call record, and the reason where it lacks what they look at."""


def judge(item: Item, scene: Scene, before: Mapping[str, Verdict]) -> Judgement:
    """The judgement of an item; before holds the verdicts of the items above it.

    A detector that raises makes it CRASHED: the one place where an error becomes a verdict.
    """
    try:
        return _doubted(_judge(item, scene, before), item, scene.call)
    except Exception as error:  # a fault in one detector must not hide the other items
        note_unexpected(error, item.id)
        return plain(Verdict.CRASHED, "crashed", error=type(error).__name__)


def _judge(item: Item, scene: Scene, before: Mapping[str, Verdict]) -> Judgement:
    if not _in_force(item, scene.call):
        return plain(Verdict.NOT_APPLICABLE, "not-in-force")
    if not _spoken(scene.call):
        return plain(Verdict.NOT_APPLICABLE, "nobody-speaks")
    sure = True
    if item.depends is not None:
        other, verdicts = item.depends
        if before[other] in (Verdict.UNSURE, Verdict.CRASHED) and before[other] not in verdicts:
            sure = False
        elif before[other] not in verdicts:
            return plain(Verdict.NOT_APPLICABLE, "depends", item=other)
    if item.rule is None:
        return NOTHING
    judgement = _rule(item.rule, scene)
    if item.per_hit and item.bonus and judgement.verdict == Verdict.PASS:
        judgement = replace(judgement, times=max(1, len(judgement.evidence)))
    return judgement if sure else unsure(judgement, "depends-unsure", item=other)


def _rule(rule: Rule, scene: Scene) -> Judgement:
    if rule.when is None:
        return _occasions(rule, scene)
    answer = scene.ask(rule.when)
    asked = (Asked(Part.WHEN, answer),)
    if not answer.applicable or answer.truth == Truth.NOT_FOUND:
        return replace(plain(Verdict.NOT_APPLICABLE, "no-occasion"), asked=asked)
    judgement = _occasions(rule, scene)
    judgement = replace(judgement, asked=judgement.asked + asked)
    return judgement if answer.truth == Truth.FOUND else unsure(judgement, "occasion-unsure")


def _occasions(rule: Rule, scene: Scene) -> Judgement:
    """The rule once, or for each hit of a condition; the worst verdict is the item's."""
    if rule.for_each is None:
        return _once(rule, scene, None)
    answer = scene.ask(scene.conditions[rule.for_each])
    each = [_once(rule, scene, hit) for hit in answer.certain]
    each += [unsure(_once(rule, scene, hit), "occasion-unsure") for hit in answer.doubtful]
    occasions = (Asked(Part.FOR_EACH, answer),)
    if not each:
        return replace(plain(Verdict.NOT_APPLICABLE, "no-occasion"), asked=occasions)
    worst = min(each, key=lambda judgement: _gravity(judgement.verdict))
    alike = [judgement for judgement in each if judgement.verdict == worst.verdict]
    return replace(
        worst,
        evidence=tuple(dict.fromkeys(hit for one in alike for hit in one.evidence)),
        times=sum(one.times for one in alike),
        asked=tuple(asked for one in each for asked in one.asked) + occasions,
    )


def _once(rule: Rule, scene: Scene, this: Hit | None) -> Judgement:
    if rule.require is None:
        return _forbidden(scene.ask(rule.forbid, this), this) if rule.forbid else NOTHING
    judgement = _required(scene.ask(rule.require, this, clears=True), this)
    if rule.unless is None or judgement.verdict == Verdict.PASS:
        return judgement
    excuse = scene.ask(rule.unless, this, clears=True)
    asked = (*judgement.asked, Asked(Part.UNLESS, excuse, this))
    if not excuse.applicable or excuse.truth == Truth.NOT_FOUND:
        return replace(judgement, asked=asked)
    if excuse.truth == Truth.FOUND:
        return replace(
            plain(Verdict.NOT_APPLICABLE, "excused"),
            evidence=excuse.certain,
            asked=asked,
        )
    return unsure(replace(judgement, asked=asked), "excuse-unsure")


def _required(answer: Answer, this: Hit | None) -> Judgement:
    """Found is PASS; absence is FAIL only where all of the scope was heard."""
    occasion = (this,) if this is not None else ()
    asked = (Asked(Part.REQUIRE, answer, this),)
    if not answer.applicable:
        return replace(plain(Verdict.NOT_APPLICABLE, "lacks-data"), asked=asked)
    if answer.truth == Truth.FOUND:
        verdict, key, evidence = Verdict.PASS, "found", answer.certain
    elif answer.truth == Truth.NOT_FOUND:
        verdict, key, evidence = Verdict.FAIL, "missing", occasion + answer.against
    elif answer.doubtful:
        verdict, key, evidence = Verdict.UNSURE, "found-doubtful", _both(answer)
    else:
        key = "missing-unheard" if _unheard_seconds(answer) else "missing-cut-off"
        verdict, evidence = Verdict.UNSURE, occasion + answer.against
    reason, why = _reason(key, answer), answer.why
    return Judgement(
        verdict=verdict,
        reason=why if why is not None and verdict == Verdict.FAIL else reason,
        evidence=evidence,
        asked=asked,
        remarks=(why,) if why is not None and verdict == Verdict.UNSURE else (),
    )


def _forbidden(answer: Answer, this: Hit | None) -> Judgement:
    """Certain hits are FAIL, doubtful ones UNSURE; silence about what was not heard is no PASS."""
    asked = (Asked(Part.FORBID, answer, this),)
    if not answer.applicable:
        return replace(plain(Verdict.NOT_APPLICABLE, "lacks-data"), asked=asked)
    remarks: tuple[Reason, ...] = ()
    if answer.truth == Truth.FOUND:
        key = "forbidden" if answer.certain else "lacking"
        verdict, evidence = Verdict.FAIL, answer.certain
    elif answer.heard != Truth.NOT_FOUND:
        verdict, key, evidence = Verdict.UNSURE, "forbidden-doubtful", _both(answer)
    elif answer.deaf:
        verdict, key, evidence = Verdict.UNSURE, _lack(answer), ()
    else:
        verdict, key, evidence = Verdict.PASS, "none-found", ()
        if answer.unheard:
            rest = _unheard_seconds(answer) > 0
            remarks = (_reason("partly-unheard", answer) if rest else _reason("cut-off", answer),)
    return Judgement(
        verdict=verdict,
        reason=_reason(key, answer),
        evidence=evidence,
        times=max(1, len(evidence)),
        asked=asked,
        remarks=remarks,
    )


def _both(answer: Answer) -> tuple[Hit, ...]:
    """What a person decides on: where several are wanted, the doubtful ones are not all of it."""
    return in_order((*answer.certain, *answer.doubtful))


def _doubted(judgement: Judgement, item: Item, call: Call) -> Judgement:
    """What a whole recording, or the template, says against charging a failure outright."""
    if call.medium == Medium.CHAT:
        judgement = _in_writing(judgement)
    swapped = item.rule is not None and any(remark.key == SWAPPED for remark in call.remarks)
    if swapped and judgement.verdict in (Verdict.PASS, Verdict.FAIL):  # asked of the wrong person
        return for_a_person(judgement, "swap-suspected")
    if item.rule is not None and _agent_missing(call):
        judgement = unsure(judgement, "agent-not-heard")
    return unsure(judgement, "asks-person") if item.asks_person else judgement


def _in_writing(judgement: Judgement) -> Judgement:
    """Of a chat nothing is badly heard, and none breaks off: nobody knows who wrote a message."""
    remarks = tuple(replace(r, key=UNPLACED.get(r.key, r.key)) for r in judgement.remarks)
    key = UNPLACED.get(judgement.reason.key, judgement.reason.key)
    return replace(judgement, reason=replace(judgement.reason, key=key), remarks=remarks)


def _unheard_seconds(answer: Answer) -> float:
    """0 where only the end is missing: a recording that breaks off."""
    return round(sum(span.seconds for span in answer.unheard), 1)


def _lack(answer: Answer) -> str:
    """What nothing could be judged for: a field of the call record, or all that was not heard."""
    asked = {look.find.detector for look in answer.looks}
    return UNRECORDED.get(asked.pop(), "cannot-judge") if len(asked) == 1 else "cannot-judge"


def _reason(key: str, answer: Answer) -> Reason:
    values: dict[str, str | float] = {
        "certain": len(answer.certain),
        "doubtful": len(answer.doubtful),
        "unheard_seconds": _unheard_seconds(answer),
    }
    return Reason(f"scoring.{key}", values)


def _gravity(verdict: Verdict) -> int:
    order = (Verdict.FAIL, Verdict.UNSURE, Verdict.PASS, Verdict.NOT_APPLICABLE)
    return order.index(verdict)


def _in_force(item: Item, call: Call) -> bool:
    """Whether an item counts on the day of the call; a call without a date gets every item."""
    if call.about.started is None:
        return True
    try:
        day = date.fromisoformat(call.about.started[:10])
    except ValueError:
        return True
    return (item.since or day) <= day <= (item.until or day)


def _spoken(call: Call) -> bool:
    return bool(call.untrusted) or any(turn.speaker != Speaker.OTHER for turn in call.turns)


def _agent_missing(call: Call) -> bool:
    """No word and no voice of the agent, though someone speaks: rather the recording's fault."""
    voiced = call.speech is not None and bool(call.speech.get(Speaker.AGENT))
    return not voiced and all(turn.speaker != Speaker.AGENT for turn in call.turns)
