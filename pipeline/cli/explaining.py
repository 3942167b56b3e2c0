"""zhiyin explain."""

import json
from collections.abc import Mapping
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.cli.ending import Exit
from pipeline.cli.session import begin, show
from pipeline.cli.table import STYLES, score_text
from pipeline.report import account
from pipeline.report.account_json import document
from pipeline.report.view import GLYPHS
from pipeline.workflow.explaining import explain_item as explain_stored


def explain_item(
    recording: str, item: str, home: Path | None, flags: Mapping[str, object], as_json: bool
) -> int:
    """The verdict and its account: what was looked for where, what was found, by which rules."""
    session = begin(home, flags)
    explained = explain_stored(recording, item, session.home, session.settings)
    if as_json:
        print(json.dumps(document(explained, session.language), ensure_ascii=False, indent=2))
        return Exit.WELL
    line = explained.item
    verdict = session.word(f"verdict.{line.verdict.value}")
    title = Text(f"{GLYPHS[line.verdict]} {line.ask} — {verdict}", style=STYLES[line.verdict])
    if line.points_lost:
        title.append(f"  −{line.points_lost:g}")
    elif line.at_stake:
        title.append(f"  (−{line.at_stake:g})")
    title.append(f"  {score_text(explained.card, session.language)}", style="dim")
    show(title, session.out)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    before = ""
    for name, said in account.rows(explained, session.language):
        grid.add_row("" if name == before else name, said)
        before = name or before
    show(grid, session.out)
    for note in account.notes(explained, session.language):
        session.tell(note, style="yellow")
    return Exit.WELL
