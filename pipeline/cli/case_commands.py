"""Commands of the case library."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, help_text

cases = typer.Typer()
case = typer.Typer(help=help_text("case"), no_args_is_help=True)
cases.add_typer(case, name="case")
GoodFlag = Annotated[bool | None, typer.Option("--good/--bad", help=help_text("case-good"))]
TagFlag = Annotated[list[str] | None, typer.Option("--tag", help=help_text("case-tag"))]
TopicFlag = Annotated[str, typer.Option("--topic", help=help_text("case-topic"))]


def _file(name: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        f"--{name}", metavar="FILE", help=help_text(f"case-{name}")
    )
    return option


@case.command("list", help=help_text("case-list"))
def show_list(
    good: GoodFlag = None,
    tag: Annotated[str, typer.Option("--tag", help=help_text("case-tag"))] = "",
    topic: TopicFlag = "",
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.cases import list_cases

    raise typer.Exit(list_cases(good, tag, topic, as_json, (home, lang)))


@case.command("show", help=help_text("case-show"))
def show_one(
    number: Annotated[int, typer.Argument(metavar="CASE", min=1, help=help_text("case-number"))],
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.cases import show_case

    raise typer.Exit(show_case(number, as_json, (home, lang)))


@case.command("add", help=help_text("case-add"))
def add(
    recording: Annotated[str, typer.Argument(help=help_text("recording"))],
    begins: Annotated[str, typer.Option("--from", metavar="MOMENT", help=help_text("case-from"))],
    ends: Annotated[str, typer.Option("--to", metavar="MOMENT", help=help_text("case-to"))],
    title: Annotated[str, typer.Option("--title", help=help_text("case-title"))],
    good: GoodFlag = None,
    tag: TagFlag = None,
    topic: TopicFlag = "",
    learn: Annotated[str, typer.Option("--learn", help=help_text("case-learn"))] = "",
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.cases import Wish, add_case

    wish = Wish(recording, (begins, ends), title, good, tuple(tag or ()), topic, learn)
    raise typer.Exit(add_case(wish, (home, lang)))


@case.command("export", help=help_text("case-export"))
def export(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="CASE", help=help_text("case-numbers"))
    ] = None,
    playlist: Annotated[
        int | None, typer.Option("--playlist", min=1, help=help_text("case-playlist"))
    ] = None,
    html: Annotated[Path | None, _file("html")] = None,
    pptx: Annotated[Path | None, _file("pptx")] = None,
    mp3: Annotated[Path | None, _file("mp3")] = None,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.cases import Targets, export_cases

    targets = Targets(tuple(numbers or ()), playlist, html, pptx, mp3)
    raise typer.Exit(export_cases(targets, (home, lang)))
