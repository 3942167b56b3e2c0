"""What the agent says without meaning it is never charged: quoted, denied, a prompt, music."""

import pytest

from pipeline.configuration.resources import folder
from pipeline.scoring.ruleset import Ruleset, load_ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from tests.talk import talk, untimed

WORDING = (
    "courtesy",
    "forbidden",
    "restricting",
    "rhetorical",
    "jargon",
    "promises",
    "shirking",
    "pushing-to-end",
)
POLITE = "坐席 您好，很高兴为您服务"
DENIED = (
    "坐席 不是没办法，是需要您本人来办理",
    "坐席 也不是不能办，您带上证件就可以",
    "坐席 我不是不知道，我是在帮您确认",
    "坐席 我没有说我不管，我在帮您处理",
    "坐席 并不是说不关我们的事，我们会负责的",
    "坐席 怎么会不归我们管呢，我们会处理的",
    "坐席 我们不敢保证百分之百没问题",
    "坐席 我不能向您承诺一定能退",
    "坐席 这个不能保证百分之百成功",
    "坐席 您不是听不懂，是我没解释清楚",
    "坐席 我不是让您找别人，我来帮您办",
)
REPEATED = (
    ("客户 我不知道怎么操作啊", "坐席 您说您不知道怎么操作是吧，我来教您"),
    ("客户 你们说我不管这个事", "坐席 您刚才说我不管这个事是吗，很抱歉给您带来不便"),
    ("客户 你是不是傻", "坐席 您刚才说你是不是傻，请您文明用语好吗"),
    ("客户 他跟我说爱找谁找谁", "坐席 您是说他跟您说爱找谁找谁是吗，非常抱歉"),
    ("客户 上一个客服不管我", "坐席 上一个客服跟您说这事不归我们管，是这样吗，我帮您核实"),
    ("客户 前台说没办法", "坐席 前台说没办法是吗"),
    ("客户 你们业务员骗我", "坐席 您的意思是业务员向您保证一定赚钱，对吗"),
    ("客户 我都说了你听不懂吗", "坐席 您先别着急，您说你听不懂吗，这个我理解"),
    ("客户 我不清楚", "坐席 我不清楚，您是说套餐不清楚还是账单不清楚"),
    ("客户 他说你自己看着办", "坐席 他说你自己看着办，是哪位同事呢"),
)
NOBODY = (
    ("提示音 我不清楚您的问题，你自己看着办", "客户 喂", "坐席 您好，请讲"),
    ("提示音 投诉也没用，不归我们管，保证一定赚钱", "客户 喂"),
    ("坐席 请您稍等", "提示音 你听不懂吗，请不吝点赞订阅转发", "坐席 让您久等了"),
)
MEANT = (
    ("客户 你知不知道怎么办", "坐席 我不知道"),
    ("客户 这归谁管", "坐席 我跟您说这事不归我们管"),
    ("客户 能退吗", "坐席 这个不能退，你自己看着办"),
    ("坐席 我不清楚", "客户 你也不清楚啊", "坐席 请您稍等"),
    ("客户 能不能退", "坐席 您说的这个我不清楚"),
)


@pytest.fixture(scope="module")
def telecom() -> Ruleset:
    return load_ruleset("telecom-inbound", folder("scorecards"), folder("lexicons"))


@pytest.fixture(params=["words with times", "words without"])
def timed(request: pytest.FixtureRequest) -> bool:
    """As our recogniser gives them, and as transcripts of others may come."""
    return bool(request.param == "words with times")


def charged(rules: Ruleset, *said: str, timed: bool) -> dict[str, list[str]]:
    """Wording items that are charged, with what was quoted for it; turns follow each other."""
    lines, at = [], 0.0
    for line in (POLITE, *said):
        who, _, text = line.partition(" ")
        lines.append(f"{who} {at:.1f} {text}")
        at += 0.2 * len(text) + 0.6
    call = talk(*lines)
    items = draft(call if timed else untimed(call), rules, Scoring()).items
    return {i.id: [h.quote for h in i.evidence] for i in items if _is_charged(i.id, i.points_lost)}


def _is_charged(item: str, points: float) -> bool:
    return item in WORDING and points > 0


@pytest.mark.parametrize("said", DENIED)
def test_what_the_agent_denies_is_not_charged(telecom: Ruleset, said: str, timed: bool) -> None:
    assert charged(telecom, "客户 你好", said, timed=timed) == {}


@pytest.mark.parametrize("said", REPEATED, ids=lambda said: said[-1])
def test_what_somebody_else_said_is_not_charged_to_the_agent(
    telecom: Ruleset, said: tuple[str, ...], timed: bool
) -> None:
    assert charged(telecom, *said, timed=timed) == {}


@pytest.mark.parametrize("said", NOBODY, ids=lambda said: said[0])
def test_prompts_and_music_are_charged_to_nobody(
    telecom: Ruleset, said: tuple[str, ...], timed: bool
) -> None:
    assert charged(telecom, *said, timed=timed) == {}


@pytest.mark.parametrize("said", MEANT, ids=lambda said: said[-1])
def test_what_the_agent_means_must_be_charged(
    telecom: Ruleset, said: tuple[str, ...], timed: bool
) -> None:
    assert charged(telecom, *said, timed=timed)
