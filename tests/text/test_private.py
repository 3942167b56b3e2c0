"""Private numbers never stay readable; what only resembles them stays."""

import time

import pytest

from pipeline.call import CallRecord, Speaker
from pipeline.text.private import mask, masked
from tests.talk import talk
from tests.text.private_by_hand import GAPS, NEAR_MISSES, PRIVATE, cases
from tests.text.private_cases import Case, alarmed, missed, near_misses, positives

ID = "11010519491231002X"
SPOKEN_ID = "一一零一零五一九四九一二三一零零二"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的手机号是13800138000，记一下", "我的手机号是***********，记一下"),
        ("１３８００１３８０００", "***********"),
        ("幺三八零零幺三八零零零对吧", "***********对吧"),
        ("138 0013 8000", "*** **** ****"),
        ("13八零零1三八零零零", "***********"),
        ("幺三八洞洞幺三八洞洞洞", "***********"),
        ("一三八，嗯，零零一三，然后八零零零", "***，嗯，****，然后****"),
        ("手机一三八两个零一三八三个零", "手机******" + "*" * 6),
        ("+86 13800138000", "+** ***********"),
        ("13800138000 13800138000", "*********** ***********"),
        ("电话是一三八一二三四五六七", "电话是**********"),
        ("我的手机号是10812345678", "我的手机号是***********"),
        ("座机电话010-5888123", "座机电话***-*******"),
        (f"身份证{ID}", "身份证" + "*" * 18),
        (f"身份证{SPOKEN_ID}叉", "身份证" + "*" * 18),
        ("卡号6222021234567890128", "卡号" + "*" * 19),
        ("我的CVV是三二一", "我的CVV是***"),
        ("验证码是四八二九一三", "验证码是******"),
    ],
)
def test_a_private_number_is_masked_at_its_length(said: str, kept: str) -> None:
    assert mask([said]) == [kept]


@pytest.mark.parametrize(
    "said",
    [
        "订单号13800138000已经发货",
        "您的快递单号是SF13800138000",
        "订单号码是1381234567",
        "手机的工号是12345678",
        "拨打电话400 812 3123咨询",
        "一共13800138000元",
        "您的流水号是6222021234567890128",
        "工号八零一零为您服务",
        "套餐一百三十八元，含三十个G",
        "二零二六年十一月二十一日到期",
        "尾号五六七八的卡",
        "请拨打10086或4008123123",
        "卡背面有三位数字",
        "请问您的验证码收到了吗",
        "一二三",
        "",
    ],
)
def test_other_numbers_stay(said: str) -> None:
    assert mask([said]) == [said]


@pytest.mark.parametrize(
    ("turns", "kept"),
    [
        (
            ["请报手机号", "一三八零零", "嗯", "一三八零零零"],
            ["请报手机号", "*****", "嗯", "******"],
        ),
        (["一三八零零", "一三八零零", "一三八零零零", "好"], ["*****", "*****", "******", "好"]),
        (["13800138000", "跟您核对，尾号8000"], ["***********", "跟您核对，尾号****"]),
        (["请说一下安全码", "是一二三"], ["请说一下安全码", "是***"]),
        (["请提供订单号", "一三八零零", "嗯", "一三八零零零"], None),
        (["套餐五八元", "一三八零零一三八零零零元"], None),
    ],
)
def test_numbers_are_followed_over_turns(turns: list[str], kept: list[str] | None) -> None:
    assert mask(turns) == (kept or turns)


def test_a_call_is_masked_in_its_words_and_its_record() -> None:
    call = talk(
        "坐席 0 请问您的手机号",
        "客户 3 一三八零零一三八零零零对",
        about=CallRecord(customer_number="13800138000"),
    )
    hidden = masked(call)
    assert [turn.text for turn in hidden.turns] == ["请问您的手机号", "***********对"]
    assert [w.start for w in hidden.turns[1].words] == [w.start for w in call.turns[1].words]
    assert hidden.turns[1].speaker == Speaker.CUSTOMER
    assert hidden.about.customer_number == "*******8000"
    assert masked(hidden) == hidden


def test_a_call_without_private_numbers_is_the_same_call() -> None:
    call = talk("坐席 0 您好，工号八零一", "客户 3 套餐五十八元")
    assert masked(call) is call


@pytest.mark.parametrize("seed", [20261121, 7, 99, 1, 2])
def test_of_300_generated_numbers_99_in_100_are_masked(seed: int) -> None:
    lost = [case for case in positives(seed) if missed(case)]
    assert len(lost) <= 3, lost[:3]


@pytest.mark.parametrize("seed", [20261121, 7, 99, 1, 2])
def test_of_300_generated_near_misses_at_most_3_are_masked(seed: int) -> None:
    false = [case for case in near_misses(seed) if alarmed(case)]
    assert len(false) <= 3, false[:3]


@pytest.mark.parametrize("case", cases(PRIVATE), ids=lambda case: " / ".join(case.texts))
def test_a_number_dictated_as_people_do_is_masked(case: Case) -> None:
    assert not missed(case), mask(case.texts)


@pytest.mark.parametrize("case", cases(NEAR_MISSES), ids=lambda case: " / ".join(case.texts))
def test_what_is_no_private_number_stays(case: Case) -> None:
    assert not alarmed(case), mask(case.texts)


@pytest.mark.parametrize("case", cases(GAPS), ids=lambda case: " / ".join(case.texts))
def test_a_known_gap_is_taken_off_the_list_once_it_is_closed(case: Case) -> None:
    assert missed(case)


def test_masking_what_is_masked_changes_nothing() -> None:
    for case in positives(5)[:60]:
        once = mask(case.texts)
        assert mask(once) == once
        assert [len(text) for text in once] == [len(text) for text in case.texts]


def test_digits_said_one_a_turn_cost_little() -> None:
    began = time.process_time()
    mask(["一"] * 200)
    mask(["1 " * 500])
    assert time.process_time() - began < 5
