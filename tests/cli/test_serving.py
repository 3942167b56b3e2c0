"""`zhiyin serve` refuses what would not be safe. What it serves is tested in tests/desk."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "TLS"),
        (("--tls-cert", "x"), "tls_key"),
        (("--tls-cert", "/none", "--tls-key", "/none"), "/none"),
    ],
)
def test_a_start_that_would_not_be_safe_is_refused_in_one_line(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = run("serve", "--home", tmp_path, "--port", "0", *words)
    assert ran.code == 4 and said in ran.talk and len(ran.talk.splitlines()) == 1
    assert not (tmp_path / "secret.key").exists() and ran.out == ""


def test_secrets_of_the_settings_are_not_shown(run: Run, home: Path) -> None:
    (home / "zhiyin.toml").write_text('[desk]\noidc_secret = "between-us"\n')
    for words in (("config", "show"), ("config", "show", "--json")):
        ran = run(*words, "--home", home)
        assert ran.code == 0 and "between-us" not in ran.out + ran.talk
    shown = json.loads(run("config", "show", "--json", "--home", home).out)
    assert shown["settings"]["desk.oidc_secret"]["value"] == "***"
