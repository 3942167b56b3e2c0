"""zhiyin lint and zhiyin doctor."""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.wording import say, say_refusal
from pipeline.workflow.health import Finding
from pipeline.workflow.health import examine as look_over
from pipeline.workflow.linting import lint


def lint_files(files: Sequence[Path], home: Path | None, flags: Mapping[str, object]) -> int:
    """Every problem and piece of advice on a line of its own: file:line: what it is about.

    Advice is called so, and changes no exit code.
    """
    session = begin(home, flags)
    linted = list(lint(files, session.home, session.settings))
    for problem in (problem for one in linted for problem in one.problems):
        print(say_refusal(problem, session.language))
    for advice in (advice for one in linted for advice in one.advice):
        print(say_refusal(advice, session.language))
    problems = sum(len(one.problems) for one in linted)
    advised = sum(len(one.advice) for one in linted)
    key = "cli.lint-bad" if problems else "cli.lint-good"
    session.tell(session.word(key, count=len(linted), problems=problems, advice=advised))
    return Exit.CONFIGURATION if problems else Exit.WELL


def examine(home: Path | None, flags: Mapping[str, object]) -> int:
    """A line per thing looked at, and the sum."""
    session = begin(home, flags)
    bad = 0
    from pipeline.night.reaching import reached

    found = chain(look_over(session.home, session.settings), reached(session.settings.night))
    for finding in found:
        bad += not finding.good
        show(_line(finding, session), session.out)
    said = session.word("cli.doctor-bad", count=bad) if bad else session.word("cli.doctor-good")
    session.tell(said, style="yellow" if bad else "green")
    return Exit.CONFIGURATION if bad else Exit.WELL


def _line(finding: Finding, session: Session) -> Table:
    line = Table.grid(padding=(0, 1))
    line.add_column(width=1)
    line.add_column(width=22)
    line.add_column(overflow="fold")
    said = finding.said if isinstance(finding.said, str) else say(finding.said, session.language)
    if finding.refusal is not None:
        said = say_refusal(finding.refusal, session.language)
    glyph = Text("✓", style="green") if finding.good else Text("✗", style="bold red")
    line.add_row(glyph, session.word(finding.about), said)
    return line
