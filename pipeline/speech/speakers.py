"""Who is who: which voice is the agent's, which the customer's, and which is nobody's.

Stereo: the call record or the settings say which channel is the agent's; what is said there is
held against it, and a likely swap is remarked on, never put right in silence. Mono: voices.py
tells the voices apart, what they say tells the roles.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from pipeline.call import Reason, Speaker
from pipeline.hit import Kind
from pipeline.settings import Roles
from pipeline.speech.turns import Utterance
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all

AGENT_SAYS: Mapping[str, float] = {
    "greeting": 1.0,
    "self-identification": 2.0,
    "offer-more-help": 1.5,
    "hold-notice": 0.5,
    "back-from-hold": 0.5,
    "agent-talk": 1.0,
}
CUSTOMER_SAYS: Mapping[str, float] = {"customer-talk": 1.0, "customer-refusal": 0.5}
"""Weight of one phrase of each lexicon when it is asked who speaks."""
BY_SOUND = 0.5
"""Weight of a phrase that only sounds right."""
MARGIN = 2.0
"""By so much must the customer's channel sound more like an agent before a swap is suspected."""
SWAPPED = 0.4
"""Confidence in the roles of a call whose channels are probably swapped."""
UNTOLD = 0.9
"""...and of one where nothing that was said tells."""
STEEPNESS = 1.2
"""Of the certainty that a lead in phrases gives: 0.65 at half a phrase, 0.92 at two."""
OPENING = 0.3
"""What speaking first counts: agents greet first in most calls."""
POLITE = 0.15
"""What each 您 counts."""
CONTRADICTION = 1.0
"""So many phrases of the other side make an utterance's speaker doubtful."""
MERGED = 1.0
"""An utterance with so much of what agents say and so much of what customers say is two people's:
the voices were not told apart (so in the worst two of 60 mixed calls, and in no other)."""
PROMPT_SHARE = 0.5
"""Share of an utterance's characters in phrases of announcements that makes it one..."""
EDGE_SHARE = 0.2
"""...and where announcements are to be expected: before and after people speak."""
GREETS = ("greeting", "self-identification")
PROMPTS = "prompts"
LEXICONS = tuple(dict.fromkeys((*AGENT_SAYS, *CUSTOMER_SAYS, *GREETS, PROMPTS)))
"""All that is looked up here: other words in them, and other speakers may be found."""

Lexicons = Mapping[str, Lexicon]


@dataclass(frozen=True, slots=True)
class Role:
    """A speaker, and how sure that is, 0..1."""

    speaker: Speaker
    confidence: float


def stereo_roles(
    said: Sequence[Utterance], agent_channel: int, lexicons: Lexicons, number: int | None = None
) -> tuple[list[Role], tuple[Reason, ...]]:
    """A role for every utterance of a recording with a channel per side.

    agent_channel is that of the utterances; number: the same channel's index in the file, where
    other channels of it were dropped."""
    sounds_like = {
        side: agentness([u for u in said if (u.channel == agent_channel) == side], lexicons)
        for side in (True, False)
    }
    lead = sounds_like[True] - sounds_like[False]
    swapped = lead <= -MARGIN
    confidence = SWAPPED if swapped else 1.0 if lead > 0 else UNTOLD
    roles = [
        Role(Speaker.OTHER, 1.0)
        if machine
        else Role(Speaker.AGENT if u.channel == agent_channel else Speaker.CUSTOMER, confidence)
        for u, machine in zip(said, prompts(said, lexicons), strict=True)
    ]
    called = agent_channel if number is None else number
    remark = Reason("speech.swap-suspected", {"channel": called + 1})
    return roles, (remark,) if swapped else ()


