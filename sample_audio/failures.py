"""How a bad agent fails: one function for each failing, which changes the story as it is told."""

from __future__ import annotations

SPOKEN = (
    "forbidden",
    "restricting",
    "rhetorical",
    "jargon",
    "promises",
    "shirking",
    "pushing-to-end",
    "courtesy",
)
"""Failings that are a phrase: said once, in answer to the customer."""

STAGED = (
    "greeting",
    "self-identification",
    "offer-more-help",
    "farewell",
    "apology",
    "hold-notice",
    "hold-return",
    "first-reply",
    "slow-reply",
    "talk-over",
    "speech-rate",
    "repeated-sentence",
    "name-used",
    "who-ended",
)
"""Failings of the way in which a call is led. long-silence comes with hold-notice."""


NEEDS = {"apology": "拒", "hold-notice": "等", "hold-return": "等"}
"""Mark that a story must have, so that an agent can fail there."""

INBOUND_ONLY = frozenset({"first-reply", "name-used", *NEEDS})
"""Failings for which outbound calls give no occasion."""

ALONG = {
    "hold-notice": ("long-silence",),
    "who-ended": ("farewell", "offer-more-help"),
}
"""What fails together: silence that nobody announced, hanging up without a word."""

APART = (
    {"hold-notice", "hold-return"},
    {"courtesy", "pushing-to-end"},
    {"who-ended", "pushing-to-end"},
)
"""Failings that would hide each other in one call."""


def settle(wanted: set[str]) -> set[str]:
    """The failings that one call can have, with those that come along."""
    for pair in APART:
        if pair <= wanted:
            wanted = wanted - {max(pair)}
    for name, others in ALONG.items():
        if name in wanted:
            wanted = wanted | set(others)
    return wanted
