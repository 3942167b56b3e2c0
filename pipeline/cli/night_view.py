"""How recordings stand, for people: states, outcomes and reasons, with their sum."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.night.summary import Counts, Speed, Summary
from pipeline.storage import Added, Outcome, State
from pipeline.wording import clock, word

ORDER = (State.DONE, State.PURGED, State.FAILED, State.SKIPPED, State.TAKEN, State.FOUND)
UNDER_WAY = (State.TAKEN, State.FOUND)
STYLES = {State.FAILED: "red", State.TAKEN: "yellow", State.FOUND: "yellow"}


def summary_view(summary: Summary, language: str) -> RenderableType:
    """What the run saw, what became of it, and how all recordings stand now."""
    added = Added(summary.new, summary.known, summary.changed, summary.joined)
    parts: list[RenderableType] = [Text(seen_line(summary.listed, added, language))]
    if summary.redrafted:
        parts.append(Text(word("night.redrafted", language, count=summary.redrafted)))
    parts.append(standing_table(summary.standing, language, summary.ended))
    parts += reasons(summary.reasons, language)
    if summary.speed.audio_seconds:
        parts.append(Text(speed_line(summary.speed, language)))
    return Group(*parts)


def seen_line(seen: int, added: Added, language: str) -> str:
    """What the sources hold: new, changed and known recordings, those of them whose call records
    came late, and those left for later."""
    counts = {"new": added.new, "known": added.known, "changed": added.changed}
    said = word("night.seen", language, listed=seen, **counts)
    if added.joined:
        said += word("night.joined", language, count=added.joined)
    left = seen - sum(counts.values())
    return said if left <= 0 else said + word("night.left", language, count=left)


def standing_table(standing: Counts, language: str, ended: Counts | None = None) -> Table:
    """A line per state and outcome, and the sum; ended: what one run brought about, beside it."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, show_footer=True)
    columns = ("tonight", "all") if ended is not None else ("all",)
    sums = {"tonight": _total(ended or {}), "all": _total(standing)}
    table.add_column(word("night.state", language), footer=word("night.sum", language))
    table.add_column(word("night.outcome", language))
    for name in columns:
        table.add_column(word(f"night.{name}", language), str(sums[name]), justify="right")
    for state, outcome in _rows(standing, ended or {}):
        counts = [ended, standing] if ended is not None else [standing]
        shown = [str(_count(one, state, outcome)) for one in counts]
        said = word(f"night.outcome-{outcome or 'none'}", language)
        style = STYLES.get(state, "")
        table.add_row(word(f"night.state-{state}", language), said, *shown, style=style)
    return table


def _rows(standing: Counts, ended: Counts) -> Iterator[tuple[State, Outcome]]:
    """What waits is a line, whatever it was before it was put back."""
    for state in ORDER:
        there = {*standing.get(state, {}), *ended.get(state, {})}
        if state in UNDER_WAY:
            yield from [(state, Outcome.NONE)][: len(there)]
        else:
            yield from ((state, outcome) for outcome in Outcome if outcome in there)


def _count(counts: Counts, state: State, outcome: Outcome) -> int:
    of_state = counts.get(state, {})
    return sum(of_state.values()) if state in UNDER_WAY else of_state.get(outcome, 0)


def _total(counts: Counts) -> int:
    return sum(sum(by_outcome.values()) for by_outcome in counts.values())


def reasons(counts: Mapping[str, int], language: str) -> Iterator[RenderableType]:
    """A line per reason for which recordings failed, the most frequent first."""
    for key, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        said = word("night.reason", language, count=count, reason=word(key, language))
        yield Text(said, style="red", overflow="fold")


def speed_line(speed: Speed, language: str) -> str:
    """31:12:00 of recordings in 41:07, 45.5 × real time."""
    return word(
        "night.speed",
        language,
        audio=speed.audio_seconds,
        seconds=speed.seconds,
        times=speed.times_real_time,
    )


def moment_of(milliseconds: int) -> str:
    """The local time of a moment."""
    return datetime.fromtimestamp(milliseconds / 1000).strftime("%Y-%m-%d %H:%M:%S")


def lasted(began: int, ended: int) -> str:
    """How long it took, from milliseconds: 1:02:09."""
    return clock((ended - began) / 1000)
