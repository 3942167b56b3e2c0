"""Our types go to JSON and come back the same."""

from pipeline.call import CallRecord, Reason, Speaker
from pipeline.hit import Hit, Kind
from pipeline.storage.plain import from_json, to_json


def test_a_hit_comes_back_as_it_was() -> None:
    hit = Hit(start=1.5, end=2.25, speaker=Speaker.AGENT, what="您好", kind=Kind.TEXT, turn=3)
    assert from_json(Hit, to_json(hit)) == hit


def test_a_record_keeps_its_types_and_its_absent_fields() -> None:
    record = CallRecord(id="7", answered=3, complaint=False, more={"席位": "12", "等待": 1.5})
    back = from_json(CallRecord, to_json(record))
    assert back == record
    assert isinstance(back.answered, float) or back.answered == 3
    assert back.more["席位"] == "12"


def test_a_field_that_a_newer_version_wrote_is_passed_over() -> None:
    assert from_json(Reason, '{"key": "a.b", "values": {}, "later": 1}') == Reason("a.b", {})


def test_text_stays_readable_in_the_database() -> None:
    assert "不清楚" in to_json(Reason("a.b", {"phrase": "不清楚"}))
