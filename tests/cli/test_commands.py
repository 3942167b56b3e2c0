"""The other commands, and what every command promises."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from pipeline import __version__
from pipeline.cli.ending import Exit
from pipeline.configuration import known
from tests.cli.conftest import Run

PAIR = ("客服", "客户")
ROOT = Path(__file__).parents[2]
HEAVY = (
    "av",
    "ctranslate2",
    "sqlalchemy",
    "jieba",
    "sklearn",
    "numpy",
    "faster_whisper",
    "onnxruntime",
    "argon2",
    "ray",
    "fsspec",
    "prometheus_client",
    "fastapi",
    "starlette",
    "uvicorn",
    "jinja2",
    "pptx",
)
COMMANDS = {
    "score": (
        "--json",
        "--html",
        "--template",
        "--model",
        "--swap",
        "--no-swap",
        "--again",
        "--all",
    ),
    "import": ("--json", "--html", "--template", "--swap", "--no-swap", "--all"),
    "init": (),
    "explain": ("--json",),
    "measure": ("--json", "--html", "--keep", "--by"),
    "lint": (),
    "test-rules": (),
    "rescore": ("--since", "--template", "--diff", "--html", "--json"),
    "publish": ("--note", "--by", "--since", "--diff", "--no-diff", "--list", "--json"),
    "report": ("--month", "--json"),
    "search": (
        *(
            "--agent",
            "--team",
            "--template",
            "--item",
            "--verdict",
            "--state",
            "--since",
            "--until",
        ),
        *("--points-from", "--points-to", "--seconds-from", "--seconds-to", "--silence"),
        *("--limit", "--json", "--save", "--saved"),
    ),
    "learn": ("--list", "--json"),
    "settle": ("--at-least", "--checked", "--off", "--template"),
    "case list": ("--good", "--bad", "--tag", "--topic", "--json"),
    "case show": ("--json",),
    "case add": ("--from", "--to", "--title", "--good", "--bad", "--tag", "--topic", "--learn"),
    "case export": ("--playlist", "--html", "--pptx", "--mp3"),
    "topics": ("--stored", "--json"),
    "training add": ("--day", "--item", "--agent"),
    "training list": ("--json",),
    "training remove": (),
    "export": ("--xlsx", "--csv", "--night", "--month", "--since", "--until", "--team"),
    "run": ("--since", "--limit", "--dry-run", "--watch", "--engine", "--address", "--json"),
    "status": ("--json",),
    "failures": ("--json",),
    "retry": ("--all", "--json"),
    "retranscribe": ("--since", "--json"),
    "plan": ("--calls", "--minutes", "--from", "--by", "--json"),
    "doctor": ("--model",),
    "backup": ("--keep", "--json"),
    "restore": ("--force",),
    "db upgrade": ("--dry-run",),
    "purge": (
        "--older-than",
        "--keep-scores",
        "--no-keep-scores",
        "--audio",
        "--dry-run",
        "--json",
    ),
    "user add": ("--role", "--name", "--agent", "--team"),
    "user import": ("--dry-run",),
    "user list": ("--json",),
    "user password": (),
    "user disable": (),
    "user token": ("--name", "--list", "--revoke", "--json"),
    "user enable": (),
    "audit verify": ("--json",),
    "audit list": ("--limit", "--json"),
    "serve": (
        "--host",
        "--port",
        "--tls-cert",
        "--tls-key",
        "--plain-http",
        "--no-plain-http",
    ),
    "config show": ("--json",),
    "lexicon import": (
        "--name",
        "--out",
        "--column",
        "--sheet",
        "--match",
        "--format",
        "--force",
        "--dry-run",
    ),
}


def alone(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; stderr ends with the heavy modules it imported."""
    program = (
        "import sys\n"
        "from pipeline.cli import main\n"
        "try: main()\n"
        f"finally: print('IMPORTED', *[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIYIN_")}
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**kept, **variables},
        timeout=60,
    )


