"""Random nights: a few in `make test`, more in CI on both databases, most in `make reliability`."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Server
from tests.night.random_nights import Nights

FEW = settings(max_examples=8, stateful_step_count=20, deadline=None, derandomize=True)
MORE = settings(max_examples=20, stateful_step_count=20, deadline=None, print_blob=True)


def test_nights_in_any_order_keep_their_book() -> None:
    run_state_machine_as_test(Nights, settings=FEW)


@pytest.mark.faults
def test_more_nights_in_any_order_keep_their_book() -> None:
    run_state_machine_as_test(Nights, settings=MORE)


@pytest.mark.postgres
def test_nights_in_any_order_keep_their_book_in_postgres(postgres: Server) -> None:
    class OnPostgres(Nights):
        fresh = staticmethod(postgres.fresh)

    run_state_machine_as_test(OnPostgres, settings=MORE)
