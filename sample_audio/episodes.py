"""What happens in a call: opening, checking, hold, refusal, and each failing."""

from __future__ import annotations

from sample_audio.failures import SPOKEN
from sample_audio.grammar import Sentence, parse
from sample_audio.telling import Telling

INSIDE = (*SPOKEN, "slow-reply", "talk-over", "repeated-sentence")
"""Failings that can happen anywhere between opening and closing."""
OPENING = ("greeting", "self-identification")


def open_inbound(call: Telling) -> None:
    """The agent answers; the customer comes next, with the first line of a story."""
    late = "first-reply" in call.failing
    gap = call.random.uniform(6.0, 8.5) if late else call.random.uniform(0.4, 2.2)
    if late and call.chance(0.5):
        call.customer("hello", gap=round(gap - 4.5, 2))
        call.open.add("slow-reply")
        gap = 4.0
    rules = _greeting(call, ("greet", "self", "ask.help"))
    call.agent(*rules, gap=round(gap, 2), failing=_failing(call, "first-reply", *OPENING))


def open_outbound(call: Telling) -> None:
    """The customer picks up; the agent says who calls and why."""
    call.customer("out.pick-up", gap=round(call.random.uniform(0.5, 1.5), 2))
    call.agent(*_greeting(call, ("out.open",)), failing=_failing(call, *OPENING))
    call.customer("out.confirm")
    if call.chance(0.5):
        call.agent("out.minute")
        call.customer("out.go")


def _failing(call: Telling, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if name in call.failing)


def _greeting(call: Telling, rules: tuple[str, ...]) -> tuple[str, ...]:
    missing = {name for name in OPENING if name in call.failing}
    if not missing:
        return rules
    start = "out." if call.direction == "out" else ""
    if len(missing) == 2:
        return (f"{start}open.neither",)
    return (f"{start}open.no-greeting" if "greeting" in missing else f"{start}open.no-self",)


def ask_name(call: Telling) -> None:
    """The agent asks for the name, and uses it if it is a good one."""
    call.agent("ask.name")
    call.customer("tell.name")
    call.named = True
    if "name-used" in call.failing:
        call.agent("ack.short", failing=("name-used",))
    else:
        call.agent("nice.name")


def check(call: Telling) -> None:
    """The agent asks for the number, and sometimes for the papers; once a call."""
    if call.checked or call.last == "agent":
        return
    call.checked = True
    call.agent("ask.phone")
    call.customer("give.phone")
    if call.chance(0.5):
        call.agent("got.it", "ask.tail")
        call.customer("give.tail")


def hold(call: Telling, answer: Sentence) -> None:
    """The customer is asked to wait, waits, and gets the answer."""
    if "hold-notice" in call.failing and not _happened(call, "hold-notice"):
        return dead_air(call, answer)
    call.agent("hold")
    if call.chance(0.5):
        call.customer("hold.ok")
    gap = round(call.random.uniform(4.0, 14.0), 2)
    if "hold-return" in call.failing:
        call.agent(answer, gap=gap, failing=("hold-return",))
    else:
        call.agent("back", answer, gap=gap)
    return None


def dead_air(call: Telling, answer: Sentence) -> None:
    """Nobody says a word for more than ten seconds, and nobody was asked to wait."""
    if call.last == "customer" and call.chance(0.5):
        call.agent("dead.air.ack")
    gap = round(call.random.uniform(11.5, 15.0), 2)
    call.agent(answer, gap=gap, failing=("hold-notice", "long-silence"))


def refuse(call: Telling, refusal: Sentence) -> None:
    """The agent cannot do what the customer wants."""
    if "apology" in call.failing:
        call.agent(refusal, failing=("apology",))
    elif call.chance(0.7):
        call.agent("sorry", refusal)
    else:
        said = call.speech.expand(refusal).rstrip("。")
        call.agent(parse(said), "sorry.after")


def happen(call: Telling, name: str) -> None:
    """One of the things that may come between the lines of a story."""
    if call.last == "customer":
        call.agent("ack.short")
    if name in SPOKEN:
        _phrase(call, name)
    else:
        EPISODES[name](call)


def _phrase(call: Telling, name: str) -> None:
    short = name.replace("pushing-to-end", "pushing")
    call.customer(f"lead.{short}")
    call.agent(f"fail.{short}", failing=(name,))
    if name in ("forbidden", "restricting", "shirking"):
        call.open.add("apology")  # a refusal of its own kind
    if call.chance(0.5):
        call.customer("react")
        call.agent("go.on")


def _slow_reply(call: Telling) -> None:
    call.customer("customer.urge")
    gap = round(call.random.uniform(6.3, 8.8), 2)
    call.agent("agent.urge", gap=gap, failing=("slow-reply",))


def _talk_over(call: Telling) -> None:
    call.customer("interrupted")
    gap = -round(call.random.uniform(3.2, 4.2), 2)
    call.agent("interrupting", gap=gap, failing=("talk-over",))
    call.customer("react")
    call.agent("go.on")


def _repeat(call: Telling) -> None:
    call.customer("lead.repeat")
    call.agent("say.repeat")
    call.again(2, "repeated-sentence")
    call.customer("react")
    call.agent("go.on")


def _look_alike(call: Telling) -> None:
    (_customer_look_alike if call.chance(0.5) else _agent_look_alike)(call)


def _customer_look_alike(call: Telling) -> None:
    """The customer says what an agent must not."""
    call.customer("lookalike.customer")
    call.agent("lookalike.reply")


def _agent_look_alike(call: Telling) -> None:
    """能不能 and the like: letters of a forbidden phrase, and nothing forbidden."""
    call.agent("lookalike.agent")
    call.customer("lookalike.answer")


def _small_talk(call: Telling) -> None:
    call.customer("smalltalk.customer")
    call.agent("smalltalk.agent")


def _interruption(call: Telling) -> None:
    """The customer talks over the agent: nothing to charge the agent with."""
    call.agent("agent.long")
    call.customer("customer.interrupts", gap=-round(call.random.uniform(2.4, 3.2), 2))
    call.agent("ack.short")


def _search(call: Telling) -> None:
    """The customer looks for something; the silence is the customer's."""
    call.customer("customer.silence")
    call.agent("agent.waits")
    call.customer("customer.found", gap=round(call.random.uniform(4.0, 8.0), 2))
    call.agent("got.it")


def _murmur(call: Telling) -> None:
    """The customer agrees while the agent talks."""
    call.agent("agent.long")
    call.customer("murmur", gap=-round(call.random.uniform(1.5, 3.0), 2))


EPISODES = {
    "slow-reply": _slow_reply,
    "talk-over": _talk_over,
    "repeated-sentence": _repeat,
    "look-alike": _look_alike,
    "look-alike by customer": _customer_look_alike,
    "look-alike by agent": _agent_look_alike,
    "small-talk": _small_talk,
    "interruption": _interruption,
    "search": _search,
    "murmur": _murmur,
}


def use_name(call: Telling, probability: float) -> None:
    """The agent's next words begin with the customer's name."""
    call.by_name = call.by_name or _named(call, probability)


def _named(call: Telling, probability: float) -> bool:
    known = call.direction == "out" or call.named
    return known and "name-used" not in call.failing and call.chance(probability)


def _happened(call: Telling, item: str) -> bool:
    return any(name == item for line in call.lines for name, _ in line.failing)
