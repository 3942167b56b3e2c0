from pathlib import Path

import pytest

from tests.scoring.rules import Rules


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    return Rules(tmp_path)
