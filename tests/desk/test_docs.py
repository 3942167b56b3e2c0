"""docs/api.md: its examples are run, one after the other, against a desk that listens."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.storage import People, Role
from pipeline.workflow.people import Wish, let_in
from tests.desk import calls
from tests.desk.served import served

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/api.md").read_text("utf-8")
COMMANDS = [
    line for block in re.findall(r"```\n(.*?)```", PAGE, re.S) for line in block.splitlines()
]
PROGRAM = "#!/bin/sh\nexec {} -c 'from pipeline.cli import main; main()' \"$@\"\n"
SAID = (
    '"login":"li"',
    '"team":"甲组"',
    '"text":"已与坐席沟通"',
    '"standing":"confirmed"',
    "zhiyin_desk_requests_total",
)
"""What the answer to each of them holds."""


@pytest.mark.desk
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_examples_do_what_the_page_says(tmp_path: Path) -> None:
    home, program = tmp_path / "home", tmp_path / "zhiyin"
    home.mkdir()
    program.write_text(PROGRAM.format(sys.executable), "utf-8")
    program.chmod(0o755)
    card = calls.keep(home, calls.BAD, "bad", sound="none")
    with People(home) as people:
        let_in(people, Wish(login="li", name="", role=Role.LEAD), "test")
    with served(home) as address:
        kept = {"ZHIYIN_HOME": str(home), "DESK": address, "CARD": str(card)}
        path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        script = "\n".join(["set -e", *(f"{one}\necho" for one in COMMANDS)])
        ran = subprocess.run(
            ["bash", "-c", script],
            env={**os.environ, **kept, **path},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    answers = [one for one in ran.stdout.split("\n\n") if one.strip()]
    assert len(SAID) == len(COMMANDS) - 1, "TOKEN=… says nothing"
    for command, wanted in zip(COMMANDS[1:], SAID, strict=True):
        assert any(wanted in one for one in answers), (command, ran.stdout[:2000])


def test_every_route_is_on_the_page(tmp_path: Path) -> None:
    from pipeline.desk.api.app import ROUTERS

    for router in ROUTERS:
        for route in router.routes:
            path = (
                str(getattr(route, "path", "")).replace("{card}", "{id}").replace("{call}", "{id}")
            )
            assert path.removeprefix("/cards/{id}").removesuffix("/{version}") in PAGE, path


def test_it_is_said_what_an_error_is() -> None:
    from pipeline.desk.api.asking import problems

    for status in problems(401, 403, 404, 409, 422, 429, 503):
        assert str(status) in PAGE
    assert json.dumps({"version": 1}) in PAGE
