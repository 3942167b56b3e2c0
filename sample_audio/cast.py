"""Who speaks: voices of espeak-ng by sex, and which of them the recogniser never heard."""

from __future__ import annotations

from random import Random

from sample_audio.script import AGENT, CUSTOMER, Voice, Wish

WOMEN = ("f1", "f2", "f3", "f5", "Annie", "steph")
MEN = ("m1", "m2", "m4", "m5", "m7", "m8", "Alex", "Michael")
STRANGE_WOMEN = ("f4", "linda")  # never trained on: models/train/voice.py
STRANGE_MEN = ("m3", "m6")
CALM = (200, 245)  # words a minute: 250 to 325 characters
RUSHED = (316, 320)  # 430 to 450 characters a minute


def voices(random: Random, rushed: bool, wish: Wish, honour: str) -> dict[str, Voice]:
    """A voice for the agent and another one for the customer, whose honour is 先生 or 女士."""
    women, men = (STRANGE_WOMEN, STRANGE_MEN) if wish.strangers else (WOMEN, MEN)
    unlike = women if honour == "先生" else men
    agent = random.choice(unlike if wish.unlike else women * 2 + men)
    customer = random.choice([v for v in (men if honour == "先生" else women) if v != agent])
    return {
        AGENT: _voice(random, agent, RUSHED if rushed else CALM),
        CUSTOMER: _voice(random, customer, CALM),
    }


def _voice(random: Random, variant: str, rates: tuple[int, int]) -> Voice:
    return Voice(variant, random.randint(*rates), random.randint(35, 65), random.randint(35, 65))
