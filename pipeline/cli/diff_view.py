"""What a change of rules would do, for people: by item with examples, by agent, by call."""

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.cli.table import moment
from pipeline.hit import Verdict
from pipeline.scoring.agreement import Agreement, Share
from pipeline.scoring.comparing import ItemChange
from pipeline.scoring.rule_changes import FileChange
from pipeline.wording import word
from pipeline.workflow.comparing import Compared
from pipeline.workflow.verdict_tally import CallChange, ItemTally, Verdicts

SHOWN_CALLS = 20
SHOWN_PARTS = 10
SHOWN_MOMENTS = 2


def diff_view(compared: Compared, language: str, working: bool = True) -> RenderableType:
    """All of it; working: of a working copy, not of a version just published."""
    key = "rules.compared" if working else "rules.compared-new"
    if compared.version == 0:
        key += "-bundled"
    head = Text(word(key, language, version=compared.version), style="bold")
    parts: list[RenderableType] = [head, *_rules(compared.rules, language)]
    if compared.verdicts is not None:
        parts += _verdicts(compared.verdicts, language)
    return Group(*parts)


def _rules(changes: Sequence[FileChange], language: str) -> Iterator[RenderableType]:
    if not changes:
        yield Text("  " + word("rules.nothing-changed", language))
    for change in changes:
        said = [word(f"rules.file-{change.change.value}", language)]
        said += [f"+“{part}”" for part in change.added[:SHOWN_PARTS]]
        said += [f"−“{part}”" for part in change.removed[:SHOWN_PARTS]]
        said += [f"~“{part}”" for part in change.changed[:SHOWN_PARTS]]
        shown = len(said) - 1
        if more := sum(map(len, (change.added, change.removed, change.changed))) - shown:
            said.append(word("rules.more", language, count=more))
        yield Text(f"  {change.file}  {' '.join(said)}")


def _verdicts(verdicts: Verdicts, language: str) -> Iterator[RenderableType]:
    values = {name: getattr(verdicts, name) for name in ("calls", "altered", "worse", "better")}
    yield Padding(Text(word("rules.calls", language, **values)), (1, 0, 0, 0))
    if verdicts.moved:
        yield Text(word("rules.calls-moved", language, count=verdicts.moved))
    if any(verdicts.unruled):
        before, after = verdicts.unruled
        yield Text(word("rules.calls-unruled", language, before=before, after=after))
    if verdicts.crashed:
        yield Text(word("cli.sum-crashed", language, count=verdicts.crashed), style="magenta")
    if verdicts.items:
        yield from _items(verdicts, language)
    if len(changed := _agents(verdicts)) and list(changed) != [""]:
        yield _agent_table(verdicts, changed, language)
    if verdicts.changed:
        yield _call_table(verdicts.changed, verdicts.altered, language)
    if verdicts.decided:
        yield from _people(verdicts, language)


