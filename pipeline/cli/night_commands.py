"""Commands of the night: run it, see how it went, put back what failed, foretell the next."""

from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, help_text

nights = typer.Typer()

NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="NAME", help=help_text("night-names"))
]


@nights.command("run", help=help_text("run"))
def run(
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help=help_text("run-since"))
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=help_text("limit"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("run-dry-run"))] = False,
    watch: Annotated[bool, typer.Option("--watch", help=help_text("watch"))] = False,
    engine: Annotated[str | None, typer.Option("--engine", help=help_text("engine"))] = None,
    address: Annotated[str | None, typer.Option("--address", help=help_text("address"))] = None,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.running import Wish, run_recordings

    flags = {"night.engine": engine, "night.address": address, "language": lang}
    raise typer.Exit(run_recordings(Wish(home, flags, since, limit, dry_run, watch, as_json)))


@nights.command("status", help=help_text("status"))
def status(as_json: JsonFlag = False, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.night_status import tell_status

    raise typer.Exit(tell_status(home, {"language": lang}, as_json))


@nights.command("failures", help=help_text("failures"))
def failures(as_json: JsonFlag = False, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.failing import list_failures

    raise typer.Exit(list_failures(home, {"language": lang}, as_json))


@nights.command("retry", help=help_text("retry"))
def retry(
    names: NamesArgument = None,
    everything: Annotated[bool, typer.Option("--all", help=help_text("retry-all"))] = False,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.failing import retry_failures

    raise typer.Exit(retry_failures(names or [], everything, home, {"language": lang}, as_json))


@nights.command("retranscribe", help=help_text("retranscribe"))
def retranscribe(
    names: NamesArgument = None,
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help=help_text("retranscribe-since"))
    ] = "",
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.hearing_again import hear_again

    raise typer.Exit(hear_again(names or [], since, home, {"language": lang}, as_json))


@nights.command("plan", help=help_text("plan"))
def plan(
    calls: Annotated[int, typer.Option("--calls", help=help_text("plan-calls"))],
    minutes: Annotated[float, typer.Option("--minutes", help=help_text("plan-minutes"))],
    begins: Annotated[str, typer.Option("--from", help=help_text("plan-from"))] = "22:00",
    by: Annotated[str, typer.Option("--by", help=help_text("plan-by"))] = "06:00",
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.planning import Wish, plan_night

    raise typer.Exit(
        plan_night(Wish(calls, minutes, begins, by, as_json), home, {"language": lang})
    )
