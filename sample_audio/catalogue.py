"""The committed calls: what each is there to show.

Every entry is a call of `dialogues.dialogue`, recorded in its own way. A set of another seed has
the same names, stories and failings, but other words, voices and times.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sample_audio.recording import Line
from sample_audio.script import CUSTOMER, Wish

SHORT, MIDDLE, LONG = 28.0, 36.0, 55.0  # seconds, roughly; most are short: the set must stay small

BOTH_ALIKE = ("look-alike by agent", "look-alike by customer")
ALAW, MP3, OPUS = Line(), Line("mp3"), Line("opus")


@dataclass(frozen=True, slots=True)
class Entry:
    """One call of the set. record: whether a sidecar call record goes with it."""

    name: str
    wish: Wish
    failing: frozenset[str] = frozenset()
    line: Line = field(default_factory=Line)
    record: bool = True


def _good(
    name: str, place: str, *incidents: str, line: Line = ALAW, longest: float = SHORT
) -> Entry:
    return Entry(name, _wish(place, incidents, longest), line=line)


def _bad(name: str, place: str, *failing: str, line: Line = ALAW, longest: float = SHORT) -> Entry:
    return Entry(name, _wish(place, (), longest), frozenset(failing), line)


def _wish(place: str, incidents: tuple[str, ...], longest: float) -> Wish:
    """place: business and story; before the story “out” for outbound calls, “strange” for voices
    that the recogniser never heard, “unlike” for a woman and a man."""
    business, *how, story = place.split()
    return Wish(
        business=business,
        direction="out" if "out" in how else "in",
        stories=tuple(story.split("+")),
        incidents=incidents,
        strangers="strange" in how,
        unlike="unlike" in how,
        longest=longest,
    )


def _unrecorded(entry: Entry) -> Entry:
    return Entry(entry.name, entry.wish, entry.failing, entry.line, record=False)


CATALOGUE = (
    _good("01-good-inbound", "telecom bill+points", *BOTH_ALIKE, longest=LONG),
    _good("02-good-outbound", "insurance out visit", BOTH_ALIKE[0]),
    _unrecorded(_good("03-good-hold-announced", "bank fee", BOTH_ALIKE[1], longest=MIDDLE)),
    _bad("04-no-greeting-no-number", "shop price", "greeting", "self-identification"),
    _bad("05-no-offer-no-farewell", "telecom roam", "offer-more-help", "farewell"),
    _bad("06-discourteous", "bank lost-card", "courtesy", line=OPUS),
    _bad("07-forbidden-and-dead-air", "telecom sim", "forbidden", "hold-notice"),
    _bad("08-restricting-no-apology", "insurance surrender", "restricting", "apology", line=MP3),
    _bad("09-rhetorical-jargon", "shop use", "rhetorical", "jargon"),
    _bad("10-promises-shirking", "bank transfer", "promises", "shirking", line=MP3),
    _unrecorded(_bad("11-pushed-to-end", "insurance change", "pushing-to-end", line=OPUS)),
    _bad("12-talk-over", "telecom plan", "talk-over"),
    _bad(
        *("13-late-first-reply-slow", "shop where", "first-reply", "slow-reply"),
        line=MP3,
    ),
    _bad("14-too-fast", "bank deposit", "speech-rate", longest=MIDDLE),
    _bad(
        *("15-repeats-forgets-name", "insurance invoice", "repeated-sentence", "name-used"),
        line=OPUS,
    ),
    _bad("16-agent-hangs-up", "shop return", "who-ended"),
    _bad("17-no-word-after-hold", "telecom lost", "hold-return"),
    _good("18-good-strangers", "bank strange limit", "search", line=OPUS),
    _bad("19-forbidden-strangers", "insurance strange cover", "forbidden", line=MP3),
    _good("20-good-ulaw", "shop invoice", "interruption", line=Line("ulaw", noise_db=-48)),
    _bad("21-outbound-promises", "telecom out repair-visit", "promises", line=MP3),
    _good("22-good-opus", "insurance status+renew", *BOTH_ALIKE, line=OPUS, longest=LONG),
    _bad("23-jargon-amr-mono", "bank unlike repay", "jargon", line=Line("amr", "mono")),
    _good("24-good-mono-mix", "telecom cancel", "small-talk", line=Line(layout="mono")),
    _unrecorded(_bad("25-shirking-pair", "shop address", "shirking", line=Line(layout="pair"))),
    _unrecorded(_good("26-customer-not-recorded", "bank branch", line=Line(silent=CUSTOMER))),
    _unrecorded(
        _bad("27-swapped-channels", "telecom transfer", "forbidden", line=Line(agent_channel=1))
    ),
    _good("28-music-before-agent", "insurance claim", line=Line("mp3", prompt=True)),
    _bad(
        *("29-leaking-noisy-line", "shop coupon", "restricting"),
        line=Line(leak_db=24, noise_db=-42),
    ),
)
