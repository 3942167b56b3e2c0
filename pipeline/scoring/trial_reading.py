"""Reads `tests:` of a template: dialogues with the verdicts that they should get."""

from collections.abc import Collection
from dataclasses import fields as fields_of
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.call import Call, CallRecord, Medium, Turn
from pipeline.hit import Verdict
from pipeline.scoring.dialogue import call, turn
from pipeline.scoring.reading import Fields, Reading, shown
from pipeline.scoring.template import Trial
from pipeline.text.document import Node

TEST_KEYS = ("name", "medium", "about", "seconds", "talk", "expect")
RECORD_FIELDS = tuple(field.name for field in fields_of(CallRecord) if field.name != "more")
EXPECTED = tuple(verdict.value for verdict in Verdict if verdict != Verdict.CRASHED)


def read_trials(reading: Reading, node: Node | None, items: Collection[str]) -> tuple[Trial, ...]:
    """The rule tests of a template with these items."""
    return tuple(_trial(reading, one, items) for one in reading.listing(node))


def _trial(reading: Reading, node: Node, items: Collection[str]) -> Trial:
    fields = reading.fields(node, TEST_KEYS, ("name", "talk", "expect"))
    return Trial(
        name=reading.word(fields.get("name")),
        call=_call(reading, fields),
        expected=_expected(reading, fields.get("expect"), items),
        line=node.line,
    )


def _call(reading: Reading, fields: Fields) -> Call:
    lines = reading.listing(fields.get("talk"))
    if "talk" in fields and not lines:
        reading.note("empty", fields["talk"], "talk")
    turns = [made for line in lines if (made := _turn(reading, line))]
    return call(
        turns,
        about=_about(reading, fields.get("about")),
        medium=reading.choice(fields.get("medium"), Medium, Medium.VOICE),
        duration=reading.number(fields.get("seconds")),
    )


def _turn(reading: Reading, node: Node) -> Turn | None:
    line = reading.word(node)
    made = turn(line) if line else None
    if line and made is None:
        reading.note("bad-turn", node, line, "坐席 0.8 您好、客户 4.1-5.0 你好")
    return made


def _about(reading: Reading, node: Node | None) -> CallRecord:
    fields = reading.fields(node, RECORD_FIELDS) if node is not None else {}
    known: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            CALL_RECORD.validate_python({name: reading.word(value)})
        except ValidationError as error:
            reading.note("wrong-setting", value, shown(value), error.errors()[0]["msg"])
        else:
            known[name] = reading.word(value)
    return CALL_RECORD.validate_python(known)


CALL_RECORD = TypeAdapter(CallRecord)


def _expected(reading: Reading, node: Node | None, items: Collection[str]) -> dict[str, Verdict]:
    fields = reading.fields(node, tuple(items)) if node is not None else {}
    expected: dict[str, Verdict] = {}
    for item, value in fields.items():
        word = reading.word(value)
        if word in EXPECTED:
            expected[item] = Verdict(word)
        else:
            reading.note("not-a-choice", value, word, "、".join(EXPECTED))
    return expected
