"""Where a database may lie: on a disk of this machine, as WAL needs memory that processes share."""

import time
from pathlib import Path

from pipeline.refusal import Refusal

MOUNTS = Path("/proc/self/mounts")

NETWORK = (
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "beegfs", "gpfs",
    "glusterfs", "davfs", "ocfs2", "orangefs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone",
    "fuse.glusterfs", "fuse.gcsfuse", "fuse.ceph", "fuse.juicefs", "fuse.davfs2",
)  # fmt: skip
"""File systems of other machines: locks and shared memory do not hold between two of them."""

DOUBTFUL = ("9p", "virtiofs", "vboxsf", "vmhgfs", "ntfs", "ntfs3", "exfat", "vfat", "msdos")
"""Of this machine or of its host, and without all that WAL asks for; any other fuse as well."""

LOOK_AGAIN_SECONDS = 0.05


def kind_of(place: Path, mounts: str | None = None) -> str:
    """The file system that a place lies on (ext4, nfs4, ...); "" where nobody can tell."""
    if mounts is None:
        try:
            mounts = MOUNTS.read_text("utf-8", "replace")
        except OSError:
            return ""
    parents = {str(one) for one in (place.resolve(), *place.resolve().parents)}
    found, longest = "", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _plain(fields[1])
        if point in parents and len(point) >= longest:  # of two on one place the later counts
            found, longest = fields[2], len(point)
    return found


def is_network(kind: str) -> bool:
    """Whether two machines may share it."""
    return kind in NETWORK


def is_doubtful(kind: str) -> bool:
    """Whether it may lack what WAL asks for."""
    return kind in DOUBTFUL or kind.startswith("fuse")


def check_place(database: Path) -> None:
    """Refusal where the file lies on a network file system, or has lost its write-ahead log."""
    kind = kind_of(database.parent)
    if is_network(kind):
        raise Refusal("storage.network", str(database), found=kind)
    if _log_is_missing(database):
        raise Refusal("storage.log-missing", f"{database}-wal")


def _log_is_missing(database: Path) -> bool:
    """SQLite makes -wal before -shm and removes it after: -shm alone means that somebody took the
    log away. Seen twice, as another process may be closing just now."""
    for _ in range(2):
        shared, log = (database.with_name(database.name + end) for end in ("-shm", "-wal"))
        if not database.exists() or not shared.exists() or log.exists():
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True


def _plain(field: str) -> str:
    """A mount point as it is called; blanks are written \\040 in the list."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(code, character)
    return field
