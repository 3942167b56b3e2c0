"""What doctor asks of disks, database, file system and clock, and what it advises."""

import shutil
import time
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.call import Reason
from pipeline.refusal import Refusal
from pipeline.settings import Audio, Night, Settings
from pipeline.storage import Store, condition, places
from pipeline.storage.condition import check_pages, condition_of, probe_wal
from pipeline.storage.database import NEWEST
from pipeline.workflow import health
from pipeline.workflow.health import GIGABYTE, Finding, examine
from tests.databases import Database
from tests.storage.test_store import RECORDING, entry

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def without_rules_and_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests look at these, and they take seconds."""
    for name in ("_rules", "_model", "_voice"):
        monkeypatch.setattr(health, name, lambda *_: Finding("other", True))


def found(home: Path, settings: Settings | None = None) -> dict[str, Finding]:
    looked = examine(home, settings or Settings())
    return {finding.about.removeprefix("cli.doctor-"): finding for finding in looked}


def key(finding: Finding) -> str:
    said = finding.refusal.reason if finding.refusal else finding.said
    assert isinstance(said, Reason)
    return said.key


def with_free(monkeypatch: pytest.MonkeyPatch, gigabytes: float) -> None:
    free = int(gigabytes * GIGABYTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free, 0, free))


def test_a_disk_needs_a_gigabyte_and_room_for_two_of_the_busiest_nights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_free(monkeypatch, 1.5)
    assert found(tmp_path)["disk"].good
    with_free(monkeypatch, 0.5)
    little = found(tmp_path)["disk"]
    assert not little.good and key(little) == "cli.doctor-little"
    known = condition_of(tmp_path, Settings().storage)
    many = replace(known, calls=2_000_000, busiest=1_000_000, size=100 * GIGABYTE)
    monkeypatch.setattr(health, "condition_of", lambda *_: many)
    with_free(monkeypatch, 99.0)
    assert not found(tmp_path)["disk"].good
    with_free(monkeypatch, 101.0)
    assert found(tmp_path)["disk"].good


def test_temporary_files_need_room_for_the_longest_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_free(monkeypatch, 1.5)
    assert not found(tmp_path)["temporary"].good
    assert found(tmp_path, Settings(audio=Audio(max_hours=2)))["temporary"].good


def test_a_database_is_told_with_program_schema_and_calls(database: Database) -> None:
    with database.store() as store:
        store.keep(entry())
        store.keep(entry(recording=replace(RECORDING, content="2" * 64, name="b")))
    known = condition_of(database.home, database.storage)
    assert known.program.split()[0] == ("PostgreSQL" if database.storage.url else "SQLite")
    assert (known.revision, known.calls, known.busiest) == (NEWEST, 2, 2)
    assert known.size > 10_000 and abs(known.ahead) < 5
    assert abs(known.last / 1000 - time.time()) < 60
    findings = found(database.home, Settings(storage=database.storage))
    assert all(findings[name].good for name in ("database", "wal", "clock"))


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for number in range(60):
            store.keep(entry(recording=replace(RECORDING, content=f"{number:064}")))
    path = tmp_path / "zhiyin.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x5a" * 4096 + whole[len(whole) // 2 + 4096 :])
    finding = found(tmp_path)["database"]
    assert not finding.good and key(finding) == "storage.broken"


def test_a_large_database_is_looked_over_no_longer_than_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "STEPS", 1)
    with Store(tmp_path) as store:
        store.keep(entry())
    assert check_pages(tmp_path, 60)
    assert not check_pages(tmp_path, 0)
    monkeypatch.setattr(health, "CHECK_SECONDS", 0)
    finding = found(tmp_path)["database"]
    assert finding.good and key(finding) == "cli.doctor-schema-in-part"


def test_two_processes_try_to_share_a_database_and_leave_nothing(tmp_path: Path) -> None:
    assert probe_wal(tmp_path) == places.kind_of(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("neighbour", [["0"], ["1", "locked"], []])
def test_a_place_where_locks_do_not_hold_is_refused(
    neighbour: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "_neighbour", lambda _: neighbour)
    with pytest.raises(Refusal) as refused:
        probe_wal(tmp_path)
    assert refused.value.reason.key == "storage.no-wal"


@pytest.mark.parametrize(
    ("kind", "good", "said"),
    [
        ("ext4", True, "cli.doctor-shared"),
        ("ntfs3", True, "cli.doctor-doubtful"),
        ("fuse.mergerfs", True, "cli.doctor-doubtful"),
    ],
)
def test_a_doubtful_file_system_is_named(
    kind: str, good: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounts").write_text(f"/dev/sda {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "mounts")
    finding = found(tmp_path)["wal"]
    assert finding.good is good and key(finding) == said


def test_a_network_file_system_is_no_place_for_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounts").write_text(f"nas:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "mounts")
    finding = found(tmp_path)["database"]
    assert not finding.good and key(finding) == "storage.network"


def test_a_clock_before_what_was_stored_last_is_wrong(tmp_path: Path) -> None:
    database = Database(tmp_path)
    with database.store() as store:
        store.keep(entry())
    assert found(tmp_path)["clock"].good
    database.rows(f"UPDATE recording SET changed = changed + {3600 * 1000}")
    finding = found(tmp_path)["clock"]
    assert not finding.good and key(finding) == "cli.doctor-clock-behind"


def test_a_clock_far_from_the_servers_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = condition_of(tmp_path, Settings().storage)
    monkeypatch.setattr(health, "condition_of", lambda *_: replace(known, ahead=-300.0))
    finding = found(tmp_path)["clock"]
    assert not finding.good and key(finding) == "cli.doctor-clocks-differ"


def test_sources_that_cannot_be_reached_are_named_and_the_others_too(tmp_path: Path) -> None:
    from pipeline.night.reaching import reached

    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "a.wav").write_text("x")
    sources = (str(tmp_path / "calls"), str(tmp_path / "none"), "https://example.com/calls")
    night = Night(sources=sources, records=(str(tmp_path / "no.csv"), str(tmp_path / "calls")))
    found = list(reached(night))
    assert [finding.good for finding in found] == [True, False, False, False, True]
    assert {finding.about for finding in found[3:]} == {"cli.doctor-records"}