def mono_roles(
    said: Sequence[Utterance], roles: Roles, lexicons: Lexicons
) -> tuple[list[Role], tuple[Reason, ...]]:
    """A role for every utterance by what its voice says: of a recording with all on one channel, or
    with a channel per side of which it is not known whose is whose."""
    machine = prompts(said, lexicons)
    people = [u for u, prompt in zip(said, machine, strict=True) if not prompt]
    if not people:
        return [Role(Speaker.OTHER, 1.0) for _ in said], ()
    voices = sorted({utterance.who for utterance in people})
    lead = _lead(people, voices[0], lexicons)
    agent = voices[0] if lead >= 0 else voices[-1] if len(voices) > 1 else -1
    merged = any(_is_of_both(u, lexicons) for u in people)
    certain = 0.5 if merged else 1.0 / (1.0 + exp(-STEEPNESS * abs(lead)))
    found = [
        Role(Speaker.OTHER, 1.0) if prompt else _mono_role(u, agent, certain, lexicons)
        for u, prompt in zip(said, machine, strict=True)
    ]
    remarks = [Reason("speech.one-voice")] if len(voices) == 1 else []
    if certain < roles.min_confidence:
        remarks.append(Reason("speech.roles-unsure"))
    return [known(roles, role) for role in found], tuple(remarks)


def _lead(people: Sequence[Utterance], voice: int, lexicons: Lexicons) -> float:
    """How much more like an agent this voice speaks than the other, if there is another."""
    own = [u for u in people if u.who == voice]
    others = [u for u in people if u.who != voice]
    polite = _politeness(own) - _politeness(others)
    begins = OPENING if people[0].who == voice else -OPENING
    lead = agentness(own, lexicons) - agentness(others, lexicons)
    return lead + polite + (begins if others else 0.0)


def _is_of_both(said: Utterance, lexicons: Lexicons) -> bool:
    return all(_weight(said.text, says, lexicons) >= MERGED for says in (AGENT_SAYS, CUSTOMER_SAYS))


def _politeness(said: Sequence[Utterance]) -> float:
    """Agents say 您 more often; 0..1."""
    return min(1.0, POLITE * sum(u.text.count("您") for u in said))


def _mono_role(said: Utterance, agent: int, certain: float, lexicons: Lexicons) -> Role:
    is_agent = said.who == agent
    confidence = certain * said.sure + (1 - certain) * (1 - said.sure)
    own = agentness([said], lexicons)
    if (own <= -CONTRADICTION) if is_agent else (own >= CONTRADICTION):
        confidence *= 0.5
    return Role(Speaker.AGENT if is_agent else Speaker.CUSTOMER, confidence)


def agentness(said: Iterable[Utterance], lexicons: Lexicons) -> float:
    """How much more of an agent's phrases than of a customer's; each phrase counts once."""
    text = "\n".join(utterance.text for utterance in said)
    return _weight(text, AGENT_SAYS, lexicons) - _weight(text, CUSTOMER_SAYS, lexicons)


def prompts(said: Sequence[Utterance], lexicons: Lexicons) -> list[bool]:
    """Which utterances are a machine's.

    Those that are mostly phrases of announcements; and before the first person on a channel, or
    after the last, those with some, unless somebody greets in it (本次通话将被录音，请问…).
    """
    shares = [_share(u.text, PROMPTS, lexicons) for u in said]
    greets = [any(_share(u.text, name, lexicons) for name in GREETS) for u in said]
    found = [share >= PROMPT_SHARE for share in shares]
    for channel in {u.channel for u in said}:
        own = [i for i, u in enumerate(said) if u.channel == channel]
        for order in (own, own[::-1]):
            for i in order:
                if not found[i] and (shares[i] < EDGE_SHARE or greets[i]):
                    break
                found[i] = True
    return found


def _share(text: str, name: str, lexicons: Lexicons) -> float:
    """Share of the text that lies in phrases of the lexicon."""
    if name not in lexicons or not text:
        return 0.0
    found = find_all(lexicons[name], text)
    return len({i for match in found for i in range(match.start, match.end)}) / len(text)


def known(roles: Roles, found: Role) -> Role:
    """The role itself, or UNKNOWN where it is too unsure to be told."""
    if found.confidence >= roles.min_confidence:
        return found
    return Role(Speaker.UNKNOWN, found.confidence)


def _weight(text: str, weights: Mapping[str, float], lexicons: Lexicons) -> float:
    total = 0.0
    for name, weight in weights.items():
        if name not in lexicons:
            continue
        best: dict[str, float] = {}
        for match in find_all(lexicons[name], text):
            worth = BY_SOUND if match.kind == Kind.SOUND else 1.0
            best[match.phrase] = max(best.get(match.phrase, 0.0), worth)
        total += weight * sum(best.values())
    return total
