"""Hostile and wrong rule files: refused where they are wrong, quickly, in little memory.

benchmarks/hostile_rules.py prints the figures; here are limits that a busy machine keeps too.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.hostile_files import BAD, HARMLESS, HOSTILE, PATTERNS, Wrong, transcript
from benchmarks.hostile_rules import call_of, cost, refused
from pipeline.text.lexicon import read_lexicon

CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from pathlib import Path
from pipeline.text.lexicon import read_lexicon
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
before = peak()
for name in sys.argv[1:]:
    wrong = read_lexicon(Path(name))[1]
    print(wrong[0].reason.key, peak() - before)
"""


@pytest.mark.parametrize(
    "wrong", (*BAD, *HOSTILE), ids=lambda wrong: f"{wrong.folder} {wrong.name}"
)
def test_a_wrong_file_is_refused_where_it_is_wrong(wrong: Wrong, tmp_path: Path) -> None:
    assert (wrong.key, wrong.place) in refused(wrong, tmp_path / "trial.yaml")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_odd_loads(name: str, tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(HARMLESS[name])
    words, problems = read_lexicon(path)
    assert problems == [] and words is not None
    assert [phrase.text for phrase in words.phrases] == ["不能"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_hostile_files_take_little_time_and_memory(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.yaml" for number in range(len(HOSTILE))]
    for path, wrong in zip(paths, HOSTILE, strict=True):
        path.write_bytes(wrong.data)
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = [line.split() for line in ran.stdout.splitlines()]
    assert [key for key, _ in said] == [wrong.key for wrong in HOSTILE]
    assert max(int(grown) for _, grown in said) < 80, said


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_is_slow_on_runs_of_one_character(pattern: str) -> None:
    assert cost(pattern, call_of([transcript()])) < 200
