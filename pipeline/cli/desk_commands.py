"""The command of the desk."""

from typing import Annotated

import typer

from pipeline.cli.flags import HomeFlag, LangFlag, help_text

desk = typer.Typer()


@desk.command("serve", help=help_text("serve"))
def serve(
    host: Annotated[str | None, typer.Option("--host", help=help_text("host"))] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help=help_text("port"))
    ] = None,
    tls_cert: Annotated[
        str | None, typer.Option("--tls-cert", metavar="FILE", help=help_text("tls-cert"))
    ] = None,
    tls_key: Annotated[
        str | None, typer.Option("--tls-key", metavar="FILE", help=help_text("tls-key"))
    ] = None,
    plain_http: Annotated[
        bool | None, typer.Option("--plain-http/--no-plain-http", help=help_text("plain-http"))
    ] = None,
    lang: LangFlag = None,
    home: HomeFlag = None,
) -> None:
    from pipeline.cli.serving import serve_desk

    flags = {
        "desk.host": host,
        "desk.port": port,
        "desk.tls_cert": tls_cert,
        "desk.tls_key": tls_key,
        "desk.plain_http": plain_http,
        "language": lang,
    }
    raise typer.Exit(serve_desk(home, flags))
