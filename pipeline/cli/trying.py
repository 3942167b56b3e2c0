"""zhiyin test-rules."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.cli.ending import Exit
from pipeline.cli.session import begin
from pipeline.wording import say_refusal
from pipeline.workflow.trying import test_rules


def test_all(home: Path | None, flags: Mapping[str, object]) -> int:
    """Every failure on a line of its own: file:line: what was expected, and what came."""
    session = begin(home, flags)
    tested = list(test_rules(session.home, session.settings.scoring))
    failures = [failure for one in tested for failure in one.failures]
    for failure in failures:
        print(say_refusal(failure, session.language))
    count = sum(one.tests for one in tested)
    key = "rules.tests-bad" if failures else "rules.tests-good"
    session.tell(session.word(key, tests=count, files=len(tested), failures=len(failures)))
    return Exit.CONFIGURATION if failures else Exit.WELL
