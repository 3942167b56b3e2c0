"""Help and complaints of typer's in our words; it speaks English alone."""

import re
import sys
from collections.abc import Iterable
from typing import Any

from pipeline.cli.language import spoken
from pipeline.wording import foreign, word, words_of

NAMED = re.compile(r"(?P<mark>[{[])([\w|]+)[]}]")
"""How typer writes what is typed: {file} that must be, [query] that may be."""


def framed(text: str, language: str) -> str:
    """A help text, the words around our own in the language; columns stay where they are."""
    from rich.cells import cell_len

    usage, blank, rest = text.partition("\n\n")
    text = NAMED.sub(_as_docs_have_it, usage) + blank + rest
    for key, said in words_of("frame").items() if language != "en" else ():
        theirs, ours = said["en"], word(key, language)
        wider = cell_len(ours) - len(theirs)
        text = re.sub(
            re.escape(theirs) + r"( {2,})?",
            lambda found, ours=ours, wider=wider: (  # type: ignore[misc]  # bound by defaults
                ours + " " * max(1, len(found[1]) - wider) if found[1] else ours
            ),
            text,
        )
    return text


def _as_docs_have_it(found: re.Match[str]) -> str:
    """FILE and [QUERY], as docs/commands.md has them."""
    name = found[2].upper()
    return name if found["mark"] == "{" else f"[{name}]"


def speaking(commands: Iterable[Any]) -> None:
    """Let commands, and the commands of groups among them, give their help in the language."""
    for command in commands:
        command.get_help = _framed_help(command.get_help)
        speaking(getattr(command, "commands", {}).values())


def complain(error: Any) -> None:
    """What was typed wrongly, on standard error: how to type it, and what is wrong."""
    language, context = spoken(), getattr(error, "ctx", None)
    said = error.format_message()
    if context is not None and said == context.get_help():  # nothing was typed: how to type it
        print(said, file=sys.stderr)
        return
    if context is not None:
        hint = word("cli.usage-hint", language, command=context.command_path)
        print(f"{framed(context.get_usage(), language)}\n{hint}\n", file=sys.stderr)
    print(word("cli.usage", language, said=foreign(said, language)), file=sys.stderr)


def _framed_help(get_help: Any) -> Any:
    return lambda context: framed(get_help(context), spoken())
