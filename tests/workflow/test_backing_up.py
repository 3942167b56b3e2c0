"""A home goes into one file and comes out of it the same; a damaged file changes nothing."""

import json
import sqlite3
import subprocess
import tarfile
import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing, View
from pipeline.settings import Reviewing, Settings, Storage
from pipeline.storage import People, Store
from pipeline.storage.archive import CONTENTS
from pipeline.storage.audit import Audit
from pipeline.storage.audit_rows import Act
from pipeline.storage.copies import copy_database
from pipeline.storage.database import NAME, NEWEST
from pipeline.storage.review_records import Why
from pipeline.storage.staging import staging
from pipeline.storage.tokens import Tokens
from pipeline.workflow.backing_up import Made, back_up
from pipeline.workflow.bringing_back import BroughtBack, bring_back
from pipeline.workflow.reviewing import confirm, mark, queue, release
from pipeline.workflow.tokens import make_token
from tests import reviewed
from tests.databases import PASSWORD, Database, Server
from tests.desk.people import let_everybody_in
from tests.storage.making import make_database
from tests.storage.test_store import RECORDING, entry

QUICK = Settings(storage=Storage(busy_seconds=0.05))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    (made / "lexicons").mkdir(parents=True)
    (made / "scorecards" / "shared").mkdir(parents=True)
    (made / "zhiyin.toml").write_text('language = "en"\n')
    (made / "lexicons" / "own.yaml").write_text("phrases: [不知道]\n", "utf-8")
    (made / "lexicons" / "own.yaml").chmod(0o664)
    (made / "scorecards" / "shared" / "s.yaml").write_text("conditions: {}\n")
    with Store(made) as store:
        store.keep(entry())
    return made


def back(file: Path, home: Path, force: bool = False) -> BroughtBack:
    return bring_back(file, home, QUICK, force)


def refused(file: Path, home: Path, force: bool = False) -> str:
    with pytest.raises(Refusal) as refusal:
        back(file, home, force)
    return refusal.value.reason.key


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def backup(home: Path, target: Path, keep: int = 0) -> Made:
    return back_up(home, QUICK, target, keep)


def test_a_home_comes_out_of_its_backup_the_same(home: Path, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "backups")
    assert made.path.parent == tmp_path / "backups"
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.contents.revision == NEWEST
    found = back(made.path, tmp_path / "new")
    assert found.aside is None
    with Store(home) as before, Store(tmp_path / "new") as after:
        assert after.find("a.wav") == before.find("a.wav") != ()
    others = {n: c for n, c in content(home).items() if not n.startswith(NAME)}
    assert {n: c for n, c in content(tmp_path / "new").items() if not n.startswith(NAME)} == others
    assert (tmp_path / "new" / "lexicons" / "own.yaml").stat().st_mode & 0o777 == 0o664
    assert (tmp_path / "new" / NAME).stat().st_mode & 0o777 == 0o600


OF_PEOPLE = ("mark", "review", "review_item", "decision", "scorecard", "person", "token", "audit")


def judged(database: Database) -> None:
    """One call judged and let go, its neighbour queued; people and a token of theirs."""
    card = reviewed.keep(database, "bad", started="2026-11-02T09:00:00")
    reviewed.keep(database, "beside", reviewed.POLITE, started="2026-11-02T10:00:00")
    with reviewed.reviews(database) as opened:
        said = [reviewed.hit("taboo", 0, View.REJECTED, "听错"), reviewed.missed("abuse")]
        mark(opened, reviewed.INSPECTOR, card, 0, said)
        confirm(opened, reviewed.INSPECTOR, card, 2, Reviewing())
        release(opened, reviewed.LEAD, card, 3)
    let_everybody_in(database.home, database.storage)
    with (
        People(database.home, database.storage) as people,
        Tokens(database.home, database.storage) as tokens,
    ):
        make_token(tokens, people, "lead", "n", "lead")


def kept(database: Database) -> dict[str, list[str]]:
    """All that people made, row by row."""
    return {
        table: sorted(map(repr, database.rows(f"SELECT * FROM {table}"))) for table in OF_PEOPLE
    }


