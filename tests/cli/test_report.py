"""zhiyin report, as people and programs meet it."""

import json
from pathlib import Path

from jsonschema import validate

from pipeline.call import CallRecord
from tests.cli.conftest import Run
from tests.workflow.test_reporting import BAD, keep, of, rules, ruleset

__all__ = ["rules"]  # a fixture


def test_the_command_prints_a_table_or_json(home: Path, rules: Path, run: Run) -> None:
    keep(home, ruleset(rules), "a", BAD, of("8001", "2026-02-01"))
    keep(home, ruleset(rules), "b", BAD, of("8001", "2026-02-02"))
    keep(home, ruleset(rules), "c", BAD, CallRecord(started="2026-02-03"))
    ran = run("report", "--month", "2026-02")
    assert ran.code == 0
    assert "✗ 8001" in ran.out and "22" in ran.out and "禁语 20（2）" in ran.out
    assert "2026-02" in ran.talk and "20" in ran.talk
    listed = json.loads(run("report", "--month", "2026-02", "--json").out)
    schema = Path(__file__).parents[2] / "docs" / "json-schema" / "report-1.json"
    validate(listed, json.loads(schema.read_text("utf-8")))
    assert [(a["agent"], a["points"], a["over"]) for a in listed["agents"]] == [
        ("8001", 22.0, True),
        ("", 11.0, False),
    ]
    wrong = run("report", "--month", "x")
    assert (wrong.code, wrong.out) == (2, "")
    empty = run("report", "--month", "2020-01", "--lang", "en")
    assert (empty.code, empty.out) == (0, "")
    assert "--template cloud-service" in empty.talk
