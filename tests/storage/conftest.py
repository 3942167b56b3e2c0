"""A ledger, and a night that has begun."""

from collections.abc import Iterator

import pytest

from pipeline.storage import Ledger, this_process
from tests.databases import Database
from tests.storage.by_hand import LEASE


@pytest.fixture
def ledger(database: Database) -> Iterator[Ledger]:
    with database.ledger() as opened:
        yield opened


@pytest.fixture
def night(ledger: Ledger) -> int:
    return ledger.begin(this_process("local"), LEASE)
