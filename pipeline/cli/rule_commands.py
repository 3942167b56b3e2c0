"""Commands of those who make rules: try them, see what they would have done, publish them."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, TemplateFlag, help_text

rules = typer.Typer()

SinceFlag = Annotated[str, typer.Option("--since", metavar="DATE", help=help_text("since"))]


@rules.command("test-rules", help=help_text("test-rules"))
def test_rules(lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.trying import test_all

    raise typer.Exit(test_all(home, {"language": lang}))


@rules.command("rescore", help=help_text("rescore"))
def rescore(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help=help_text("recordings"))
    ] = None,
    since: SinceFlag = "",
    template: TemplateFlag = None,
    diff: Annotated[bool, typer.Option("--diff", help=help_text("diff"))] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help=help_text("html-diff"))
    ] = None,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.rescoring import Wish, rescore_calls

    flags = {"scoring.template": template, "language": lang}
    raise typer.Exit(rescore_calls(Wish(names or [], since, home, flags, diff, as_json, html)))


@rules.command("publish", help=help_text("publish"))
def publish(
    note: Annotated[str, typer.Option("--note", help=help_text("note"))] = "",
    by: Annotated[str, typer.Option("--by", help=help_text("by"))] = "",
    since: SinceFlag = "",
    diff: Annotated[bool, typer.Option("--diff/--no-diff", help=help_text("no-diff"))] = True,
    listed: Annotated[bool, typer.Option("--list", help=help_text("list-versions"))] = False,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.publishing import Wish, list_versions, publish_rules

    if listed:
        raise typer.Exit(list_versions(home, {"language": lang}, as_json))
    raise typer.Exit(publish_rules(Wish(note, by, since, home, {"language": lang}, diff, as_json)))
