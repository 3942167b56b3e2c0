"""How much memory a worker may take: a share of what the machine has, or of what is granted."""

from pathlib import Path

from pipeline.night.memory import MEGABYTE, granted, hard_limit


def test_workers_of_a_machine_have_equal_shares_that_together_leave_it_some() -> None:
    alone, one_of_four = hard_limit(0, 1), hard_limit(0, 4)
    assert one_of_four == alone // 4


def test_what_is_set_bounds_the_share_but_must_not_raise_it() -> None:
    assert hard_limit(100, 1) == 200 * MEGABYTE
    assert hard_limit(100_000_000, 2) == hard_limit(0, 2)


def group(root: Path, name: str, limit: str) -> None:
    """A control group with such a limit; name: its file, below the root."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(f"{limit}\n")


def test_the_tightest_of_the_groups_that_a_process_is_in_counts(tmp_path: Path) -> None:
    group(tmp_path, "system.slice/memory.max", "4000")
    group(tmp_path, "system.slice/zhiyin.service/memory.max", "9000")
    assert granted("0::/system.slice/zhiyin.service\n", tmp_path) == 4000


def test_the_groups_of_older_kernels_count_too(tmp_path: Path) -> None:
    group(tmp_path, "memory/docker/one/memory.limit_in_bytes", "5000")
    group(tmp_path, "memory/memory.limit_in_bytes", "9223372036854771712")
    told = "11:cpu,cpuacct:/docker/one\n4:memory:/docker/one\n1:name=systemd:/docker/one\n"
    assert granted(told, tmp_path) == 5000


def test_a_container_that_is_shown_itself_as_the_root_has_its_limit(tmp_path: Path) -> None:
    group(tmp_path, "memory.max", "7000")
    assert granted("0::/\n", tmp_path) == 7000


def test_must_not_take_no_limit_for_one(tmp_path: Path) -> None:
    group(tmp_path, "one/memory.max", "max")
    assert granted("0::/one\n", tmp_path) is None
    assert granted("", tmp_path) is None
    assert granted("0::/gone\nno line of a group\n", tmp_path) is None
