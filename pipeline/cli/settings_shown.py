"""zhiyin config show."""

import json
from collections.abc import Mapping
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipeline.cli.ending import Exit
from pipeline.cli.session import begin, show
from pipeline.configuration import known
from pipeline.configuration.secret import shown
from pipeline.settings import Settings


def show_settings(home: Path | None, flags: Mapping[str, object], as_json: bool) -> int:
    """Each setting, its value, and where that was said."""
    session = begin(home, flags)
    rows = {
        name: (_value(session.settings, name), str(session.configured.places[name]))
        for name in known()
    }
    if as_json:
        listing = {name: {"value": value, "from": place} for name, (value, place) in rows.items()}
        print(json.dumps({"home": str(session.home), "settings": listing}, ensure_ascii=False))
        return Exit.WELL
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("cli.setting", "cli.value", "cli.origin"):
        table.add_column(session.word(column), overflow="fold")
    for name, (value, place) in rows.items():
        listed = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        style = "bold" if place else "dim"
        table.add_row(
            name,
            Text(listed, style=style),
            Text(place or session.word("cli.origin-default"), style),
        )
    show(Text(f"{session.word('cli.doctor-home')} {session.home}"), session.out)
    show(table, session.out)
    return Exit.WELL


def _value(settings: Settings, name: str) -> object:
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    return shown(name, value) if isinstance(value, str) else value
