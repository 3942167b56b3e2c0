"""S7: the secret key is random, of this home alone, and read by its owner alone."""

import stat
from pathlib import Path

import pytest

from pipeline.configuration.key import BYTES, NAME, secret_key
from pipeline.desk.app import create_app
from pipeline.refusal import Refusal
from pipeline.settings import Settings


def test_the_first_start_makes_one_that_only_the_owner_reads(tmp_path: Path) -> None:
    create_app(tmp_path, Settings()).state.place.close()
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert len(secret_key(tmp_path)) == BYTES


def test_each_home_has_its_own_and_keeps_it(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in "ab"]
    for home in homes:
        home.mkdir()
    one, other = (secret_key(home) for home in homes)
    assert one != other and secret_key(homes[0]) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "changeme",
        "0" * 64,
        "ab" * 32,
        "00112233445566778899aabb" * 2,
        "deadbeef" * 8,
        "z" * 64,
        "0123456789abcdef" * 3,
    ],
)
def test_a_weak_or_typed_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / NAME
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(Refusal) as refused:
        create_app(tmp_path, Settings())
    assert refused.value.reason.key == "desk.key-weak"
    assert path.read_text() == text


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o666])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    secret_key(tmp_path)
    (tmp_path / NAME).chmod(mode)
    with pytest.raises(Refusal) as refused:
        create_app(tmp_path, Settings())
    assert refused.value.reason.key == "desk.key-readable"


def test_no_key_stands_in_the_code() -> None:
    import re

    import pipeline

    for path in Path(pipeline.__file__).parent.joinpath("desk").glob("*.py"):
        assert not re.search(r"[\"'][0-9a-fA-F]{32,}[\"']", path.read_text("utf-8")), path
