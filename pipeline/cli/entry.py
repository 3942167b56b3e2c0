"""Runs a command: refusals in words, the unexpected in the log, an exit code for each ending."""

import sys
from contextlib import redirect_stdout
from typing import TextIO, cast

from pipeline.cli.ending import Exit
from pipeline.cli.language import spoken
from pipeline.cli.lasting import Lasting
from pipeline.cli.log import keep_the_unexpected, note_and_place
from pipeline.refusal import Refusal
from pipeline.wording import say_refusal, word

CONFIGURATION = {
    "settings",
    "lexicon",
    "template",
    "yaml",
    "condition",
    "detector",
    "speech",
    "rules",
    "desk",
}
"""Areas whose refusals mean that something in the configuration is wrong."""

USAGE = {
    "workflow.not-a-day",
    "workflow.not-a-month",
    "measure.by-needed",
    "rules.html-of-diff",
    "purge.no-term",
    "purge.not-a-term",
    "purge.in-future",
    *("people.login", "people.role", "people.no-agent", "people.no-team"),
    "night.names-needed",
    *("night.not-a-time", "night.plan-calls", "night.plan-minutes"),
    *(f"export.{what}" for what in ("one-of", "no-target", "not-a-day")),
    *(
        f"learning.{what}"
        for what in ("nothing-yet", "no-item", "which-template", "no-such-goal", "no-such-share")
    ),
    *(f"search.{what}" for what in ("not-a-day", "not-one-of", "verdict-of")),
    *(f"search.{what}" for what in ("too-long", "too-many", "too-deep", "long-phrase", "only-not")),
    *(f"search.{what}" for what in ("open-quote", "open-bracket", "closed", "nothing")),
    *(f"search.{what}" for what in ("phrase-missing", "prefix", "strange", "far")),
    *(f"search.{what}" for what in ("near-side", "near-of-near", "empty", "ends", "both")),
    *(f"search.{what}" for what in ("nameless", "long-name", "many-kept", "not-kept")),
    *(
        f"topics.training-{what}"
        for what in ("name", "day", "to-come", "item", "no-item", "items", "agents")
    ),
}
"""Refusals of what was typed."""

SETTINGS_OF_THE_NIGHT = {
    *(f"night.name-{what}" for what in ("brace", "field", "form", "moment", "no-field", "touch")),
    *(f"night.ray-{what}" for what in ("address", "missing", "needs-postgres", "version")),
    "night.ray-rules-unpublished",
    "night.column-setting",
    "night.no-credentials",
    "night.no-join-column",
    "night.password-in-source",
    "night.protocol",
}
"""Refusals of the night that mean the same."""

LOCKED = "night.running"


def run() -> None:
    """The command that was typed; ends in SystemExit, or by Ctrl-C before it began."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a C locale prints ? instead of failing
    keep_the_unexpected()
    from pipeline.cli.commands import app

    try:
        with redirect_stdout(cast(TextIO, Lasting(sys.stdout))):
            app(prog_name="zhiyin")
    except Refusal as refusal:
        say_on_stderr(say_refusal(refusal, spoken()))
        raise SystemExit(_code(refusal)) from None
    except Exception as error:
        place = note_and_place(error)
        said = word("cli.unexpected", spoken(), error=type(error).__name__, log=str(place))
        say_on_stderr(said)
        raise SystemExit(Exit.NOTHING_DONE) from None


def _code(refusal: Refusal) -> Exit:
    key = refusal.reason.key
    if key in USAGE:
        return Exit.USAGE
    if key == LOCKED:
        return Exit.LOCKED
    wrong = key.partition(".")[0] in CONFIGURATION or key in SETTINGS_OF_THE_NIGHT
    return Exit.CONFIGURATION if wrong else Exit.NOTHING_DONE


def say_on_stderr(text: str) -> None:
    """One line of talk."""
    print(text, file=sys.stderr)
