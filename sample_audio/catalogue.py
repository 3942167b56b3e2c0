"""The committed calls: what each is there to show.

Every entry is a call of `dialogues.dialogue`, recorded in its own way. A set of another seed has
the same names and the same failings, but other words, voices and times.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sample_audio.recording import Line
from sample_audio.script import CUSTOMER


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call of the set.

    record: whether a sidecar call record goes with it. longest: seconds, roughly; most calls are
    short, so that all together stay small.
    """

    name: str
    business: str
    direction: str = "in"
    failing: frozenset[str] = frozenset()
    line: Line = field(default_factory=Line)
    record: bool = True
    strangers: bool = False
    longest: float = 29.0


def _entry(name: str, business: str, *failing: str, **options: object) -> Entry:
    return Entry(name=name, business=business, failing=frozenset(failing), **options)  # type: ignore[arg-type]


CATALOGUE = (
    _entry("01-good-inbound", "telecom", longest=60.0),
    _entry("02-good-outbound", "insurance", direction="out"),
    _entry("03-good-hold-announced", "bank", record=False),
    _entry("04-no-greeting-no-number", "shop", "greeting", "self-identification"),
    _entry("05-no-offer-no-farewell", "telecom", "offer-more-help", "farewell"),
    _entry("06-discourteous", "bank", "courtesy", line=Line(encoder="opus")),
    _entry("07-forbidden-and-dead-air", "telecom", "forbidden", "hold-notice", longest=45.0),
    _entry("08-restricting-no-apology", "insurance", "restricting", "apology"),
    _entry("09-rhetorical-jargon", "shop", "rhetorical", "jargon"),
    _entry("10-promises-shirking", "bank", "promises", "shirking", line=Line(encoder="mp3")),
    _entry("11-pushed-to-end", "insurance", "pushing-to-end", record=False),
    _entry("12-talk-over", "telecom", "talk-over"),
    _entry(
        "13-late-first-reply-slow", "shop", "first-reply", "slow-reply", line=Line(encoder="mp3")
    ),
    _entry("14-too-fast", "bank", "speech-rate"),
    _entry(
        "15-repeats-forgets-name",
        "insurance",
        "repeated-sentence",
        "name-used",
        line=Line(encoder="opus"),
    ),
    _entry("16-agent-hangs-up", "shop", "who-ended"),
    _entry("17-no-word-after-hold", "telecom", "hold-return"),
    _entry("18-good-strangers", "bank", strangers=True),
    _entry(
        "19-forbidden-strangers", "insurance", "forbidden", strangers=True, line=Line(encoder="mp3")
    ),
    _entry("20-good-ulaw", "shop", line=Line(encoder="ulaw", noise_db=-48)),
    _entry("21-outbound-promises", "telecom", "promises", direction="out"),
    _entry("22-good-opus", "insurance", line=Line(encoder="opus"), longest=105.0),
    _entry("23-jargon-amr-mono", "bank", "jargon", line=Line(encoder="amr", layout="mono")),
    _entry("24-good-mono-mix", "telecom", line=Line(layout="mono")),
    _entry("25-shirking-pair", "shop", "shirking", line=Line(layout="pair"), record=False),
    _entry("26-customer-not-recorded", "bank", line=Line(silent=CUSTOMER), record=False),
    _entry("27-swapped-channels", "telecom", "forbidden", line=Line(agent_channel=1), record=False),
    _entry("28-music-before-agent", "insurance", line=Line(prompt=True)),
    _entry("29-leaking-noisy-line", "shop", "restricting", line=Line(leak_db=24, noise_db=-42)),
)