@pytest.mark.parametrize(
    "words",
    [["--help"], ["score", "--help"], ["run", "--help"], ["serve", "--help"], ["--version"]],
)
def test_asking_for_help_imports_nothing_heavy(words: list[str]) -> None:
    ran = alone(*words)
    assert ran.returncode == 0
    assert ran.stderr.splitlines()[-1].strip() == "IMPORTED"


def test_showing_settings_imports_nothing_heavy(tmp_path: Path) -> None:
    ran = alone("config", "show", ZHIYIN_HOME=str(tmp_path))
    assert ran.returncode == 0
    assert ran.stderr.splitlines()[-1].strip() == "IMPORTED"


def test_a_terminal_that_knows_no_chinese_gets_an_answer(tmp_path: Path) -> None:
    ran = alone("config", "show", ZHIYIN_HOME=str(tmp_path), PYTHONIOENCODING="ascii")
    assert ran.returncode == 0


@pytest.mark.parametrize(
    "module", ["ruamel.yaml", "typer", "pipeline.cli.entry", "pipeline.cli.checking", "rich.table"]
)
def test_ctrl_c_during_any_import_ends_in_130_without_a_traceback(module: str) -> None:
    program = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *rest):\n"
        f"        if name == {module!r}: raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from pipeline.cli import main\n"
        "main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "lint"], capture_output=True, text=True, cwd=ROOT
    )
    assert ran.returncode == 130
    assert "Traceback" not in ran.stderr and ran.stdout == ""


def test_the_version_is_said(run: Run) -> None:
    assert run("--version").out == f"zhiyin {__version__}\n"


def test_help_is_chinese_and_english_on_demand() -> None:
    assert "评分" in alone("--help").stdout
    english = alone("score", "--help", ZHIYIN_LANGUAGE="en").stdout
    assert "Score recordings" in english and "评分" not in english
    assert "Score recordings" in alone("score", "--help", "--lang", "en").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    heading = re.search(rf"^## zhiyin {command}\b.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert heading, f"docs/commands.md lacks {command}"
    for option in COMMANDS[command]:
        assert f"`{option}" in heading[0], option


def test_the_table_above_names_every_command_and_option_that_there_is() -> None:
    import typer.main

    from pipeline.cli.commands import app

    found: dict[str, tuple[str, ...]] = {}

    def walk(command: Any, name: str) -> None:
        inside = getattr(command, "commands", None)
        if inside:
            for child, one in inside.items():
                walk(one, f"{name} {child}".strip())
            return
        names = [o for p in command.params for o in (*p.opts, *p.secondary_opts)]
        found[name] = tuple(o for o in names if o.startswith("--"))

    walk(typer.main.get_command(app), "")
    everywhere = {"--home", "--lang", "--help"}
    assert {name: set(o) - everywhere for name, o in found.items()} == {
        name: set(o) for name, o in COMMANDS.items()
    }


def test_settings_are_shown_with_their_origin(run: Run, home: Path) -> None:
    (home / "zhiyin.toml").write_text("[audio]\nmax_hours = 2\n")
    ran = run("config", "show", "--json")
    shown = json.loads(ran.out)["settings"]
    assert set(shown) == set(known())
    assert shown["audio.max_hours"] == {"value": 2.0, "from": f"{home / 'zhiyin.toml'}:2"}
    assert shown["speech.model"]["from"] == "ZHIYIN_MODEL"
    assert shown["speech.device"]["from"] == ""
    assert "audio.max_hours" in run("config", "show").out


def test_init_makes_a_home_that_lint_is_content_with(run: Run, tmp_path: Path) -> None:
    made = run("init", tmp_path / "new")
    assert made.code == 0 and (tmp_path / "new" / "zhiyin.toml").is_file()
    linted = run("lint", "--home", tmp_path / "new")
    assert linted.code == 0
    assert all("建议：" in line for line in linted.out.splitlines())


def test_lint_names_file_line_and_what_is_allowed_and_ends_in_4(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lexicons").mkdir()
    path = tmp_path / "lexicons" / "bad.yaml"
    path.write_text("name: bad\ntitle: 坏\nmatch: wrod\nphrases: [不知道]\n", "utf-8")
    ran = run("lint", path)
    assert ran.code == 4
    assert ran.out.startswith(f"{path}:3:8: ")
    assert "sound" in ran.out


@pytest.mark.usefixtures("ears")
def test_explain_tells_why(run: Run, calls: Path) -> None:
    run("score", calls / "a.wav")
    ran = run("explain", "a.wav", "forbidden")
    assert ran.code == 0
    assert "✗" in ran.out and "不清楚" in ran.out and "词库 forbidden" in ran.out
    told = json.loads(run("explain", "a.wav", "forbidden", "--json", "--lang", "en").out)
    assert told["item"]["verdict"] == "fail" and told["in_force"] is True
    assert told["looks"][0]["certain"][0]["quote"] in str(told["account"])
    assert run("explain", "a.wav", "nothing").code != 0
    assert run("explain", "nobody.wav", "forbidden").code == 1


@pytest.mark.usefixtures("ears")
def test_measure_tells_how_right_it_is_and_keeps_what_people_said(
    run: Run, calls: Path, tmp_path: Path
) -> None:
    run("score", calls / "a.wav")
    mine = tmp_path / "mine.json"
    turns = [{"speaker": "agent", "text": "您好"}]
    call = {"recording": "a.wav", "turns": turns, "items": {"forbidden": "fail"}}
    mine.write_text(json.dumps(call, ensure_ascii=False), "utf-8")
    shown = run("measure", mine, "--html", tmp_path / "page.html", "--keep", "--by", "王")
    assert shown.code == 0 and "100.0%" in shown.out
    page = tmp_path / "page.html"
    assert page.stat().st_mode & 0o777 == 0o600 and "准确度" in page.read_text("utf-8")
    assert json.loads(run("measure", mine, "--json").out)["items"][0]["id"] == "forbidden"
    assert run("measure", mine, "--keep").code == 2
    mine.write_text(json.dumps({"calls": [call, {**call, "recording": "z.wav"}]}), "utf-8")
    assert run("measure", mine).code == 3


def test_doctor_ends_in_4_when_the_model_is_not_there(run: Run, tmp_path: Path) -> None:
    ran = run("doctor", "--model", tmp_path / "none")
    assert ran.code == 4
    assert "✗" in ran.out and "✓" in ran.out
    assert "Traceback" not in ran.talk


def test_nothing_typed_shows_the_help(run: Run) -> None:
    ran = run()
    assert ran.code in (0, 2)
    assert "score" in ran.out + ran.talk


def test_every_exit_code_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.M)] == sorted(Exit)


