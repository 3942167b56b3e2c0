"""Marks as they come in, looked over: they must point at something, and say no private number."""

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.scoring.decision import DECIDABLE
from pipeline.scoring.reckoning import claims
from pipeline.scoring.review import NO, YES, Mark, Marking, Span, View
from pipeline.storage.review_records import Review
from pipeline.text.private import mask

MAX_REASON = 200
MAX_TEXT = 2_000
VERDICTS = tuple(verdict.value for verdict in DECIDABLE)
VIEWS = tuple(view.value for view in View)
OF_ITEMS = (Marking.HIT, Marking.ITEM, Marking.MISSED)
OF_CARDS = (Marking.COMMENT, Marking.EXCELLENT)
"""What people say of an item, and what of the whole call; steps have ways of their own."""
ALLOWED = {Marking.HIT: VIEWS, Marking.ITEM: VERDICTS, Marking.EXCELLENT: (YES, NO)}


def checked(mark: Mark, review: Review) -> Mark:
    """The mark as it is kept: private numbers masked, nothing but what its kind needs. Refusal
    where it points at nothing, or says what cannot be said."""
    items = {item.id: item for item in review.card.items}
    if mark.kind not in (*OF_ITEMS, *OF_CARDS):
        raise _refused(mark)
    if mark.kind in OF_ITEMS and mark.item not in items:
        raise _refused(mark)
    if mark.kind == Marking.HIT and mark.hit not in claims(items[mark.item]):
        raise _refused(mark)
    _check_words(mark)
    if mark.span is not None:
        _check_span(mark, review.call)
    return Mark(
        kind=mark.kind,
        by="",
        item=mark.item if mark.item in items and mark.kind != Marking.EXCELLENT else "",
        hit=mark.hit if mark.kind == Marking.HIT else None,
        says=mark.says if mark.kind in ALLOWED else "",
        span=mark.span if mark.kind in (Marking.MISSED, Marking.COMMENT) else None,
        reason=mask([printable(mark.reason)])[0],
        text=mask([printable(mark.text, "\n")])[0] if mark.kind == Marking.COMMENT else "",
    )


def printable(text: str, kept: str = "") -> str:
    """What can be shown and stored: a space for control characters, marks that turn the direction
    of writing, and halves of characters."""
    return "".join(c if c.isprintable() or c in kept else " " for c in text)


def _check_words(mark: Mark) -> None:
    """What it says, and how long it is."""
    if len(mark.reason) > MAX_REASON or len(mark.text) > MAX_TEXT:
        raise Refusal("desk-review.too-long", allowed=MAX_TEXT if mark.text else MAX_REASON)
    allowed = ALLOWED.get(mark.kind)
    if allowed and mark.says not in allowed:
        raise Refusal("desk-review.not-a-verdict", allowed="、".join(allowed))
    if mark.kind == Marking.COMMENT and not mark.text.strip():
        raise _refused(mark)
    if mark.kind == Marking.MISSED and mark.span is None:
        raise _refused(mark)


def _check_span(mark: Mark, call: Call) -> None:
    """Within the call, and within the words of a turn."""
    span: Span = mark.span or Span(start=0, end=0)
    if not 0 <= span.start <= span.end <= call.duration + 1:
        raise _refused(mark)
    if span.turn is not None:
        if not 0 <= span.turn < len(call.turns):
            raise _refused(mark)
        if not 0 <= span.first < span.last <= len(call.turns[span.turn].text):
            raise _refused(mark)


def _refused(mark: Mark) -> Refusal:
    return Refusal("desk-review.bad-mark", found=f"{mark.kind.value} {mark.item}".strip())
