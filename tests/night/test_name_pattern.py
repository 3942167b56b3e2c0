"""What file names say of calls, by patterns that people write."""

import re
import time
from pathlib import Path

import pytest

from pipeline.call import CallRecord
from pipeline.night.name_pattern import name_patterns
from pipeline.refusal import Refusal
from tests.night.test_sources import lay, listed

USUAL = "{started:%Y%m%d_%H%M%S}_{agent}_{direction}_{customer_number}.wav"


def said_by(pattern: str, name: str) -> CallRecord | None:
    (compiled,) = name_patterns([pattern])
    return compiled.record(name)


@pytest.mark.parametrize(
    ("pattern", "name", "record"),
    [
        (
            USUAL,
            "20261121_093000_8001_in_138****1234",
            CallRecord(
                started="2026-11-21T09:30:00",
                agent="8001",
                direction="in",
                customer_number="*******1234",
            ),
        ),
        (
            "{agent}_{started:%Y%m%d%H%M%S}_{customer_number}",
            "8001_20261121093000_13812345678",
            CallRecord(agent="8001", started="2026-11-21T09:30:00", customer_number="*******5678"),
        ),
        ("{direction}-{agent}-*", "呼出-8001-x-y", CallRecord(direction="out", agent="8001")),
        ("*-{agent}", "a-b-8001", CallRecord(agent="8001")),
        ("{id}.{agent}", "C1.12.8001", CallRecord(id="C1", agent="12.8001")),
        ("{id}.{agent}", "C1.8001", CallRecord(id="C1", agent="8001")),
        (
            "{started:%y-%m-%d}/{agent}/{started:%H.%M}*",
            "rec/26-11-21/8001/09.30 a",
            CallRecord(started="2026-11-21T09:30:00", agent="8001"),
        ),
        ("{more.line}({agent})", "3(8001)", CallRecord(agent="8001", more={"line": "3"})),
        ("{team}【{agent}】", "宽带【8001】", CallRecord(team="宽带", agent="8001")),
        ("{agent}.*", "8001", CallRecord(agent="8001")),
        (USUAL, "20261121_093000_8001", None),
        (USUAL, "x20261121_093000_8001_in_1", None),
        ("{agent}", "a/8001", CallRecord(agent="8001")),
    ],
)
def test_a_name_tells_what_stands_between_the_signs(
    pattern: str, name: str, record: CallRecord | None
) -> None:
    assert said_by(pattern, name) == record


def test_seconds_since_1970_are_a_moment_of_this_place() -> None:
    record = said_by("{started:%s}-{agent}", "1795224600-8001")
    assert record is not None
    assert record.started == time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(1795224600))


@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        ("recording.wav", "night.name-no-field"),
        ("{agnet}_{started:%Y}", "night.name-field"),
        ("{}_x", "night.name-field"),
        ("{more.}", "night.name-field"),
        ("{agent", "night.name-brace"),
        ("agent}", "night.name-brace"),
        ("{agent}{team}", "night.name-touch"),
        ("{agent}*", "night.name-touch"),
        ("{agent:%Y}", "night.name-form"),
        ("{started:%Q}", "night.name-moment"),
        ("{started:yyyy}", "night.name-moment"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(pattern: str, key: str) -> None:
    with pytest.raises(Refusal) as caught:
        name_patterns([pattern])
    assert (caught.value.reason.key, caught.value.file) == (key, "night.name_patterns")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("20261341_093000_8001_in_1.wav", "started"),
        ("20261121_096100_8001_in_1.wav", "started"),
        ("20261121_093000_8001_left_1.wav", "direction"),
    ],
)
def test_a_name_with_a_wrong_part_is_said_and_its_recording_still_found(
    tmp_path: Path, name: str, what: str
) -> None:
    seen = listed(lay(tmp_path, name), name_patterns=(USUAL,))
    assert (seen.names, seen.only.about) == ([name], CallRecord())
    assert seen.keys == ["night.name-value"]
    assert seen.said[0].reason.values["what"] == what


def test_the_first_pattern_that_fits_counts_and_names_that_fit_none_are_counted(
    tmp_path: Path,
) -> None:
    lay(tmp_path, "8001_一组.wav", "二组-8002.wav", "8003.wav")
    seen = listed(tmp_path, name_patterns=("{agent}_{team}", "{team}-{agent}"))
    agents = {Path(one.sources[0]).stem: one.about.agent for one in seen.found}
    assert agents == {"8001_一组": "8001", "二组-8002": "8002", "8003": None}
    assert seen.keys == ["night.name-fits-none"]
    assert seen.said[0].reason.values == {"count": 1, "found": "8003"}


def test_a_pair_is_looked_at_without_the_word_for_its_side(tmp_path: Path) -> None:
    lay(tmp_path, "8001-C7_agent.wav", "8001-C7_caller.wav")
    found = listed(tmp_path, name_patterns=("{agent}-{id}",)).only
    assert (found.name, found.about.agent) == ("C7", "8001")


def test_a_customers_number_is_masked_before_anybody_sees_it(tmp_path: Path) -> None:
    found = listed(lay(tmp_path, "13812345678.wav"), name_patterns=("{customer_number}",)).only
    assert found.about.customer_number == "*******5678"


def test_a_hostile_name_costs_no_time() -> None:
    start = time.process_time()
    assert said_by("*a*a*a*a*a*a*a*{agent}!", "a" * 250) is None
    assert time.process_time() - start < 0.5


def test_the_patterns_of_the_page_fit_the_names_beside_them() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\S*\{\S+)` \| `(\S+)\.\w+` \|$", page, re.MULTILINE)
    assert len(rows) == 4
    for pattern, name in rows:
        assert said_by(pattern, name), pattern
