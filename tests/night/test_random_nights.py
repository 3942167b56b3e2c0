"""Random nights, a few of them; the many are for CI and `make reliability`."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.night.random_nights import Nights

FEW = settings(max_examples=8, stateful_step_count=20, deadline=None, derandomize=True)


def test_nights_in_any_order_keep_their_book() -> None:
    run_state_machine_as_test(Nights, settings=FEW)
