"""A list of people, as a centre keeps it in Excel, read into people who may come in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.adopting.tables import MOST_OF_A_BOOK, read_table
from pipeline.refusal import Refusal
from pipeline.storage import People, Role
from pipeline.text.rows import Row
from pipeline.text.workbooks import is_workbook, read_workbook
from pipeline.workflow.people import Wish, let_in

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "login": ("login", "账号", "登录名", "用户名", "user"),
    "name": ("name", "姓名", "名字"),
    "role": ("role", "角色", "岗位"),
    "agent": ("agent", "工号", "坐席工号", "坐席", "agent id"),
    "teams": ("team", "teams", "班组", "团队", "组"),
}
ROLES: Mapping[str, Role] = {
    **{role.value: role for role in Role},
    **dict.fromkeys(("质检员",), Role.INSPECTOR),
    **dict.fromkeys(("班长", "组长", "班组长"), Role.LEADER),
    **dict.fromkeys(("质检主管", "质检班长", "质检组长"), Role.LEAD),
    **dict.fromkeys(("坐席", "客服", "客服代表"), Role.AGENT),
    **dict.fromkeys(("培训师", "培训"), Role.TRAINER),
    **dict.fromkeys(("经理", "主管"), Role.MANAGER),
    **dict.fromkeys(("管理员", "系统管理员"), Role.ADMIN),
}
BETWEEN_TEAMS = ("、", "，", ";", "；", "/")


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a row: a one-time password, or why there is none."""

    login: str
    password: str = ""
    refusal: Refusal | None = None


def take_list(people: People, path: Path, by: str, dry_run: bool = False) -> Iterator[Listed]:
    """Let in everybody of a CSV or XLSX file, row by row; a row that is wrong loses only itself.

    dry_run: look at the rows, let nobody in. Refusal where there is no such file, or none of its
    columns is a login or a role."""
    if not path.is_file():
        raise Refusal("file.not-found", str(path))
    rows = read_workbook(path, MOST_OF_A_BOOK) if is_workbook(path) else read_table(path)
    if not rows:
        raise Refusal("people.empty", str(path))
    columns = _columns(rows[0], path)
    for row in rows[1:]:
        login = _cell(row, columns, "login").lower()
        try:
            wish = _wish(row, columns, path)
            yield Listed(login, "" if dry_run else let_in(people, wish, by))
        except Refusal as refusal:
            reason = refusal.reason
            yield Listed(login, "", Refusal(reason.key, str(path), row.line, None, **reason.values))


def _columns(head: Row, path: Path) -> Mapping[str, int]:
    names = [cell.strip().casefold() for cell in head.cells]
    found = {
        field: names.index(name)
        for field, known in HEADINGS.items()
        for name in known
        if name in names
    }
    for field in ("login", "role"):
        if field not in found:
            there = "、".join(cell.strip() for cell in head.cells if cell.strip())
            allowed = "、".join(HEADINGS[field])
            key = f"people.no-{field}-column"
            raise Refusal(key, str(path), head.line, found=there or "–", allowed=allowed)
    return found


def _wish(row: Row, columns: Mapping[str, int], path: Path) -> Wish:
    role = _cell(row, columns, "role")
    if role.casefold() not in ROLES:
        key = "people.role" if role else "people.no-role"
        raise Refusal(key, str(path), row.line, found=role, allowed="、".join(ROLES))
    return Wish(
        login=_cell(row, columns, "login").lower(),
        name=_cell(row, columns, "name"),
        role=ROLES[role.casefold()],
        agent=_cell(row, columns, "agent"),
        teams=between_teams(_cell(row, columns, "teams")),
    )


def between_teams(text: str) -> Sequence[str]:
    """The teams of a list as people write it: 甲组、乙组."""
    for mark in BETWEEN_TEAMS:
        text = text.replace(mark, ",")
    return [team.strip() for team in text.split(",") if team.strip()]


def _cell(row: Row, columns: Mapping[str, int], field: str) -> str:
    at = columns.get(field, len(row.cells))
    return row.cells[at].strip() if at < len(row.cells) else ""
