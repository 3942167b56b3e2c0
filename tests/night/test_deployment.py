"""Files for systemd and containers: they parse, and name commands and settings that there are."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from ruamel.yaml import YAML

from docs.make_scale import PAGE, page
from pipeline.cli.commands import app
from pipeline.configuration import known

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("zhiyin*"))


def commands(text: str) -> list[list[str]]:
    """What follows zhiyin on ExecStart lines."""
    return [
        shlex.split(line.partition("=")[2])[1:]
        for line in text.splitlines()
        if line.startswith("ExecStart")
    ]


def test_units_start_commands_and_options_that_there_are() -> None:
    there = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    started = [words for unit in UNITS for words in commands((DEPLOY / unit).read_text())]
    assert len(started) == 3
    for name, *words in started:
        options = {one for option in there[name].params for one in option.opts}
        assert {word for word in words if word.startswith("--")} <= options, words


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here; the other tests of this file read the units")
    for unit in UNITS:
        text = (DEPLOY / unit).read_text("utf-8").replace("/opt/zhiyin/bin/zhiyin", sys.executable)
        (tmp_path / unit).write_text(text, "utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit) for unit in UNITS)],
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_compose_names_settings_and_a_dockerfile_that_there_are() -> None:
    content = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text("utf-8"))
    service = content["services"]["zhiyin"]
    context = (DEPLOY / service["build"]["context"]).resolve()
    assert (context / service["build"]["dockerfile"]).is_file()
    variables = {setting.variable for setting in known().values()}
    assert set(service["environment"]) <= variables
    volumes = {volume.partition(":")[0] for volume in service["volumes"]}
    assert {one for one in volumes if not one.startswith("$")} <= set(content["volumes"])


def test_the_image_is_made_of_files_that_there_are() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY")]
    assert all((ROOT / name).exists() for names in copied for name in names)
    wheel = (ROOT / "hatch_build.py").read_text("utf-8")
    folders = re.findall(r'"([a-z/-]+)"', wheel.partition("FOLDERS =")[2].partition(")")[0])
    assert folders and set(folders) <= {name for names in copied for name in names}


def test_the_page_on_scale_is_what_its_script_makes() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_the_page_on_operations_names_files_and_settings_that_there_are() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for name in re.findall(r"deploy/([\w.-]+)", text):
        assert (DEPLOY / name).exists(), name
    for name in re.findall(r"`(night\.\w+)`", text):
        assert name in known(), name
    for name in re.findall(r"\]\((\w+\.md)", text):
        assert (ROOT / "docs" / name).exists(), name
