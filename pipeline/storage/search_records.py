"""What a search is among, and what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.call import Speaker
from pipeline.hit import Verdict
from pipeline.storage.review_records import Wanted

CAP = 1_000
"""So many hits are counted; of more, only that there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Which calls are searched. cards: that have a card which is wanted so; None: all, also those
    that no template is for. share_from ≤ total / full marks ≤ share_to. verdict: on cards.item,
    which was raised or marked. seconds_from ≤ length ≤ seconds_to; silence: a silence of so many
    seconds or more."""

    cards: Wanted | None = None
    share_from: float | None = None
    share_to: float | None = None
    verdict: Verdict | None = None
    seconds_from: float | None = None
    seconds_to: float | None = None
    silence: float | None = None

    @property
    def of_cards(self) -> bool:
        """Whether a call needs a card to be among them."""
        return self.cards is not None or (self.share_from, self.share_to) != (None, None)

    @property
    def narrow(self) -> bool:
        """Whether anything is asked of the calls at all."""
        lengths = (self.seconds_from, self.seconds_to, self.silence)
        return self.of_cards or lengths != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A turn that was found. card: the last one of its call that was searched among, 0 without;
    call: its name; chat: it was written, and has no sound; at: seconds, of the first word found;
    spans: of the text, in code points."""

    recording: int
    card: int
    call: str
    chat: bool
    day: str
    started: str
    agent: str
    team: str
    turn: int
    speaker: Speaker
    at: float
    text: str
    spans: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits, the newest calls first and each from its beginning; count: of all of them, up
    to CAP; more: there are more than that."""

    hits: tuple[Hit, ...]
    count: int
    more: bool
