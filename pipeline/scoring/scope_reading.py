"""Reads where a condition looks and how many hits it wants: the keys beside a detector's own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.call import Speaker
from pipeline.scoring.condition import Anchor, Condition, Place, Scope
from pipeline.scoring.reading import Fields, Reading, shown
from pipeline.text.document import Node

PLACES = tuple(place.value for place in Place)
POSITION = (
    *("first_seconds", "last_seconds", "between_seconds"),
    *("first_turns", "last_turns", "between_turns", "percent"),
)
REACH = ("within_seconds", "within_turns")
COUNT = ("at_least", "at_most", "different", "in_one_turn")
SCOPE = ("speaker", *POSITION, *PLACES, *REACH, *COUNT, "doubtful", "unless")
ANCHOR = re.compile(r"(?:(?P<nth>first|last|[1-9]\d?(?:st|nd|rd|th))\s+)?(?P<name>\S+)")
ANYONE = "any"
MOST = 100_000
"""No call has more seconds or turns."""

Count = TypeVar("Count", int, float)


@dataclass(frozen=True, slots=True)
class ScopeReading:
    """Reads the scopes of one template; by_name knows its named conditions."""

    reading: Reading
    by_name: Callable[[str, int], Condition | None]

    def scope(self, fields: Fields) -> Scope:
        reading = self.reading
        return Scope(
            speakers=self.speakers(fields.get("speaker")),
            first_seconds=reading.number(fields.get("first_seconds")),
            last_seconds=reading.number(fields.get("last_seconds")),
            first_turns=reading.whole(fields.get("first_turns")),
            last_turns=reading.whole(fields.get("last_turns")),
            between_seconds=self.between(fields.get("between_seconds"), reading.number),
            between_turns=self.between(fields.get("between_turns"), reading.whole),
            percent=self.percent(fields.get("percent")),
            anchor=self.anchor(fields),
        )

    def speakers(self, node: Node | None) -> frozenset[Speaker]:
        words = self.reading.words(node)
        allowed = [speaker.value for speaker in Speaker]
        for word in words:
            if node is not None and word not in (*allowed, ANYONE):
                self.reading.note("not-a-choice", node, word, "、".join((*allowed, ANYONE)))
        return frozenset(Speaker(word) for word in words if word in allowed)

    def percent(self, node: Node | None) -> tuple[float, float] | None:
        if node is None:
            return None
        match [self.reading.number(item) for item in self.reading.listing(node)]:
            case [float(start), float(end)] if start < end <= 100:
                return start, end
        self.reading.note("wrong-percent", node, shown(node), "[0, 20]")
        return None

    def between(
        self, node: Node | None, read: Callable[[Node, int], Count | None]
    ) -> tuple[Count, Count] | None:
        """From and to; negative ones count from the end, so that [-60, -10] and [10, -10] do."""
        if node is None:
            return None
        match [read(item, -MOST) for item in self.reading.listing(node)]:
            case [start, end] if start is not None and end is not None:
                backwards = start < 0 <= end or (start > end and not end < 0 <= start)
                if not backwards and not (read == self.reading.whole and 0 in (start, end)):
                    return start, end
        self.reading.note("wrong-between", node, shown(node), "[3, 8]、[-8, -3]、[3, -3]")
        return None

    def anchor(self, fields: Fields) -> Anchor | None:
        places = [place for place in PLACES if place in fields]
        reach = [key for key in REACH if key in fields]
        if not places:
            for key in reach:
                self.reading.note("reach-without-anchor", fields[key], key, "、".join(PLACES))
            return None
        node = fields[places[0]]
        if len(places) > 1:
            self.reading.note("two-anchors", node, "、".join(places))
        match = ANCHOR.fullmatch(self.reading.word(node))
        if match is None:
            self.reading.note("bad-anchor", node, shown(node), "this、NAME、2nd NAME")
            return None
        if match["name"] != "this":
            self.by_name(match["name"], node.line)
        return Anchor(
            place=Place(places[0]),
            name=match["name"],
            nth=_nth(match["nth"]),
            within_seconds=self.reading.number(fields.get("within_seconds")),
            within_turns=self.reading.whole(fields.get("within_turns"), 0),
        )


def _nth(word: str | None) -> int | None:
    if word is None:
        return None
    return {"first": 1, "last": -1}.get(word) or int(word[:-2])
