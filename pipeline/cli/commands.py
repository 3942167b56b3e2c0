"""Every command: its arguments, and the one function that answers it."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.case_commands import cases
from pipeline.cli.desk_commands import desk
from pipeline.cli.flags import LANGUAGE, HomeFlag, LangFlag, ModelFlag
from pipeline.cli.flags import help_text as _help
from pipeline.cli.interruptible import Interruptible
from pipeline.cli.keeping_commands import keeping
from pipeline.cli.learning_commands import lessons
from pipeline.cli.night_commands import nights
from pipeline.cli.people_commands import people
from pipeline.cli.rule_commands import rules
from pipeline.cli.search_commands import searches
from pipeline.cli.topic_commands import topics, training
from pipeline.wording import word

app = typer.Typer(
    cls=Interruptible,
    help=word("cli.about", LANGUAGE),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config = typer.Typer(help=_help("config"), no_args_is_help=True)
app.add_typer(config, name="config")
lexicon = typer.Typer(help=_help("lexicon"), no_args_is_help=True)
app.add_typer(lexicon, name="lexicon")
app.add_typer(rules)
app.add_typer(people)
app.add_typer(keeping)
app.add_typer(nights)
app.add_typer(desk)
app.add_typer(searches)
app.add_typer(lessons)
app.add_typer(cases)
app.add_typer(topics)
app.add_typer(training, name="training")


def _version(asked: bool) -> None:
    if asked:
        from pipeline import __version__

        typer.echo(f"zhiyin {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=_help("version")),
    ] = False,
) -> None:
    pass


@app.command(help=_help("score"))
def score(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=_help("files"))],
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="DIR", help=_help("html"))] = None,
    template: Annotated[str | None, typer.Option("--template", help=_help("template"))] = None,
    model: ModelFlag = None,
    swap: Annotated[bool | None, typer.Option("--swap/--no-swap", help=_help("swap"))] = None,
    again: Annotated[bool, typer.Option("--again", help=_help("again"))] = False,
    everything: Annotated[bool, typer.Option("--all", help=_help("all"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.scoring import Wish, score_files

    flags = {"scoring.template": template, "speech.model": model, "language": lang}
    wish = Wish(files, home, flags, swap, again, as_json, html, everything)
    raise typer.Exit(score_files(wish))


@app.command("import", help=_help("import"))
def take_in(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=_help("transcripts"))],
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="DIR", help=_help("html"))] = None,
    template: Annotated[str | None, typer.Option("--template", help=_help("template"))] = None,
    swap: Annotated[bool | None, typer.Option("--swap/--no-swap", help=_help("swap"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_help("all"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.scoring import Wish, score_files

    flags = {"scoring.template": template, "language": lang}
    wish = Wish(files, home, flags, swap, False, as_json, html, everything, transcripts=True)
    raise typer.Exit(score_files(wish))


@app.command(help=_help("init"))
def init(
    folder: Annotated[Path | None, typer.Argument(help=_help("folder"))] = None,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.setting_up import set_up

    raise typer.Exit(set_up(folder or home, {"language": lang}))


@app.command(help=_help("explain"))
def explain(
    recording: Annotated[str, typer.Argument(help=_help("recording"))],
    item: Annotated[str, typer.Argument(help=_help("item"))],
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.explaining import explain_item

    raise typer.Exit(explain_item(recording, item, home, {"language": lang}, as_json))


@app.command(help=_help("measure"))
def measure(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=_help("measure-files"))],
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help=_help("measure-html"))
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help=_help("measure-keep"))] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=_help("measure-by"))] = "",
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.measuring import Wish, measure_files

    wish = Wish(files, as_json, html, keep, by)
    raise typer.Exit(measure_files(wish, home, {"language": lang}))


@app.command(help=_help("lint"))
def lint(
    files: Annotated[list[Path] | None, typer.Argument(help=_help("lint-files"))] = None,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.checking import lint_files

    raise typer.Exit(lint_files(files or [], home, {"language": lang}))


@app.command(help=_help("report"))
def report(
    month: Annotated[str | None, typer.Option("--month", help=_help("month"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.reporting import report_month

    raise typer.Exit(report_month(month, home, {"language": lang}, as_json))


@app.command("export", help=_help("export"))
def export(
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help=_help("export-xlsx"))
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="DIR", help=_help("export-csv"))
    ] = None,
    night: Annotated[bool, typer.Option("--night", help=_help("export-night"))] = False,
    month: Annotated[str, typer.Option("--month", help=_help("export-month"))] = "",
    since: Annotated[str, typer.Option("--since", metavar="DAY", help=_help("export-since"))] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help=_help("export-until"))] = "",
    team: Annotated[str, typer.Option("--team", help=_help("export-team"))] = "",
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.exporting import Asked, export_tables

    asked = Asked(xlsx=xlsx, csv=csv, team=team, night=night, month=month, since=since, until=until)
    raise typer.Exit(export_tables(asked, home, {"language": lang}))


@app.command(help=_help("doctor"))
def doctor(model: ModelFlag = None, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.checking import examine

    raise typer.Exit(examine(home, {"language": lang, "speech.model": model}))


@config.command("show", help=_help("config-show"))
def config_show(
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.settings_shown import show_settings

    raise typer.Exit(show_settings(home, {"language": lang}, as_json))


@lexicon.command("import", help=_help("lexicon-import"))
def lexicon_import(
    file: Annotated[Path, typer.Argument(help=_help("foreign"))],
    name: Annotated[str, typer.Option("--name", help=_help("name"))] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help=_help("out"))] = None,
    column: Annotated[str, typer.Option("--column", help=_help("column"))] = "",
    sheet: Annotated[str, typer.Option("--sheet", help=_help("sheet"))] = "",
    match: Annotated[str, typer.Option("--match", help=_help("match"))] = "",
    form: Annotated[str, typer.Option("--format", help=_help("format"))] = "",
    force: Annotated[bool, typer.Option("--force", help=_help("force"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_help("dry-run"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.adopting.phrase_list import Told
    from pipeline.cli.adopting import Asked, import_rules

    asked = Asked(file, name, form, out, Told(column, sheet, match), force, dry_run)
    raise typer.Exit(import_rules(asked, home, {"language": lang}))