def test_what_people_made_of_cards_comes_back_whole(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    judged(database)
    before = kept(database)
    assert all(before.values()), "there is something in each to lose"
    made = back_up(database.home, Settings(storage=database.storage), tmp_path / "b.tgz")
    url = request.getfixturevalue("postgres").bare() if database.storage.url else ""
    other = Database(tmp_path / "new", Storage(url=url))
    bring_back(made.path, other.home, Settings(storage=other.storage))
    other.rows("DELETE FROM audit WHERE action = 'restore'")
    assert kept(other) == before
    assert Audit(other.home, other.storage).verify().whole
    with reviewed.reviews(other) as opened:
        found = opened.read(1)
        assert found and found.final and found.standing == Standing.RELEASED
        (row,) = queue(opened, reviewed.INSPECTOR, reviewed.QUEUE).rows
        assert row.why == Why.NEIGHBOUR, "what waited waits"
        mark(opened, reviewed.INSPECTOR, row.id, 0, [reviewed.comment("接着听")])


def test_nothing_is_left_lying_about(home: Path, tmp_path: Path) -> None:
    before = set(home.iterdir())
    made = backup(home, tmp_path / "backups" / "mine.tar.gz")
    back(made.path, tmp_path / "new")
    assert set(home.iterdir()) == before
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["mine.tar.gz"]
    assert not [p for p in (tmp_path / "new").iterdir() if p.name.startswith(".")]


def test_a_copy_is_made_while_another_process_writes_and_holds_what_was_committed(
    home: Path, tmp_path: Path
) -> None:
    with sqlite3.connect(home / NAME, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE recording SET name = 'not committed'")
        assert copy_database(home, tmp_path / NAME, QUICK.storage) == NEWEST
        writer.execute("COMMIT")
    with Store(tmp_path) as store:
        assert [r.recording.name for r in store.find("a.wav")] == [RECORDING.name]


def test_who_made_a_backup_and_who_brought_it_back_is_on_record(home: Path, tmp_path: Path) -> None:
    made = back_up(home, QUICK, tmp_path / "b.tgz", by="张运维")
    bring_back(made.path, tmp_path / "new", QUICK, by="李运维")
    for place, who, what in ((home, "张运维", "backup"), (tmp_path / "new", "李运维", "restore")):
        (line,) = Audit(place).latest(9)
        assert (line.act.by, line.act.action, line.act.target) == (who, what, "b.tgz")


def test_the_record_holds_after_a_backup_came_back(home: Path, tmp_path: Path) -> None:
    back_up(home, QUICK, tmp_path / "1.tgz")
    assert Audit(home).verify().whole
    made = back_up(home, QUICK, tmp_path / "2.tgz")
    for _ in range(3):
        Audit(home).note(Act("x", "later"))
        assert Audit(home).verify().whole
    back(made.path, home, force=True)
    back(made.path, tmp_path / "new")
    assert Audit(home).verify().whole and Audit(tmp_path / "new").verify().whole


def test_what_was_deleted_is_not_in_a_backup(home: Path, tmp_path: Path) -> None:
    said = "我不知道".encode()
    with Store(home):
        assert any(said in file for file in content(home).values())
        with sqlite3.connect(home / NAME) as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("DELETE FROM recording")
            connection.execute("DELETE FROM transcript")
        connection.close()
        back(backup(home, tmp_path / "b.tgz").path, tmp_path / "new")
    assert not any(said in file for file in content(tmp_path / "new").values())


def test_only_the_latest_of_a_folder_are_kept_and_no_file_of_others(
    home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    for name in ("zhiyin-20200101-000000.tar.gz", "zhiyin-20200102-000000.tar.gz", "mine.tar.gz"):
        (folder / name).write_text("old")
    made = backup(home, folder, keep=2)
    assert [path.name for path in made.gone] == ["zhiyin-20200101-000000.tar.gz"]
    left = {"zhiyin-20200102-000000.tar.gz", "mine.tar.gz", made.path.name}
    assert {path.name for path in folder.iterdir()} == left


def test_a_file_that_is_there_is_left_alone(home: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tgz").write_text("mine")
    with pytest.raises(Refusal) as refusal:
        backup(home, tmp_path / "b.tgz")
    assert refusal.value.reason.key == "backup.there"
    assert (tmp_path / "b.tgz").read_text() == "mine"


def test_a_home_without_results_is_refused_and_none_are_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refusal) as refusal:
        backup(tmp_path / "empty", tmp_path / "b.tgz")
    assert refusal.value.reason.key == "backup.no-database"
    assert list((tmp_path / "empty").iterdir()) == [] and not (tmp_path / "b.tgz").exists()


def test_a_database_whose_making_was_cut_off_is_none(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    with pytest.raises(Refusal) as refusal:
        backup(tmp_path, tmp_path / "b.tgz")
    assert refusal.value.reason.key == "backup.no-database"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_two_backups_of_a_home_at_once_are_one_too_many(home: Path, tmp_path: Path) -> None:
    with staging(home / ".backup"), pytest.raises(Refusal) as refusal:
        backup(home, tmp_path / "b.tgz")
    assert refusal.value.reason.key == "backup.busy"


def test_what_a_killed_backup_left_goes_with_the_next(home: Path, tmp_path: Path) -> None:
    (home / ".backup" / "deep").mkdir(parents=True)
    (home / ".backup" / NAME).write_text("half")
    backup(home, tmp_path / "b.tgz")
    assert not (home / ".backup").exists()


def test_a_home_with_content_is_replaced_only_by_force_and_kept_beside(
    home: Path, tmp_path: Path
) -> None:
    made = backup(home, tmp_path / "b.tgz")
    with Store(home) as store:
        store.keep(entry(recording=replace(RECORDING, content="2" * 64, name="later")))
    (home / "lexicons" / "own.yaml").write_text("phrases: [变了]\n", "utf-8")
    before = content(home)
    assert refused(made.path, home) == "backup.home-not-empty"
    assert content(home) == before
    found = back(made.path, home, force=True)
    assert found.aside is not None
    assert "变了" in (found.aside / "lexicons" / "own.yaml").read_text("utf-8")
    assert "不知道" in (home / "lexicons" / "own.yaml").read_text("utf-8")
    with Store(home) as now, Store(found.aside) as then:
        assert (len(now.find("a.wav")), len(then.find("a.wav"))) == (1, 2)


def test_a_database_that_is_open_is_not_replaced_even_by_force(home: Path, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "b.tgz")
    with Store(home) as store:
        store.find("a.wav")
        before = sorted(path.name for path in home.iterdir())
        assert refused(made.path, home, force=True) == "backup.in-use"
        assert sorted(path.name for path in home.iterdir()) == before
        assert store.find("a.wav") != ()


@pytest.mark.parametrize("left", ["rubbish", "nothing", "half"])
def test_a_damaged_database_is_replaced_by_force(left: str, home: Path, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "b.tgz")
    whole = (home / NAME).read_bytes()
    spoilt = {"rubbish": b"a letter " * 900, "nothing": b"", "half": whole[: len(whole) // 2]}
    (home / NAME).write_bytes(spoilt[left])
    found = back(made.path, home, force=True)
    assert found.aside is not None and (found.aside / NAME).read_bytes() == spoilt[left]
    with Store(home) as store:
        assert store.find("a.wav") != ()


@pytest.mark.parametrize("at", [0.0, 0.05, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("how", ["cut", "flipped"])
def test_a_backup_that_was_damaged_is_refused_and_changes_nothing(
    how: str, at: float, home: Path, tmp_path: Path
) -> None:
    made = backup(home, tmp_path / "b.tgz")
    whole = bytearray(made.path.read_bytes())
    place = int(len(whole) * at)
    if how == "flipped":
        whole[place] ^= 0xFF
    made.path.write_bytes(whole[:place] if how == "cut" else whole)
    before = content(home)
    key = refused(made.path, home, force=True)
    assert key == "backup.damaged"
    assert content(home) == before
    assert not (home / ".restore").exists()


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.tgz", tmp_path / "new") == "backup.none"
    with tarfile.open(tmp_path / "other.tgz", "w:gz") as tar:
        tar.add(__file__, "thing.py")
    assert refused(tmp_path / "other.tgz", tmp_path / "new") == "backup.damaged"


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "lexicons/../../outside"])
def test_a_name_that_leads_out_of_the_home_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    listed = {"made": "", "program": "", "database": "", "revision": "", "sums": {}, "format": 1}
    (tmp_path / CONTENTS).write_text(json.dumps(listed))
    with tarfile.open(tmp_path / "b.tgz", "w:gz") as tar:
        tar.add(tmp_path / CONTENTS, CONTENTS)
        member = tar.gettarinfo(tmp_path / "x")
        member.name = name
        with (tmp_path / "x").open("rb") as file:
            tar.addfile(member, file)
    assert refused(tmp_path / "b.tgz", tmp_path / "new") == "backup.damaged"
    assert not (tmp_path / "outside").exists()


def test_a_backup_of_an_older_schema_comes_back_upgraded(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    make_database(home, "0001")
    with sqlite3.connect(home / NAME) as old:
        old.execute(
            "INSERT INTO recording VALUES "
            "(1, 'c', '/a.wav', '[\"/a.wav\"]', '{}', 'failed', 'no_audio', NULL, 1, 0, 0)"
        )
    made = backup(home, tmp_path / "b.tgz")
    assert made.contents.revision == "0001"
    back(made.path, tmp_path / "new")
    with Store(tmp_path / "new") as store:
        assert len(store.find("a.wav")) == 1


def test_a_backup_of_a_newer_schema_is_refused(home: Path, tmp_path: Path) -> None:
    with sqlite3.connect(home / NAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refusal) as refusal:
        backup(home, tmp_path / "b.tgz")
    assert refusal.value.reason.key == "storage.newer"


def test_settings_that_lead_elsewhere_are_not_followed(home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("password")
    (home / "lexicons" / "link.yaml").symlink_to(tmp_path / "secret")
    back(backup(home, tmp_path / "b.tgz").path, tmp_path / "new")
    assert not (tmp_path / "new" / "lexicons" / "link.yaml").exists()


def test_readers_go_on_while_a_backup_is_made(home: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    ended = threading.Event()

    def read() -> None:
        with Store(home, QUICK.storage) as store:
            while not ended.is_set():
                seen.append(len(store.find("a.wav")))

    reader = threading.Thread(target=read)
    reader.start()
    backup(home, tmp_path / "b.tgz")
    ended.set()
    reader.join()
    assert set(seen) == {1}


@pytest.mark.postgres
def test_a_database_on_a_server_comes_out_of_its_backup_into_an_empty_one(
    postgres: Server, tmp_path: Path
) -> None:
    home, storage = tmp_path / "home", Storage(url=postgres.fresh())
    home.mkdir()
    (home / "zhiyin.toml").write_text('language = "en"\n')
    with Store(home, storage) as store:
        store.keep(entry())
        before = store.find("a.wav")
        made = back_up(home, Settings(storage=storage), tmp_path / "b.tgz")
    assert (made.contents.database, made.contents.revision) == ("postgresql", NEWEST)
    empty = Settings(storage=Storage(url=postgres.bare()))
    bring_back(made.path, tmp_path / "new", empty)
    with Store(tmp_path / "new", empty.storage) as store:
        assert store.find("a.wav") == before != ()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["zhiyin.toml"]
    for settings, key in ((empty, "backup.database-not-empty"), (QUICK, "backup.other-database")):
        with pytest.raises(Refusal) as refusal:
            bring_back(made.path, tmp_path / "third", settings)
        assert refusal.value.reason.key == key
    assert list((tmp_path / "third").iterdir()) == []


@pytest.mark.postgres
def test_a_backup_of_a_file_does_not_go_to_a_server(
    postgres: Server, home: Path, tmp_path: Path
) -> None:
    url = postgres.bare()
    with pytest.raises(Refusal) as refusal:
        bring_back(
            backup(home, tmp_path / "b.tgz").path,
            tmp_path / "new",
            Settings(storage=Storage(url=url)),
        )
    assert refusal.value.reason.key == "backup.other-database"


@pytest.mark.postgres
def test_nobody_sees_the_password_of_the_server(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    run = subprocess.run

    def watched(command: list[str], **how: object) -> object:
        seen.append(str(command))
        return run(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    url = postgres.fresh()
    secret = quote(PASSWORD, safe="")
    for spelt in (url, url.replace(f":{secret}@", "@") + f"?password={secret}"):
        back_up(tmp_path, Settings(storage=Storage(url=spelt)), tmp_path / f"{len(seen)}.tgz")
    assert len(seen) == 2
    assert not [words for words in seen if PASSWORD in words or quote(PASSWORD, safe="") in words]
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refusal) as refusal:
        back_up(tmp_path, Settings(storage=Storage(url=url)), tmp_path / "c.tgz")
    assert refusal.value.reason.key == "backup.no-program"
    assert not (tmp_path / "c.tgz").exists()
