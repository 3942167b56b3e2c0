"""Every command that reads or writes results does so in PostgreSQL where storage.url names one."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.databases import PASSWORD, Server

pytestmark = [pytest.mark.usefixtures("ears"), pytest.mark.postgres]


@pytest.fixture
def by_url(run: Run, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands over a database of their own."""
    monkeypatch.setenv("ZHIYIN_STORAGE__URL", postgres.fresh())
    return run


def test_the_commands_work_and_leave_no_database_in_the_home(
    by_url: Run, calls: Path, home: Path, tmp_path: Path
) -> None:
    assert by_url("score", calls).code == 0
    name = next(path.name for path in sorted(calls.iterdir()) if path.suffix == ".wav")
    by_hand = tmp_path / "by-hand.jsonl"
    by_hand.write_text(json.dumps({"recording": name, "items": {"forbidden": "pass"}}) + "\n")
    for words in (
        ("explain", name, "forbidden"),
        ("rescore", "--diff"),
        ("rescore",),
        ("publish", "--by", "李主管", "--note", "第一版"),
        ("publish", "--list"),
        ("rescore",),
        ("report",),
        ("measure", by_hand, "--keep", "--by", "王班长"),
        ("status",),
        ("failures",),
        ("retranscribe", name),
        ("status", "--json"),
        ("purge", "--older-than", "3000d", "--dry-run"),
        ("audit", "verify"),
        ("db", "upgrade"),
    ):
        ran = by_url(*words)
        assert ran.code == 0, (words, ran.out, ran.talk)
        assert "Traceback" not in ran.talk
    assert "postgres" in by_url("doctor").out.lower()
    assert not list(home.glob("*.db*"))


def test_the_password_is_not_shown(by_url: Run, postgres: Server) -> None:
    for words in (("config", "show"), ("config", "show", "--json"), ("doctor",)):
        said = by_url(*words)
        assert PASSWORD not in said.out + said.talk
        assert postgres.url("").partition("zhiyin:")[2].partition("@")[0] not in said.out


def test_a_server_that_is_away_is_one_line(
    by_url: Run, monkeypatch: pytest.MonkeyPatch, calls: Path
) -> None:
    monkeypatch.setenv("ZHIYIN_STORAGE__URL", "postgresql://me:geheim@127.0.0.1:1/zhiyin")
    ran = by_url("report")
    assert ran.code == 1 and "geheim" not in ran.talk
    assert len(ran.talk.strip().splitlines()) == 1 and "连不上结果数据库" in ran.talk
