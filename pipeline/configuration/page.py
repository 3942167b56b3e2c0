"""docs/settings.md, made from settings.py: `python -m pipeline.configuration.page`.

A test holds the file to it.
"""

from itertools import groupby

from pipeline.configuration.known import SHORT, Known, known

HEAD = """# Settings

Every setting has a default and may be said in three places; the first that says it wins:

1. a flag of the command (`--model`, `--template`, `--lang`, ...);
2. the environment: `ZHIYIN_` + the name in capitals, a section parted by two underscores;
   {short};
3. `zhiyin.toml` in the home folder: `--home`, else `ZHIYIN_HOME`, else the folder with a
   `zhiyin.toml` at or above the current one, else the user's data folder.

`zhiyin config show` lists each value and where it comes from; `zhiyin init` writes a `zhiyin.toml`
with all of them commented out. A wrong name, type or choice is refused with file and line.

This page is made from `pipeline/settings.py` by `python -m pipeline.configuration.page`.
"""
TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false", tuple: "list"}


def page() -> str:
    """The page as Markdown."""
    short = ", ".join(f"`ZHIYIN_{name.upper()}`" for name in SHORT)
    parts = [HEAD.format(short=f"{short} are short for those in a section")]
    for section, settings in groupby(known().values(), key=lambda s: s.name.rpartition(".")[0]):
        rows = "\n".join(_row(setting) for setting in settings)
        title = f"## [{section}]" if section else "## At the top"
        parts.append(
            f"{title}\n\n| name | default | type | what it says | variable |\n"
            f"|---|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def _row(setting: Known) -> str:
    name = setting.name.rpartition(".")[2]
    default = ", ".join(setting.default) if setting.kind is tuple else str(setting.default)
    kind = TYPES[setting.kind]
    if setting.choices:
        kind += ": " + ", ".join(setting.choices)
    shown = f"`{default}`" if default else "empty"
    return f"| `{name}` | {shown} | {kind} | {setting.sentence} | `{setting.variable}` |"


if __name__ == "__main__":
    print(page(), end="")
