"""The results as the table of docs/reliability.md."""

from collections import defaultdict
from typing import Any

from benchmarks.reliability.results import REPOSITORY, Results, machine
from benchmarks.reliability.soak import JUDGED

PAGE = REPOSITORY / "docs" / "reliability.md"
BEGIN, END = "<!-- figures -->", "<!-- end -->"
HEAD = "| what | tried | as it must be | |\n|---|---|---|---|"


def table(results: Results) -> str:
    """A row per suite: how often, how many of those were right, what else is to be known."""
    suites: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in results.all():
        suites[line["suite"]].append(line)
    if not suites:
        return "no results yet"
    days = sorted({line["at"][:10] for lines in suites.values() for line in lines})
    rows = [_row(suite, lines) for suite, lines in sorted(suites.items())]
    return "\n".join([f"{machine()}; {days[0]} to {days[-1]}", "", HEAD, *rows])


def write(text: str) -> None:
    """Show the table and put it into docs/reliability.md."""
    print(text)
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    tail = rest.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", "utf-8")


def _row(suite: str, lines: list[dict[str, Any]]) -> str:
    counted = next((name for name in ("kills", "nights", "recordings") if name in lines[0]), "")
    counts = [line.get("reached", line.get(counted, 1)) for line in lines]
    good = sum(count for count, line in zip(counts, lines, strict=True) if _is_good(line))
    return f"| {suite} | {sum(counts)} {counted} | {good} | {_more(lines)} |"


def _is_good(line: dict[str, Any]) -> bool:
    return bool(line["ok"]) and all(line.get(target, True) for target in JUDGED)


def _more(lines: list[dict[str, Any]]) -> str:
    said = []
    met = [kill for line in lines for kill in line.get("met", ())]
    if met:
        middle = sum(0 < kill["done"] < 40 for kill in met)
        said.append(f"{middle} with some recordings done and others not")
    for name in ("seconds", "again_share", "grown", "files", "slower", "dearer"):
        if name in lines[-1]:
            said.append(f"{name.replace('_', ' ')}: {lines[-1][name]}")
    said += [f"FAILED: {line['why']}" for line in lines if not line["ok"]]
    return "; ".join(said)
