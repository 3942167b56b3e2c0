"""Commands for trainers: what calls are about, and what trainings change."""

from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, help_text

topics = typer.Typer()
training = typer.Typer(help=help_text("training"), no_args_is_help=True)


@topics.command("topics", help=help_text("topics"))
def show_topics(
    stored: Annotated[bool, typer.Option("--stored", help=help_text("topics-stored"))] = False,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.topics_told import tell_topics

    raise typer.Exit(tell_topics(stored, as_json, home, {"language": lang}))


@training.command("add", help=help_text("training-add"))
def add(
    name: Annotated[str, typer.Argument(help=help_text("training-name"))],
    day: Annotated[str, typer.Option("--day", metavar="DAY", help=help_text("training-day"))],
    item: Annotated[
        list[str], typer.Option("--item", metavar="TEMPLATE/ITEM", help=help_text("training-item"))
    ],
    agent: Annotated[
        list[str], typer.Option("--agent", metavar="AGENT", help=help_text("training-agent"))
    ],
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.trainings import add_training

    raise typer.Exit(add_training(name, day, (item, agent), home, {"language": lang}))


@training.command("list", help=help_text("training-list"))
def show(as_json: JsonFlag = False, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.trainings import list_trainings

    raise typer.Exit(list_trainings(home, {"language": lang}, as_json))


@training.command("remove", help=help_text("training-remove"))
def remove(
    number: Annotated[int, typer.Argument(min=1, help=help_text("training-number"))],
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.trainings import remove_training

    raise typer.Exit(remove_training(number, home, {"language": lang}))
