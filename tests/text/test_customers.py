"""A customer's pseudonym: the same for the same number, and of no use without the key."""

from collections.abc import Iterator

import pytest

from pipeline.speech.call_record import record_of
from pipeline.text import customers
from pipeline.text.customers import pseudonym

KEY = bytes(range(32))


@pytest.fixture
def key() -> Iterator[None]:
    customers.known_by(KEY)
    yield
    customers.known_by(b"")


@pytest.mark.usefixtures("key")
def test_the_same_number_is_the_same_customer_however_it_is_written() -> None:
    written = ("13800138000", "138-0013-8000", "+86 138 0013 8000", "008613800138000")
    assert len({pseudonym(one) for one in written}) == 1
    assert pseudonym("13800138001") != pseudonym("13800138000")


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("number", ["*******8000", "138****8000", "8001", "", "匿名"])
def test_what_is_masked_or_shared_must_not_be_a_customer(number: str) -> None:
    assert pseudonym(number) is None


def test_without_a_key_or_with_another_nobody_is_known() -> None:
    assert pseudonym("13800138000") is None
    customers.known_by(KEY)
    one = pseudonym("13800138000")
    customers.known_by(KEY[::-1])
    other = pseudonym("13800138000")
    customers.known_by(b"")
    assert one and other and one != other


@pytest.mark.usefixtures("key")
def test_a_record_keeps_the_pseudonym_and_not_the_number() -> None:
    record = record_of({"customer_number": "13800138000"}, "a.json")
    assert record.customer_number == "*******8000"
    assert record.customer == pseudonym("13800138000")
    assert "13800138000" not in repr(record)


@pytest.mark.usefixtures("key")
def test_a_file_must_not_say_whose_pseudonym_it_is() -> None:
    record = record_of({"customer": "张先生"}, "a.json")
    assert record.customer is None and record.more == {"customer": "张先生"}


def test_a_key_is_made_when_it_is_first_wanted_and_once() -> None:
    """So that nothing is written in a home that is refused."""
    made: list[bytes] = []

    def key() -> bytes:
        made.append(KEY)
        return KEY

    customers.known_by(key)
    assert pseudonym("8001") is None and not made
    assert pseudonym("13800138000") == pseudonym("13800138000") is not None
    assert made == [KEY] and customers.key() == KEY
    customers.known_by(lambda: b"")
    assert pseudonym("13800138000") is None
    customers.known_by(b"")
