"""A database lies on a disk of this machine, and with its log."""

from pathlib import Path

import pytest

from pipeline.refusal import Refusal
from pipeline.storage import Store, places
from pipeline.storage.places import is_doubtful, is_network, kind_of

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
nas:/calls /srv/calls nfs4 rw,vers=4.2 0 0
//nas/calls /srv/night\\040calls cifs rw,vers=3.1.1 0 0
/dev/sdb1 /mnt/stick ntfs3 rw 0 0
me@host:/home /srv/calls/far fuse.sshfs rw 0 0
/dev/sdc1 /srv/calls/local xfs rw 0 0
/dev/sdd1 /srv/pool fuse.mergerfs rw 0 0
overlaid /tmp overlay rw 0 0
short line
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/zhiyin", "ext4"),
        ("/srv/calls", "nfs4"),
        ("/srv/calls/2026/11", "nfs4"),
        ("/srv/calls/far", "fuse.sshfs"),
        ("/srv/calls/local/home", "xfs"),
        ("/srv/callsigns", "ext4"),
        ("/srv/night calls/home", "cifs"),
        ("/mnt/stick/zhiyin", "ntfs3"),
        ("/tmp/home", "overlay"),
    ],
)
def test_a_place_lies_on_the_file_system_mounted_nearest_above(place: str, kind: str) -> None:
    assert kind_of(Path(place), MOUNTS) == kind


def test_a_machine_that_does_not_tell_its_mounts_is_not_held_against_anybody() -> None:
    assert kind_of(Path("/home"), "") == ""
    assert not is_network("") and not is_doubtful("")


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_file_systems_of_other_machines_are_network(kind: str) -> None:
    assert is_network(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "apfs"])
def test_disks_of_this_machine_are_neither_network_nor_doubtful(kind: str) -> None:
    assert not is_network(kind) and not is_doubtful(kind)


@pytest.mark.parametrize("kind", ["ntfs3", "fuse.mergerfs", "fuseblk", "9p", "vfat"])
def test_others_of_this_machine_are_doubtful_and_not_network(kind: str) -> None:
    assert is_doubtful(kind) and not is_network(kind)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_database_on_a_network_file_system_is_refused_before_a_file_is_made(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "mounts")
    (tmp_path / "mounts").write_text(f"/dev/sda / ext4 rw 0 0\nnas:/ {tmp_path} {kind} rw 0 0\n")
    with pytest.raises(Refusal) as refused:
        Store(tmp_path)
    assert refused.value.reason.key == "storage.network"
    assert refused.value.reason.values["found"] == kind
    assert not (tmp_path / "zhiyin.db").exists()


def test_a_database_whose_log_was_taken_away_is_refused_and_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    held = (tmp_path / "zhiyin.db").read_bytes()
    (tmp_path / "zhiyin.db-wal").rename(tmp_path / "aside")
    with pytest.raises(Refusal) as refused:
        Store(tmp_path)
    assert refused.value.reason.key == "storage.log-missing"
    assert (tmp_path / "zhiyin.db").read_bytes() == held
    (tmp_path / "aside").rename(tmp_path / "zhiyin.db-wal")
    store.close()
    Store(tmp_path).close()


def test_a_database_that_was_closed_has_no_log_and_is_not_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    assert not (tmp_path / "zhiyin.db-wal").exists()
    Store(tmp_path).close()
