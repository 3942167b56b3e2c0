"""Shares and differences as tables of the shell say them, and as JSON has them."""

from typing import Any, Protocol

from pipeline.scoring.agreement import Share


class Changing(Protocol):
    """What has a value and its interval."""

    @property
    def value(self) -> float | None: ...

    @property
    def interval(self) -> tuple[float, float] | None: ...


def share_said(share: Share) -> str:
    """3/40 7.5% (2.6–19.9); a dash where there is nothing to count."""
    if share.rate is None or share.low is None or share.high is None:
        return "–"
    ends = f"{100 * share.low:.1f}–{100 * share.high:.1f}"
    return f"{share.part}/{share.whole} {100 * share.rate:.1f}% ({ends})"


def change_said(change: Changing) -> str:
    """+3.1 (+1.0…+5.2), in percentage points."""
    if change.value is None or change.interval is None:
        return "–"
    low, high = change.interval
    return f"{100 * change.value:+.1f} ({100 * low:+.1f}…{100 * high:+.1f})"


def plain_share(share: Share) -> dict[str, Any]:
    """For other programs."""
    ends = {"rate": share.rate, "low": share.low, "high": share.high}
    return {"part": share.part, "whole": share.whole, **ends}


def plain_change(change: Changing) -> dict[str, Any]:
    """For other programs."""
    return {"value": change.value, "interval": change.interval}
