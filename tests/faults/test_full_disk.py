"""R12: the disk is full, wherever that meets the work. What could not be done is said in a line,
with the place and what is needed; when there is room, another run makes all good.

`make test` leaves these out, CI tries FEW, `make reliability` all CASES (ZHIYIN_TRIALS=all)."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Place, mounted, names_in
from tests.night.invariants import differences, intact, results
from tests.trials import ALL

KILOBYTES = [int(16 * 1.215**step) for step in range(30)]
"""From 16 kB, where not even the database fits, to 4.5 MB, where all does; several for each step of
the work: schema, log, samples of a recording, pages, copy of the database, backup."""
FEW = ((42, "score"), (297, "run"), (786, "score"), (786, "run"))
CASES = [(size, command) for size in KILOBYTES for command in ("score", "run")]
WITH_NEED = re.compile(r"/\S+:? .*\broom\b")
"""A path, and what is needed: room, and how much where that can be known."""

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, recordings: Path) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "tmp").mkdir()
    place = Place(folder / "home", recordings, folder / "tmp")
    assert place.do("score", recordings).code == 0
    return results(place.database)


@pytest.mark.parametrize(("kilobytes", "command"), CASES if ALL else FEW)
def test_a_full_disk_is_said_and_costs_nothing_but_time(
    kilobytes: int, command: str, undisturbed: dict[str, Any], recordings: Path, tmp_path: Path
) -> None:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs") as disk:
        place = Place(disk / "home", recordings, disk / "tmp")
        place.temporary.mkdir()
        words = ("run",) if command == "run" else ("score", recordings, "--html", disk / "pages")
        full = place.do(*words)
        copied = place.do("backup", disk / "backups")
        assert copied.code in (0, 1) and (copied.code == 0 or copied.reason), copied
        if full.code:
            said = f"{' '.join(full.out.split())}\n{full.talk}"  # the table breaks its lines
            assert WITH_NEED.search(said), said
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        if (place.home / "zhiyin.db").exists():
            intact(place.database)
        again = place.do(*words)
        assert again.code == 0, again.talk
        place.holds(names_in(recordings))
        assert differences(undisturbed, results(place.database)) == []
        assert place.do("backup", disk / "backups").code == 0
        left = [path.name for path in (*place.home.iterdir(), *(disk / "backups").iterdir())]
        assert not [name for name in left if name.startswith(".")]
