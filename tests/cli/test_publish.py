"""zhiyin test-rules, publish and rescore: what people see, and how it ends."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("ears")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves a home for the others: scoring and publishing take seconds."""
    return tmp_path_factory.mktemp("published") / "home"


@pytest.fixture
def scored(run: Run, calls: Path, home: Path, published: Path) -> Path:
    """A home with three scored calls, published rules and a phrase that is new since."""
    if published.is_dir():
        shutil.copytree(published, home, dirs_exist_ok=True)
        return home
    assert run("score", calls).code == 0
    assert run("publish", "--by", "李主管", "--note", "第一版", "--no-diff").code == 0
    bundled = Path(__file__).parents[2] / "lexicons" / "restricting.yaml"
    (home / "lexicons").mkdir()
    text = bundled.read_text("utf-8").replace("phrases:", "phrases:\n  - 工号八零零一", 1)
    (home / "lexicons" / "restricting.yaml").write_text(text, "utf-8")
    shutil.copytree(home, published)
    return home


def test_a_change_is_seen_on_the_past_before_it_counts(scored: Path, run: Run) -> None:
    ran = run("rescore", "--diff")
    assert ran.code == 0
    assert "已发布的第 1 版" in ran.out
    assert "lexicons/restricting.yaml  改动 +“工号八零零一”" in ran.out
    assert "已存的通话 3 通，结论有变的 3 通：扣分变多 3 通" in ran.out
    assert "坐席 “工号八零零一”" in ran.out
    assert "\x1b" not in ran.out


def test_the_diff_as_json_has_what_a_program_needs(scored: Path, run: Run) -> None:
    found = json.loads(run("rescore", "--diff", "--json").out)
    assert (found["schema"], found["published"]) == (1, 1)
    (item,) = found["verdicts"]["items"]
    assert (item["newly_failing"], item["no_longer_failing"]) == (3, 0)
    assert item["examples"][0]["moments"][0]["quote"] == "工号八零零一"
    assert len(found["verdicts"]["changed"]) == 3


def test_publishing_says_what_it_changes_and_is_refused_when_nothing_is_new(
    scored: Path, run: Run
) -> None:
    ran = run("publish", "--by", "李主管", "--note", "工号不必报")
    assert ran.code == 0
    assert "第 2 版已发布" in ran.out and "李主管" in ran.out and "工号不必报" in ran.out
    again = run("publish")
    assert (again.code, again.out) == (1, "")
    assert "第 2 版完全相同" in again.talk


def test_the_versions_so_far_are_listed(scored: Path, run: Run) -> None:
    assert "第 1 版已发布" in run("publish", "--list").out
    (version,) = json.loads(run("publish", "--list", "--json").out)
    assert (version["version"], version["by"], version["note"]) == (1, "李主管", "第一版")
    assert version["rulesets"].keys() >= {"telecom-inbound"}


def test_rescoring_uses_what_is_published(scored: Path, run: Run) -> None:
    ran = run("rescore", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["version"] == 1
    assert "重新检查 1 通" in run("rescore", "a.wav").out
    assert run("rescore", "nobody.wav").code == 1


def test_a_broken_test_stops_publishing_with_file_and_line(scored: Path, run: Run) -> None:
    path = scored / "lexicons" / "restricting.yaml"
    path.write_text(path.read_text("utf-8") + "  - 我没有权利\n", "utf-8")
    line = len(path.read_text("utf-8").splitlines())
    for command in ("test-rules", "publish"):
        ran = run(command)
        assert ran.code == 4, command
        assert ran.out.startswith(f"{path}:{line}:"), command


def test_a_wrong_day_is_refused_with_the_right_spelling(run: Run) -> None:
    ran = run("rescore", "--since", "gestern")
    assert ran.code == 2
    assert "gestern" in ran.talk and "Traceback" not in ran.talk


def test_english_is_english(scored: Path, run: Run) -> None:
    out = run("rescore", "--diff", "--lang", "en").out
    assert "beside published version 1" in out and "规则" not in out


def test_scoring_says_which_rules_it_used(scored: Path, run: Run, calls: Path) -> None:
    ran = run("score", calls / "a.wav", "--json")
    assert "规则：工作副本" in ran.talk and "第 1 版" in ran.talk
    assert json.loads(ran.out)["rules"] == {
        "published": 1,
        "changed": ["lexicons/restricting.yaml"],
    }
    run("publish")
    assert "规则：已发布的第 2 版" in run("score", calls / "a.wav").talk
