"""What customers call about, and that topics keep their names."""

import random

from pipeline.call import Speaker
from pipeline.insight.talks import Bag, bag, talk, terms
from pipeline.insight.topics import Topic, found, likeness
from tests.talk import talk as said

MATTERS = {
    "漫游": ("出国", "漫游", "开通", "日本", "上网"),
    "宽带": ("宽带", "断网", "师傅", "路由器", "检修"),
    "话费": ("话费", "账单", "多扣", "余额", "套餐"),
    "发票": ("发票", "抬头", "税号", "专票", "电子"),
}
CHATTER = ("麻烦", "谢谢", "好像", "手机", "今天", "看看", "已经", "帮忙")


def bags(matters: list[str], each: int = 80, seed: int = 1) -> list[Bag]:
    dice = random.Random(seed)
    made = []
    for matter in matters:
        for number in range(each):
            words = [*dice.sample(MATTERS[matter], 3), *dice.sample(CHATTER, 2)]
            made.append(Bag(f"{matter}{seed}-{number}", tuple(words)))
    return made


def test_terms_are_words_of_meaning_in_their_normal_form() -> None:
    assert list(terms(["话费，一百二十块！", "WiFi 上不了", "話費"])) == [
        "话费",
        "wifi",
        "不了",
        "话费",
    ]


def test_a_bag_holds_what_one_of_them_said() -> None:
    made = talk(said("坐席 1 您好", "客户 3 宽带断网了", "坐席 6 请您重启", "客户 9 路由器坏了"))
    assert "宽带" in bag(made).terms and "重启" not in bag(made).terms
    assert "重启" in bag(made, Speaker.AGENT).terms


def test_calls_about_the_same_fall_into_one_topic() -> None:
    calls = bags(list(MATTERS))
    topics = found(calls, count=4)
    numbers = {
        matter: {topics.of[b.id] for b in calls if b.id.startswith(matter)} for matter in MATTERS
    }
    assert all(len(one) == 1 for one in numbers.values())
    assert len(set().union(*numbers.values())) == 4
    for matter, (number,) in ((m, tuple(n)) for m, n in numbers.items()):
        topic = next(t for t in topics.topics if t.number == number)
        assert set(topic.name.split("、")) <= set(MATTERS[matter])
        assert topic.calls == 80
        assert all(example.startswith(matter) for example in topic.examples)


def test_a_topic_keeps_number_and_name_and_a_new_one_takes_none_that_was_there() -> None:
    first = found(bags(["漫游", "宽带", "发票"]), count=3)
    named = tuple(
        Topic(number=t.number, name=f"名字{t.number}", words=t.words) for t in first.topics
    )
    again = found(bags(["话费", "宽带", "漫游", "发票"], seed=2), named, count=4)
    kept = {t.name: t.number for t in again.topics if t.number <= 3}
    assert kept == {"名字1": 1, "名字2": 2, "名字3": 3}
    (new,) = [t for t in again.topics if t.number > 3]
    assert new.number == 4 and set(new.name.split("、")) <= set(MATTERS["话费"])


def test_the_same_calls_give_the_same_topics() -> None:
    assert found(bags(list(MATTERS)), count=4) == found(bags(list(MATTERS)), count=4)


def test_few_calls_or_none_are_not_forced_into_topics() -> None:
    assert found([]).topics == ()
    assert found(bags(["漫游"], each=10)).topics == ()
    assert found([Bag(str(n), ()) for n in range(200)]).topics == ()


def test_a_call_without_words_has_no_topic() -> None:
    topics = found([*bags(list(MATTERS)), Bag("空", ())], count=4)
    assert "空" not in topics.of


def test_what_everybody_says_names_no_topic() -> None:
    calls = [Bag(b.id, (*b.terms, "您好")) for b in bags(list(MATTERS))]
    assert not any("您好" in dict(t.words) for t in found(calls, count=4).topics)


def test_likeness_of_topics_is_the_cosine_of_their_words() -> None:
    one = Topic(number=1, name="", words=(("话费", 0.6), ("账单", 0.8)))
    other = Topic(number=2, name="", words=(("账单", 1.0),))
    assert likeness(one, other) == 0.8
