"""Commands about people: who may come in, and the record of what everybody did."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, JsonFlag, LangFlag, help_text

people = typer.Typer()
user = typer.Typer(help=help_text("user"), no_args_is_help=True)
people.add_typer(user, name="user")
audit = typer.Typer(help=help_text("audit"), no_args_is_help=True)
people.add_typer(audit, name="audit")

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help=help_text("login"))]


@user.command("add", help=help_text("user-add"))
def add(
    login: LoginArgument,
    role: Annotated[str, typer.Option("--role", help=help_text("role"))],
    name: Annotated[str, typer.Option("--name", help=help_text("person-name"))] = "",
    agent: Annotated[str, typer.Option("--agent", help=help_text("agent"))] = "",
    team: Annotated[list[str] | None, typer.Option("--team", help=help_text("team"))] = None,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.people import Wish, add_person

    raise typer.Exit(add_person(Wish(login, name, role, agent, team or []), home, lang))


@user.command("import", help=help_text("user-import"))
def take_list(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("people-file"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("people-dry"))] = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.people import import_people

    raise typer.Exit(import_people(file, dry_run, home, lang))


@user.command("list", help=help_text("user-list"))
def show_list(as_json: JsonFlag = False, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.people import list_people

    raise typer.Exit(list_people(as_json, home, lang))


@user.command("password", help=help_text("user-password"))
def password(login: LoginArgument, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.people import new_password

    raise typer.Exit(new_password(login, home, lang))


@user.command("disable", help=help_text("user-disable"))
def disable(login: LoginArgument, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.people import switch_person

    raise typer.Exit(switch_person(login, True, home, lang))


@user.command("enable", help=help_text("user-enable"))
def enable(login: LoginArgument, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.people import switch_person

    raise typer.Exit(switch_person(login, False, home, lang))


@user.command("token", help=help_text("user-token"))
def token(
    login: LoginArgument,
    name: Annotated[str, typer.Option("--name", help=help_text("token-name"))] = "api",
    listing: Annotated[bool, typer.Option("--list", help=help_text("token-list"))] = False,
    revoke: Annotated[str, typer.Option("--revoke", help=help_text("token-revoke"))] = "",
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.tokens import Wish, tokens_of

    raise typer.Exit(tokens_of(Wish(login, name, listing, revoke, as_json), home, lang))


@audit.command("verify", help=help_text("audit-verify"))
def verify(as_json: JsonFlag = False, lang: LangFlag = None, home: HomeFlag = None) -> None:
    from pipeline.cli.auditing import verify_audit

    raise typer.Exit(verify_audit(as_json, home, lang))


@audit.command("list", help=help_text("audit-list"))
def show_audit(
    limit: Annotated[int, typer.Option("--limit", min=1, help=help_text("audit-limit"))] = 50,
    as_json: JsonFlag = False,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.auditing import list_audit

    raise typer.Exit(list_audit(limit, as_json, home, lang))
