"""Commands of those who look after the results: back up, bring back, upgrade, delete."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, help_text

keeping = typer.Typer()
db = typer.Typer(help=help_text("db"), no_args_is_help=True)
keeping.add_typer(db, name="db")


@keeping.command("backup", help=help_text("backup"))
def backup(
    target: Annotated[Path, typer.Argument(metavar="DIR|FILE", help=help_text("backup-target"))],
    keep: Annotated[int, typer.Option("--keep", min=0, help=help_text("backup-keep"))] = 0,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.keeping import make_backup

    raise typer.Exit(make_backup(target, keep, home, {"language": lang}, as_json))


@keeping.command("restore", help=help_text("restore"))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("restore-file"))],
    force: Annotated[bool, typer.Option("--force", help=help_text("restore-force"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.keeping import restore_backup

    raise typer.Exit(restore_backup(file, force, home, {"language": lang}))


@keeping.command("purge", help=help_text("purge"))
def purge(
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="180d|DATE", help=help_text("purge-older-than"))
    ] = "",
    keep_scores: Annotated[
        bool | None,
        typer.Option("--keep-scores/--no-keep-scores", help=help_text("purge-keep-scores")),
    ] = None,
    audio: Annotated[bool, typer.Option("--audio", help=help_text("purge-audio"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("purge-dry-run"))] = False,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.purging import Wish, purge_calls

    wish = Wish(older_than, keep_scores, audio, dry_run, as_json)
    raise typer.Exit(purge_calls(wish, home, {"language": lang}))


@db.command("upgrade", help=help_text("db-upgrade"))
def db_upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("db-dry-run"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.keeping import upgrade

    raise typer.Exit(upgrade(dry_run, home, {"language": lang}))
