"""zhiyin user and zhiyin audit, as they are typed."""

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_somebody_is_let_in_shown_shut_out_and_all_of_it_is_on_record(run: Run) -> None:
    added = run("user", "add", "Wang", "--role", "班组长", "--team", "一组", "--name", "王")
    login, password = added.out.split()
    assert (added.code, login, len(password)) == (0, "wang", 14)
    assert run("user", "disable", "wang").code == 0
    listed = run("user", "list")
    assert "一组" in listed.out and "停用" in listed.out and password not in listed.out
    record = run("audit", "list", "--json").out.splitlines()
    assert [json.loads(line)["action"] for line in record] == ["user-disabled", "user-added"]
    assert run("audit", "verify").code == 0


def test_a_role_that_there_is_not_is_told_with_those_that_there_are(run: Run) -> None:
    ran = run("user", "add", "wang", "--role", "boss")
    assert ran.code == 2 and "质检员" in ran.talk and "Traceback" not in ran.talk


def test_a_list_says_who_came_in_and_which_rows_are_wrong(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("login,role\nwang,lead\nli,boss\n")
    ran = run("user", "import", str(file))
    assert ran.code == 3 and ran.out.startswith("wang\t")
    assert f"{file}:3" in ran.talk and "boss" in ran.talk


def test_a_list_that_lets_nobody_in_has_done_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("login,role\nli,boss\n")
    assert run("user", "import", str(file)).code == 1
    assert json.loads(run("user", "list", "--json").out) == []


def test_a_list_without_a_column_is_told_which_there_are_and_which_may_be(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("工号,姓名,role\n8001,王,lead\n", "utf-8")
    ran = run("user", "import", str(file))
    assert f"{file}:1" in ran.talk and "没有账号一列（有的是：工号、姓名、role）" in ran.talk
    assert "登录名" in ran.talk and "login 这一列" not in ran.talk
    file.write_text("login,role\nli,\n", "utf-8")
    ran = run("user", "import", str(file))
    assert f"{file}:2" in ran.talk and "没有写角色；可用：" in ran.talk and "“”" not in ran.talk


def test_fewer_lines_than_one_are_no_number_of_lines(run: Run) -> None:
    assert run("audit", "list", "--limit", "0").code == 2
    assert run("audit", "list", "--limit", "1").code == 0
