"""The draft scorecard of one call: verdicts, points, and the evidence behind each."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from pipeline import __version__
from pipeline.call import Call, Reason, Values
from pipeline.hit import Hit, Verdict
from pipeline.scoring.answer import Look, Nearest
from pipeline.scoring.finding import Scene
from pipeline.scoring.item import judge
from pipeline.scoring.judgement import Asked, Judgement
from pipeline.scoring.points import ItemPoints, Ruling, SectionPoints, points
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scope import overlap, part_of
from pipeline.scoring.template import Fatal, Item, Severity
from pipeline.settings import Scoring


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """One line of a scorecard.

    at_stake: points that it would cost if a person says FAIL (UNSURE and CRASHED only).
    nearest: the nearest thing said where a required phrase is missing.
    """

    id: str
    ask: str
    section: str
    verdict: Verdict
    points_lost: float
    at_stake: float
    max: float
    reason: Reason
    evidence: tuple[Hit, ...] = ()
    nearest: Nearest | None = None
    remarks: tuple[Reason, ...] = ()
    severity: Severity = Severity.NORMAL
    fatal: Fatal | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """One call by one ruleset. fatal: ids of the items that zeroed the card or a section.

    code: what drafted it; settings: those of scoring by which it did. With the transcript, which
    names its model, and the ruleset, they make the same card again.
    """

    call_id: str
    template: str
    title: str
    version: str
    ruleset: str
    scale: str
    total: float
    max: float
    at_stake: float
    fatal: tuple[str, ...]
    sections: tuple[SectionPoints, ...]
    items: tuple[ItemResult, ...]
    code: str = ""
    settings: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an item got its verdict: what was asked of which detector, where, and what came of it.

    before: the item that it depends on, and its verdict. lowest_trust: in the least trusted word
    of those in which it was looked, 0..1; None without words.
    """

    result: ItemResult
    ruleset: Ruleset
    asked: tuple[Asked, ...]
    lowest_trust: float | None
    before: tuple[str, Verdict] | None = None

    @property
    def looks(self) -> tuple[Look, ...]:
        """Where it was looked."""
        return tuple(look for asked in self.asked for look in asked.answer.looks)


def draft(call: Call, ruleset: Ruleset, settings: Scoring) -> Scorecard:
    """The draft scorecard of a call. No detector's fault stops it: such items are CRASHED."""
    template = ruleset.template
    judged = _judgements(call, ruleset, settings)
    counted = points(template, {name: Ruling(j.verdict, j.times) for name, j in judged.items()})
    return Scorecard(
        call_id=call.id,
        template=template.name,
        title=template.title,
        version=template.version,
        ruleset=ruleset.digest,
        scale=template.scale.value,
        total=counted.total,
        max=counted.max,
        at_stake=counted.at_stake,
        fatal=counted.fatal,
        sections=counted.sections,
        items=tuple(
            _result(call, item, judged[item.id], counted.items[item.id]) for item in template.items
        ),
        code=f"zhiyin {__version__}",
        settings={name: value for name, value in asdict(settings).items() if name != "template"},
    )


def explain(call: Call, ruleset: Ruleset, item: str, settings: Scoring) -> Explanation:
    """How one item came to its verdict; KeyError where the template has no such item."""
    rule = ruleset.template.item(item)
    result = next(r for r in draft(call, ruleset, settings).items if r.id == item)
    judged = _judgements(call, ruleset, settings)
    other = rule.depends[0] if rule.depends else None
    return Explanation(
        result=result,
        ruleset=ruleset,
        asked=judged[item].asked,
        lowest_trust=min(_trust(call, judged[item].looks), default=None),
        before=(other, judged[other].verdict) if other else None,
    )


def _judgements(call: Call, ruleset: Ruleset, settings: Scoring) -> dict[str, Judgement]:
    scene = Scene(call, ruleset.template.conditions, settings)
    judged: dict[str, Judgement] = {}
    for item in ruleset.template.items:
        before = {name: judgement.verdict for name, judgement in judged.items()}
        judged[item.id] = judge(item, scene, before)
    return judged


def _result(call: Call, item: Item, judgement: Judgement, cost: ItemPoints) -> ItemResult:
    lacking = judgement.verdict in (Verdict.FAIL, Verdict.UNSURE)
    return ItemResult(
        id=item.id,
        ask=item.ask,
        section=item.section,
        verdict=judgement.verdict,
        points_lost=cost.lost,
        at_stake=cost.at_stake,
        max=cost.max,
        reason=judgement.reason,
        evidence=judgement.evidence,
        nearest=_nearest(judgement.looks) if lacking else None,
        remarks=judgement.remarks,
        severity=item.severity,
        fatal=item.fatal,
        times=judgement.times,
    )


def _nearest(looks: tuple[Look, ...]) -> Nearest | None:
    near = (look.nearest for look in looks if look.nearest is not None)
    return max(near, key=lambda nearest: nearest.score, default=None)


def _trust(call: Call, looks: tuple[Look, ...]) -> Iterator[float]:
    """In the words of the speakers asked for, where it was looked for them."""
    for look in looks:
        for turn in call.turns:
            looked_at = any(overlap(turn, span) for span in look.windows)
            if looked_at and part_of(turn, look.find.scope.speakers):
                yield from (word.confidence for word in turn.words)
