"""Options that many commands take, and the language of their help."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.language import spoken
from pipeline.wording import word

LANGUAGE = spoken()


def help_text(key: str) -> str:
    """The help text of a command or option."""
    return word(f"cli.help-{key}", LANGUAGE)


HomeFlag = Annotated[Path | None, typer.Option("--home", help=help_text("home"))]
LangFlag = Annotated[str | None, typer.Option("--lang", help=help_text("lang"))]
ModelFlag = Annotated[str | None, typer.Option("--model", help=help_text("model"))]
TemplateFlag = Annotated[str | None, typer.Option("--template", help=help_text("template"))]
JsonFlag = Annotated[bool, typer.Option("--json", help=help_text("json"))]