def _table(title: str, columns: Sequence[str], language: str, left: int = 1) -> Table:
    """The first columns are words, the rest figures."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, title_justify="left")
    table.title = Text(word(title, language), style="bold")
    for number, column in enumerate(columns):
        justify: JustifyMethod = "left" if number < left else "right"
        table.add_column(word(column, language), justify=justify, overflow="fold")
    return table


def _items(verdicts: Verdicts, language: str) -> Iterator[RenderableType]:
    columns = ("item", "failing", "not-failing", "asked", "not-asked", "points")
    table = _table("rules.by-item", [f"rules.column-{name}" for name in columns], language)
    ordered = sorted(verdicts.items.items(), key=lambda pair: (pair[1].points, pair[0]))
    for _, tally in ordered:
        table.add_row(tally.ask, *map(_count, _sorts(tally)), _signed(tally.points))
    yield Padding(table, (1, 0, 0, 0))
    yield Text(word("rules.examples", language), style="bold")
    for _, tally in ordered:
        for recording, change in tally.examples:
            yield from _example(recording, change, tally.ask, language)


def _sorts(tally: ItemTally) -> tuple[int, ...]:
    return (
        tally.times(None, Verdict.FAIL),
        tally.times(Verdict.FAIL, None),
        tally.times(None, Verdict.UNSURE),
        tally.times(Verdict.UNSURE, None),
    )


def _example(
    recording: str, change: ItemChange, ask: str, language: str
) -> Iterator[RenderableType]:
    verdicts = " → ".join(_verdict(one, language) for one in (change.before, change.after))
    points = f"  {_signed(change.points)}" if change.points else ""
    yield Text(f"  {_short(recording)}  {ask}：{verdicts}{points}")
    for hit in change.moments[:SHOWN_MOMENTS]:
        yield Text(f"    {moment(hit, language)}", style="dim")


def _verdict(verdict: Verdict | None, language: str) -> str:
    return word(f"verdict.{verdict.value}" if verdict else "rules.no-item", language)


def _agents(verdicts: Verdicts) -> list[str]:
    return sorted(agent for agent, t in verdicts.agents.items() if t.worse or t.better)


def _agent_table(verdicts: Verdicts, agents: Iterable[str], language: str) -> RenderableType:
    columns = ("agent", "calls", "worse", "better", "mean")
    table = _table("rules.by-agent", [f"rules.column-{name}" for name in columns], language)
    for agent in agents:
        tally = verdicts.agents[agent]
        counts = (str(tally.calls), _count(tally.worse), _count(tally.better))
        name = agent or word("rules.no-agent", language)
        table.add_row(name, *counts, _signed(tally.points / tally.calls))
    return Padding(table, (1, 0, 0, 0))


def _call_table(changes: Sequence[CallChange], altered: int, language: str) -> RenderableType:
    columns = [f"rules.column-{name}" for name in ("recording", "agent", "items", "total")]
    table = _table("rules.by-call", columns, language, left=3)
    for change in changes[:SHOWN_CALLS]:
        asks = "、".join(item.ask for item in change.items)
        if change.templates[0] != change.templates[1]:
            asks = " → ".join(
                name or word("rules.no-template", language) for name in change.templates
            )
        total = " → ".join(
            "–" if one is None else f"{one:g}" for one in (change.before, change.after)
        )
        table.add_row(_short(change.recording), change.agent, asks, total)
    if altered > SHOWN_CALLS:
        table.caption = word("rules.more-calls", language, count=altered - SHOWN_CALLS)
    return Padding(table, (1, 0, 0, 0))


def _people(verdicts: Verdicts, language: str) -> Iterator[RenderableType]:
    """Precision and recall of the rules before and after, where people decided."""
    columns = ("item", "decisions", "precision-before", "precision", "recall-before", "recall")
    table = _table("rules.beside-people", [f"rules.column-{name}" for name in columns], language)
    for key in sorted(verdicts.decided):
        table.add_row(verdicts.asks[key], *_rates(verdicts.agreement(key)))
    if len(verdicts.decided) > 1:
        table.add_row(word("rules.all-items", language), *_rates(verdicts.agreement()))
    yield Padding(table, (1, 0, 0, 0))
    yield Text(word("rules.people-note", language), style="dim")
    if verdicts.elsewhere:
        yield Text(word("rules.elsewhere", language, count=verdicts.elsewhere), style="dim")


def _rates(pair: tuple[Agreement, Agreement]) -> tuple[str, ...]:
    before, after = pair
    shares = (before.precision, after.precision, before.recall, after.recall)
    return str(before.cases), *map(_share, shares)


def _share(share: Share) -> str:
    if share.rate is None or share.low is None or share.high is None:
        return "–"
    return f"{share.part}/{share.whole} {share.rate:.0%} ({share.low:.0%}–{share.high:.0%})"


def _count(number: int) -> str:
    return str(number) if number else "·"


def _signed(points: float) -> str:
    return f"{points:+.2f}".rstrip("0").rstrip(".").replace("-", "−") if points else "·"


def _short(recording: str) -> str:
    return recording.replace("\\", "/").rpartition("/")[2]
