"""Settings of rules, of others' chats that they are read from, and of what is made of scores."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Templates and lexicons."""

    template: Annotated[
        str,
        "name or file of the template; auto picks by its applies"
        " | 评分模板的名字或文件；auto 按各模板的 applies 选",
    ] = "auto"
    min_confidence: Annotated[
        float,
        "evidence trusted less than this is doubtful | 证据的可信程度低于多少，请人确认",
    ] = 0.5
    near_miss: Annotated[
        float,
        "a required phrase that is said at least this nearly (0..1) is doubtful, not missing"
        " | 要求说的话说得至少这么接近（0 到 1），请人确认，不算没说",
    ] = 0.7
    misheard_below: Annotated[
        float,
        "a word trusted less than this may have been misheard; only then is a miss near"
        " | 可信程度低于多少的字可能是听错的；只有这样才算接近",
    ] = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """Dialogue logs of others: which column is what, and whose the names in them are."""

    speaker_column: Annotated[
        str,
        "heading of the column that says who; empty: known headings"
        " | 写明谁说的那一列的标题；空：用认得的标题",
    ] = ""
    time_column: Annotated[
        str,
        "heading of the column that says when | 写明何时的那一列的标题",
    ] = ""
    text_column: Annotated[
        str,
        "heading of the column with the words | 写明所说的话的那一列的标题",
    ] = ""
    chat_column: Annotated[
        str,
        "heading of the column that tells several chats apart | 区分几个会话的那一列的标题",
    ] = ""
    agents: Annotated[
        tuple[str, ...],
        "names of agents, beside 坐席, 客服, agent...; * stands for anything"
        " | 坐席的名字，加在坐席、客服、agent 等之外；* 代表任意字",
    ] = ()
    customers: Annotated[
        tuple[str, ...],
        "names of customers, beside 客户, 买家, customer..."
        " | 客户的名字，加在客户、买家、customer 等之外",
    ] = ()
    others: Annotated[
        tuple[str, ...],
        "names that are no person's, beside 系统, 机器人, bot..."
        " | 不是人的名字，加在系统、机器人、bot 等之外",
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescoring:
    """Checking stored calls again."""

    processes: Annotated[
        int,
        "processes that share the calls; 0 takes all cores | 几个进程分着检查通话；0 用全部核心",
    ] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The month's demerits; nothing here changes a scorecard."""

    demerit_limit: Annotated[
        float,
        "demerits in a month from which `zhiyin report` names an agent"
        " | 一个月记分达到多少，`zhiyin report` 点出这位坐席",
    ] = 20.0
