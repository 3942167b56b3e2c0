"""docs/settings.md, made from settings/: `python -m pipeline.configuration.page`.

A test holds the file to it.
"""

from itertools import groupby

from pipeline.configuration.known import SHORT, Known, known

HEAD = """# Settings 设置

Every setting has a default and may be said in three places; the first that says it wins:

1. a flag of the command (`--model`, `--template`, `--lang`, ...);
2. the environment: `ZHIYIN_` + the name in capitals, a section parted by two underscores;
   {short};
3. `zhiyin.toml` in the home folder: `--home`, else `ZHIYIN_HOME`, else the folder with a
   `zhiyin.toml` at or above the current one, else the user's data folder.

`zhiyin config show` lists each value and where it comes from; `zhiyin init` writes a `zhiyin.toml`
with all of them commented out. A wrong name, type or choice is refused with file and line.

每个设置都有默认值，可以写在三处，先找到的算数：

1. 命令的选项（`--model`、`--template`、`--lang` 等）；
2. 环境变量：`ZHIYIN_` 加大写的名称，与所在一节之间用两条下划线；
3. 主目录的 `zhiyin.toml`：`--home` 所指，否则 `ZHIYIN_HOME`，否则当前目录及以上有
   `zhiyin.toml` 的目录，否则用户的数据目录。

`zhiyin config show` 列出每个值和它的来处；`zhiyin init` 写出一份 `zhiyin.toml`，全部注释掉。
名称、类型、取值写错时指出文件和行号。

This page is made from `pipeline/settings/` by `python -m pipeline.configuration.page`.
"""
TYPES = {
    str: "text 文字",
    int: "whole number 整数",
    float: "number 数字",
    bool: "true or false 是否",
    tuple: "list 列表",
}


def page() -> str:
    """The page as Markdown."""
    short = ", ".join(f"`ZHIYIN_{name.upper()}`" for name in SHORT)
    parts = [HEAD.format(short=f"{short} are short for those in a section")]
    for section, settings in groupby(known().values(), key=lambda s: s.name.rpartition(".")[0]):
        rows = "\n".join(_row(setting) for setting in settings)
        title = f"## [{section}]" if section else "## At the top 最前面"
        parts.append(
            f"{title}\n\n"
            "| name 名称 | default 默认 | type 类型 | what it says | 说明 | variable 环境变量 |\n"
            f"|---|---|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def _row(setting: Known) -> str:
    name = setting.name.rpartition(".")[2]
    default = ", ".join(setting.default) if setting.kind is tuple else str(setting.default)
    kind = TYPES[setting.kind]
    if setting.choices:
        kind += ": " + ", ".join(setting.choices)
    shown = f"`{default}`" if default else "empty 空"
    said = f"{setting.english} | {setting.chinese}"
    return f"| `{name}` | {shown} | {kind} | {said} | `{setting.variable}` |"


if __name__ == "__main__":
    print(page(), end="")
