"""Asks detectors and keeps the hits that count.

A hit is doubtful for the reasons in doubt.py. Two hits on the same words are one. A phrase that
would clear the agent is found doubtfully where it is very nearly said: recognisers mishear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.call import Call, Speaker
from pipeline.detectors import detector
from pipeline.hit import Hit, Hits, Kind
from pipeline.scoring.answer import Answer, Look, Nearest, Truth, combine
from pipeline.scoring.condition import Condition, Find, Flow, Neither
from pipeline.scoring.doubt import ANCHOR, EXCUSE, NEAR, doubt
from pipeline.scoring.flow import follow
from pipeline.scoring.hearing import deaf, unjudged, within
from pipeline.scoring.nearest import SAME, as_hit, nearest_said
from pipeline.scoring.scope import Tie, Windows, inside, overlap, tie, windows
from pipeline.settings import Scoring

MIN_ALIKE = 4
"""Characters that must be alike for a near miss: 您看一下 and 您等一下 share three, by chance."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One call, seen by the conditions of one template. What a detector found is kept."""

    call: Call
    conditions: Mapping[str, Condition]
    settings: Scoring
    found: dict[str, Hits] = field(default_factory=dict)
    missed: dict[tuple[str, frozenset[Speaker]], Windows] = field(default_factory=dict)

    def ask(self, condition: Condition, this: Hit | None = None, clears: bool = False) -> Answer:
        """The value of a condition; this is the hit that anchors call "this".

        clears: its being found clears the agent (required, excusing), so that a near miss counts.
        """
        if isinstance(condition, Find):
            return self._find(condition, this, clears)
        if isinstance(condition, Flow):
            return follow(condition, self.call, self.ask, this, clears)
        clears ^= isinstance(condition, Neither)
        return combine(condition, tuple(self.ask(part, this, clears) for part in condition.parts))

    def _find(self, find: Find, this: Hit | None, clears: bool) -> Answer:
        hits = self._hits(find)
        if not hits.applicable:
            look = Look(find=find, windows=(), applicable=False)
            none = Truth.NOT_FOUND
            return Answer(heard=none, truth=none, looks=(look,), applicable=False)
        tied = self._tie(find, this)
        spans = windows(self.call, find.scope, tied.possible)
        counted = _merged([h for h in hits.found if self._counts(h, find, spans, tied.possible)])
        certain, doubts, excused = self._parted(find, counted, tied.sure, clears)
        together = _together(find, certain, tuple(doubts))
        most = max(len(sure) + len(unsure) for sure, unsure in together)
        wanting = most < max(find.at_least, find.different)
        near = nearest_said(self.call, find, spans) if clears and wanting else None
        if near is not None and self._misheard(near):
            doubts |= dict.fromkeys(_new(as_hit(near), counted), NEAR)
        missed = within(self._unjudged(find, hits), spans) + tied.unheard
        return _answer(
            Look(
                find=find,
                windows=spans,
                certain=tuple(certain),
                doubtful=tuple(doubts),
                why=tuple(doubts.values()),
                excused=tuple(excused),
                excuses=tuple(excused.values()),
                unheard=missed,
                deaf=tied.deaf or deaf(self.call, find, missed, spans),
                nearest=near,
            )
        )

    def _parted(
        self, find: Find, hits: list[Hit], anchors: tuple[Hit, ...], clears: bool
    ) -> tuple[list[Hit], dict[Hit, str], dict[Hit, tuple[Hit, ...]]]:
        """Hits that are certain, doubtful (and why), excused (and by what); anchors: those that
        are certain."""
        certain: list[Hit] = []
        doubts: dict[Hit, str] = {}
        excused: dict[Hit, tuple[Hit, ...]] = {}
        spans = windows(self.call, find.scope, anchors)
        for hit in hits:
            excuse, by = self._excuse(find, hit)
            why = doubt(hit, find, self.call, self.settings, clears)
            why = why or (EXCUSE if excuse == Truth.CANT_TELL else None)
            if excuse == Truth.FOUND:
                excused[hit] = by
            elif why is not None or not inside(self.call, hit, find.scope, spans, anchors):
                doubts[hit] = why or ANCHOR
            else:
                certain.append(hit)
        return certain, doubts, excused

    def _counts(self, hit: Hit, find: Find, spans: Windows, anchors: tuple[Hit, ...]) -> bool:
        speakers = find.scope.speakers
        if speakers and hit.speaker not in speakers and hit.speaker != Speaker.UNKNOWN:
            return False
        return inside(self.call, hit, find.scope, spans, anchors)

    def _hits(self, find: Find) -> Hits:
        if find.key not in self.found:
            self.found[find.key] = detector(find.detector).find(self.call, **find.settings)
        return self.found[find.key]

    def _unjudged(self, find: Find, hits: Hits) -> Windows:
        """Worked out once: a long call asks it for every hit."""
        key = find.key, find.scope.speakers
        if key not in self.missed:
            self.missed[key] = unjudged(self.call, find, hits.blind)
        return self.missed[key]

    def _misheard(self, near: Nearest) -> bool:
        """Whether the phrase may have been said, and not recognised."""
        settings = self.settings
        enough = near.score >= SAME or near.score * len(near.quote) >= MIN_ALIKE
        return enough and near.score >= settings.near_miss and near.trust < settings.misheard_below

    def _tie(self, find: Find, this: Hit | None) -> Tie:
        """The hits that a condition is tied to."""
        anchor = find.scope.anchor
        if anchor is None:
            return Tie()
        if anchor.name == "this":
            found = (this,) if this else ()
            return Tie(possible=found, sure=found)
        return tie(anchor, self.ask(self.conditions[anchor.name], this))

    def _excuse(self, find: Find, hit: Hit) -> tuple[Truth, tuple[Hit, ...]]:
        """Whether a hit is excused, and by which."""
        if find.unless is None:
            return Truth.NOT_FOUND, ()
        answer = self.ask(find.unless, hit, clears=True)
        return (answer.truth if answer.applicable else Truth.NOT_FOUND), answer.certain


