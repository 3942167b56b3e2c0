"""zhiyin init."""

import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.cli.ending import Exit
from pipeline.cli.session import begin
from pipeline.workflow.setting_up import set_up as lay_out


def set_up(folder: Path | None, flags: Mapping[str, object]) -> int:
    """Make the folder a home: the one named, else ZHIYIN_HOME, else the current one."""
    named = os.environ.get("ZHIYIN_HOME")
    session = begin(folder or (Path(named) if named else Path.cwd()), flags)
    for made in lay_out(session.home, session.word("cli.config-line"), session.language):
        key = "cli.init-made" if made.new else "cli.init-kept"
        print(session.word(key, path=str(made.path)))
    session.tell(session.word("cli.init-next"))
    return Exit.WELL
