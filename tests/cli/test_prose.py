"""Lines break as Chinese does."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pipeline.cli.prose import Prose, breaks


def lines(text: str, width: int) -> list[str]:
    return [line.plain for line in Prose(text).wrap(Console(), width)]


@pytest.mark.parametrize(
    ("text", "width", "told"),
    [
        ("疑似有 2 处，请确认", 14, ["疑似有 2 处，", "请确认"]),
        ("没有找到，请确认", 8, ["没有找", "到，请确", "认"]),  # no comma begins a line
        ("他说“好的”", 6, ["他说", "“好的”"]),
        ("in 1 place: decide", 12, ["in 1 place:", "decide"]),
        ("https://a.very.long/address", 10, ["https://a.", "very.long/", "address"]),
        ("", 10, [""]),
        ("一\n二", 10, ["一", "二"]),
    ],
)
def test_a_text_is_broken_where_a_reader_expects_it(text: str, width: int, told: list[str]) -> None:
    assert lines(text, width) == told


@given(st.text(alphabet="您好，。“”1 a.（）", max_size=60), st.integers(2, 20))
@example("1。。1好。）", 5)  # what moves to the next line is too wide for it
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    starts = breaks(text, width)
    parts = [text[a:b] for a, b in zip([0, *starts], [*starts, len(text)], strict=True)]
    assert all(parts[1:])
    assert "".join(parts) == text
    assert all(cell_len(part.rstrip()) <= width for part in parts)


def test_several_texts_are_a_line_each() -> None:
    assert Prose.of([Text("一"), Text("二")]).plain == "一\n二"
