"""Commands that look for calls by what was said in them."""

from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, help_text

searches = typer.Typer()


def _text(name: str, metavar: str = "TEXT") -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        f"--{name}", metavar=metavar, help=help_text(f"search-{name}")
    )
    return option


def _number(name: str, metavar: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        f"--{name}", min=0, metavar=metavar, help=help_text(f"search-{name}")
    )
    return option


@searches.command("search", help=help_text("search"))
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help=help_text("query"))] = "",
    agent: Annotated[str, _text("agent")] = "",
    team: Annotated[str, _text("team")] = "",
    template: Annotated[str, _text("template")] = "",
    item: Annotated[str, _text("item", "ID")] = "",
    verdict: Annotated[str, _text("verdict", "VERDICT")] = "",
    state: Annotated[str, _text("state", "STATE")] = "",
    since: Annotated[str, _text("since", "DAY")] = "",
    until: Annotated[str, _text("until", "DAY")] = "",
    points_from: Annotated[float | None, _number("points-from", "PERCENT")] = None,
    points_to: Annotated[float | None, _number("points-to", "PERCENT")] = None,
    seconds_from: Annotated[float | None, _number("seconds-from", "SECONDS")] = None,
    seconds_to: Annotated[float | None, _number("seconds-to", "SECONDS")] = None,
    silence: Annotated[float | None, _number("silence", "SECONDS")] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, help=help_text("search-limit"))
    ] = 50,
    save: Annotated[str | None, _text("save", "NAME")] = None,
    saved: Annotated[str | None, _text("saved", "NAME")] = None,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.searching import Shown, search_calls
    from pipeline.workflow.asked import Asked

    asked = Asked(
        query=query,
        agent=agent,
        team=team,
        template=template,
        item=item,
        verdict=verdict,
        state=state,
        since=since,
        until=until,
        points_from=points_from,
        points_to=points_to,
        seconds_from=seconds_from,
        seconds_to=seconds_to,
        silence=silence,
    )
    shown = Shown(limit=limit, as_json=as_json, save=save, saved=saved)
    raise typer.Exit(search_calls(asked, shown, home, {"language": lang}))
