"""Text of files becomes what any database takes."""

import json

import pytest

from pipeline.text.opening import json_of, storable

BROKEN = "�"


@pytest.mark.parametrize(
    ("spelt", "said"),
    [
        (r"\ud83d\ude00", "😀"),
        (r"\uD83D\uDE00", "😀"),
        (r"\ud800", BROKEN),
        (r"a\udfffb", f"a{BROKEN}b"),
        (r"\ude00\ud83d", BROKEN * 2),
        (r"\ud83dx", f"{BROKEN}x"),
        (r"\ud800\ud83d\ude00", f"{BROKEN}😀"),
        (r"\u0000", BROKEN),
        (r"\\ud800", r"\ud800"),  # a backslash and four letters
        (r"\\\ud800", f"\\{BROKEN}"),
        (r"\\u0000\n", "\\u0000\n"),
        ("您好", "您好"),
    ],
)
def test_what_no_database_takes_is_replaced_and_nothing_else(spelt: str, said: str) -> None:
    text = f'{{"a": ["{spelt}"]}}'
    assert json_of(text, "a.json") == {"a": [said]}
    said.encode()


def test_what_is_sound_is_left_as_it_is() -> None:
    text = json.dumps({"a\\b": ['😀\x01\n"', {"c": "\\u0000"}]})
    assert storable(text) == text