def _merged(hits: list[Hit]) -> list[Hit]:
    """Hits on the same words as one: the spelled-out before the sound-alike, the longer first."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.kind == Kind.SOUND, h.start - h.end, h.start)):
        if hit.turn is None or not any(k.turn == hit.turn and overlap(k, hit) for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end))


def _new(hit: Hit, known: list[Hit]) -> list[Hit]:
    return [] if any(k.turn == hit.turn and overlap(k, hit) for k in known) else [hit]


def _answer(look: Look) -> Answer:
    counted = _together(look.find, look.certain, look.doubtful)
    if look.find.in_one_turn:
        counted = [hits for hits in counted if _count(look.find, *hits, False) != Truth.NOT_FOUND]
    return Answer(
        heard=_truth(look, False),
        truth=_truth(look, bool(look.unheard)),
        certain=tuple(hit for certain, _ in counted for hit in certain),
        doubtful=tuple(hit for _, doubtful in counted for hit in doubtful),
        looks=(look,),
    )


def _together(
    find: Find, certain: Sequence[Hit], doubtful: Sequence[Hit]
) -> list[tuple[list[Hit], list[Hit]]]:
    """The hits that are counted together: all of them, or those of each turn."""
    if not find.in_one_turn:
        return [(list(certain), list(doubtful))]
    turns: dict[int | None, tuple[list[Hit], list[Hit]]] = {}
    for number, hits in enumerate((certain, doubtful)):
        for hit in hits:
            turns.setdefault(hit.turn, ([], []))[number].append(hit)
    return list(turns.values()) or [([], [])]


def _truth(look: Look, more_possible: bool) -> Truth:
    """Whether as many hits as wanted are there, and as many different ones."""
    counted = _together(look.find, look.certain, look.doubtful)
    return max(_count(look.find, sure, unsure, more_possible) for sure, unsure in counted)


def _count(find: Find, certain: list[Hit], doubtful: list[Hit], more_possible: bool) -> Truth:
    both = certain + doubtful
    count = _between((len(certain), len(both)), find.at_least, find.at_most, more_possible)
    kinds = {hit.what for hit in certain}, {hit.what for hit in both}
    return min(count, _between((len(kinds[0]), len(kinds[1])), find.different, None, more_possible))


def _between(seen: tuple[int, int], least: int, most: int | None, more_possible: bool) -> Truth:
    certain, all_of_them = seen
    if (all_of_them < least and not more_possible) or (most is not None and certain > most):
        return Truth.NOT_FOUND
    if certain >= least and (most is None or (all_of_them <= most and not more_possible)):
        return Truth.FOUND
    return Truth.CANT_TELL