def test_lexicon_import_says_what_it_made_and_what_does_not_fit(
    run: Run, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("词语,分值\n不能,5\n", "gbk")
    ran = run("lexicon", "import", tmp_path / "a.csv")
    assert (ran.code, ran.out) == (0, f"{home / 'lexicons' / 'a.yaml'}\n")
    assert f"{tmp_path / 'a.csv'}:2: " in ran.talk and "分值" in ran.talk
    again = run("lexicon", "import", tmp_path / "a.csv")
    assert (again.code, again.out) == (1, "")
    assert "--force" in again.talk
    tried = run("lexicon", "import", tmp_path / "a.csv", "--dry-run", "--lang", "en")
    assert tried.out.startswith("# imported from a.csv")


@pytest.mark.parametrize("more", [(), ("--diff",)])
def test_rescore_refuses_a_name_that_means_nothing(run: Run, more: tuple[str, ...]) -> None:
    ran = run("rescore", "nosuch", *more)
    assert ran.code == 1 and "nosuch" in ran.talk and ran.out == ""


@pytest.mark.parametrize(
    "words", [("rescore", "--since", "2026-13-01"), ("report", "--month", "xx")]
)
def test_what_is_no_day_or_month_is_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.code == 2 and words[-1] in ran.talk


def test_lint_shows_problems_before_advice(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lexicons").mkdir()
    odd, bad = tmp_path / "lexicons" / "a.yaml", tmp_path / "lexicons" / "b.yaml"
    odd.write_text("name: a\ntitle: 甲\nphrases: [退款, 退款退款]\n", "utf-8")
    bad.write_text("name: b\ntitle: 乙\nmatch: wrod\nphrases: [不知道]\n", "utf-8")
    lines = run("lint", odd, bad).out.splitlines()
    assert len(lines) > 1 and "b.yaml:3" in lines[0] and "建议" in lines[-1]


def test_a_bracket_that_is_never_closed_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("(会议||例会&&退款\n", "utf-8")
    ran = run("lexicon", "import", tmp_path / "a.txt")
    assert ran.code == 1
    assert ran.talk.startswith(f"{tmp_path / 'a.txt'}:1: 第 1 列的括号“(”")


def test_explain_takes_a_chat_by_the_name_that_is_shown(run: Run, tmp_path: Path) -> None:
    rows = [f"{chat},{who},10:00:0{n},您好" for chat in ("K1", "K2") for n, who in enumerate(PAIR)]
    text = "\n".join(["会话编号,说话人,时间,内容", *rows])
    (tmp_path / "log.csv").write_text(text, "utf-8")
    assert "log.csv#K2" in run("score", tmp_path / "log.csv").out
    assert run("explain", "log.csv#K2", "greeting").code == 0
    assert run("explain", "log.csv#K3", "greeting").code == 1


def test_lint_takes_a_folder_and_checks_what_is_in_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lexicons").mkdir()
    path = tmp_path / "lexicons" / "bad.yaml"
    path.write_text("name: bad\ntitle: 坏\nmatch: wrod\nphrases: [不知道]\n", "utf-8")
    ran = run("lint", tmp_path)
    assert ran.code == 4 and ran.out.startswith(f"{path}:3:8: ")
    path.unlink()
    assert run("lint", tmp_path).code == 4  # nothing to check is no success


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("foo",), "没有“foo”这个命令"),
        (("scor",), "没有“scor”这个命令；是不是想写 'score'"),
        (("search", "一", "二"), "用法：zhiyin search [选项] [QUERY]"),
        (("score",), "用法：zhiyin score [选项] FILE..."),
        (("score",), "没有写 FILE"),
        (("score", "a.wav", "--foo"), "没有“--foo”这个选项"),
        (("score", "a.wav", "--model"), "“--model”后面要写一个值"),
        (("explain", "a", "b", "c"), "多写了：c"),
        (("run", "--limit", "many"), "'--limit' 的值不对：应为整数"),
    ],
)
def test_what_was_typed_wrongly_is_told_in_chinese(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.talk
    assert not re.search(r"Usage|Error|Missing|No such|Try", ran.talk)


OWN_WORDS = re.compile(r"--[\w-]+|zhiyin[a-z -]*|'[^']*'|“[^”]*”|\b[A-Z_]+\b|schema \d+")
ENGLISH = re.compile(r"[A-Za-z]{3,}")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_command_complains_in_english_where_chinese_is_spoken(run: Run, command: str) -> None:
    words = command.split()
    wrong = (
        [*words, "--nosuch"],
        [*words, *(f"x{n}" for n in range(9)), "--limit", "many"],
        [*words[:-1], words[-1][:-1] + "q"],
    )
    for typed in wrong:
        ran = run(*typed)
        assert ran.code == Exit.USAGE, typed
        for line in ran.talk.splitlines():
            assert not ENGLISH.search(OWN_WORDS.sub("", line)), (typed, line)
            assert not re.search(r"\[\[|\{[A-Z]", line), (typed, line)


def test_the_frame_of_help_is_chinese_too_and_its_columns_stay(run: Run) -> None:
    helped = run("score", "--help").out
    assert not re.search(r"Usage|Options|Arguments|required|<str>|Show this", helped)
    starts = {
        cell_len(found[1]) for found in re.finditer(r"^(  (?:--|-h).*?  +)\S", helped, re.MULTILINE)
    }
    assert len(starts) == 1
    assert "Show this message and exit." in run("score", "--lang", "en", "--help").out


def test_in_english_the_complaints_are_english(run: Run) -> None:
    talk = run("score", "--lang", "en").talk
    assert "Missing argument 'FILE'" in talk
    assert "Usage: zhiyin score" in talk
