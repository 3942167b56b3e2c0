"""The searches that the READMEs show find something in the samples, as they say."""

import re
from pathlib import Path

import pytest

from benchmarks.stored_calls import samples
from pipeline.text.reading_query import read_query
from tests.storage.searched import scan

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_search_that_is_shown_finds_what_is_shown(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    (said,) = re.findall(r"zhiyin search '([^']+)'", text)
    calls = list(samples())
    found = [places for call in calls if (places := scan(read_query(said), call))]
    assert sum(map(len, found)) == len(re.findall(r"(?m)^\d{8}-.*【", text)) > 0
    assert len(found) < len(calls), "and not everything"
