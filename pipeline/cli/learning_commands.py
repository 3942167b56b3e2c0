"""Commands of what the machine learns of people's decisions."""

from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, TemplateFlag, help_text

lessons = typer.Typer()


@lessons.command("learn", help=help_text("learn"))
def learn(
    listed: Annotated[bool, typer.Option("--list", help=help_text("learn-list"))] = False,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.learning import learn_of_decisions, list_lessons

    answer = list_lessons if listed else learn_of_decisions
    raise typer.Exit(answer(home, {"language": lang}, as_json))


@lessons.command("settle", help=help_text("settle"))
def settle(
    item: Annotated[str, typer.Argument(help=help_text("item"))],
    at_least: Annotated[
        float, typer.Option("--at-least", metavar="PERCENT", help=help_text("settle-at-least"))
    ] = 95,
    checked: Annotated[
        float, typer.Option("--checked", metavar="PERCENT", help=help_text("settle-checked"))
    ] = 10,
    off: Annotated[bool, typer.Option("--off", help=help_text("settle-off"))] = False,
    template: TemplateFlag = None,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.settling import Wish, settle_item

    goal = None if off else round(at_least / 100, 4)
    wish = Wish(item, template or "", goal, round(checked / 100, 4))
    raise typer.Exit(settle_item(wish, home, {"language": lang}))
