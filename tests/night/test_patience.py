"""How long a run waits for what may not be taken yet: alike on one machine and on a cluster."""

import pytest

from pipeline.night.patience import is_worth_waiting
from pipeline.settings import Night


@pytest.mark.parametrize(
    ("due", "settle", "waits"),
    [(None, 60, False), (0.0, 60, True), (120.0, 60, True), (121.0, 60, False), (599.0, 300, True)],
)
def test_a_run_waits_for_files_that_settle_and_not_for_what_comes_much_later(
    due: float | None, settle: float, waits: bool
) -> None:
    assert is_worth_waiting(due, Night(settle_seconds=settle)) is waits
