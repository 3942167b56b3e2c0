"""A PostgreSQL database into a file and back, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import inspect

from pipeline.configuration.secret import masked
from pipeline.refusal import Refusal
from pipeline.settings import Storage
from pipeline.storage.database import reading, refuse_newer, revision_of
from pipeline.storage.postgres import open_server, server_url

DUMP = "zhiyin.dump"
WRITING = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges")
READING = ("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")


def dump_database(target: Path, settings: Storage) -> str:
    """The database as it is at this moment, in a new file; its revision. Writers go on meanwhile.
    Refusal without pg_dump, and where that fails."""
    engine = open_server(settings)
    try:
        with reading(engine) as connection:
            revision = revision_of(connection)
    finally:
        engine.dispose()
    if revision is None:
        raise Refusal("backup.no-database", masked(settings.url))
    refuse_newer(revision, masked(settings.url))
    target.touch(mode=0o600)
    _run([*WRITING, f"--file={target}"], settings)
    return revision


def check_empty(settings: Storage) -> None:
    """Refusal where the database holds tables: a dump is for an empty one."""
    engine = open_server(settings)
    try:
        with reading(engine) as connection:
            if inspect(connection).get_table_names():
                raise Refusal("backup.database-not-empty", masked(settings.url))
    finally:
        engine.dispose()


def load_dump(source: Path, settings: Storage) -> None:
    """Fill the empty database, in one transaction."""
    _run([*READING, str(source)], settings)


def _address(settings: Storage) -> tuple[str, str | None]:
    """The URL as PostgreSQL's programs take it, and the password: others see command lines."""
    url = server_url(settings.url).set(drivername="postgresql")
    password = url.password or url.query.get("password")
    bare = url._replace(password=None).difference_update_query(["password"])
    return bare.render_as_string(hide_password=False), str(password) if password else None


def _run(command: list[str], settings: Storage) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise Refusal("backup.no-program", masked(settings.url), found=command[0])
    address, password = _address(settings)
    secret = {"PGPASSWORD": password} if password else {}
    ran = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [program, f"--dbname={address}", *command[1:]],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ran.returncode:
        said = next(iter(ran.stderr.strip().splitlines()), f"{ran.returncode}")
        raise Refusal("backup.program-failed", masked(settings.url), found=said)
