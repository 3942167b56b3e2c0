"""zhiyin case: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.desk.calls import ABOUT, keep
from tests.talk import talk

CALL = talk(
    "坐席 1-4 您好请问有什么可以帮您",
    "客户 5-9 我的手机号是***********",
    duration=11,
    about=ABOUT,
)
ADD = ("case", "add", "call", "--from", "0:04.5", "--to", "9.5", "--title", "核对号码")


@pytest.fixture
def stored(home: Path) -> Path:
    keep(home, CALL, "call")
    return home


def test_a_case_is_added_listed_shown_and_exported(run: Run, stored: Path, tmp_path: Path) -> None:
    added = run(*ADD, "--good", "--tag", "核对", "--topic", "登记", "--learn", "先说用途")
    assert (added.code, added.out) == (0, "1\n")
    assert run("case", "list", "--good", "--lang", "zh").out.splitlines()[-1].split()[:4] == [
        "1",
        "优秀",
        "核对号码",
        "登记",
    ]
    assert json.loads(run("case", "list", "--bad", "--json").out) == []
    told = json.loads(run("case", "show", "1", "--json").out)
    assert told["sound"] and [line["text"] for line in told["lines"]] == ["我的手机号是***********"]
    assert "0:00 客户 我的手机号是" in run("case", "show", "1", "--lang", "zh").out
    targets = [tmp_path / name for name in ("a.html", "a.pptx", "a.mp3")]
    words = [word for path in targets for word in (f"--{path.suffix[1:]}", path)]
    done = run("case", "export", "1", *words)
    assert done.code == 0 and done.out.splitlines() == [str(path) for path in targets]
    assert all(path.stat().st_size > 1_000 for path in targets)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in targets)
    assert run("case", "export", "1", "--mp3", tmp_path / "folder").out.endswith("case-1.mp3\n")


def test_what_is_wrong_is_said_in_one_line(run: Run, stored: Path) -> None:
    for wrong in (
        ADD,  # neither good nor bad
        ("case", "add", "call", "--from", "soon", "--to", "9", "--title", "x", "--good"),
        ("case", "add", "nobody", "--from", "1", "--to", "9", "--title", "x", "--good"),
        ("case", "show", "7"),
        ("case", "export", "1"),
        ("case", "export", "--html", "x.html"),
        ("case", "export", "--playlist", "3", "--html", "x.html"),
        ("case", "export", "1", "2", "--mp3", "x.mp3"),
    ):
        ran = run(*wrong, "--lang", "en")
        assert ran.code != 0 and ran.out == "" and ran.talk.count("\n") == 1, wrong
