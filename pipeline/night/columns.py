"""Which column of a table of call records is which field, by its heading or by the settings."""

from collections.abc import Mapping, Sequence

from pipeline.refusal import Refusal
from pipeline.speech.call_record import TYPES, brief
from pipeline.text.rows import folded

SETTING = "night.record_columns"
FILE = "file"
"""What says which recording a row is about; no field of a call record."""
MORE = "more."
"""Before a field that call records do not have: 技能=more.skill."""
HEADINGS: Mapping[str, tuple[str, ...]] = {
    FILE: (
        *(
            "录音文件",
            "录音文件名",
            "录音路径",
            "录音地址",
            "录音名",
            "录音",
            "文件名",
            "文件路径",
            "文件",
        ),
        *("recording", "recordingfile", "recordingname", "file", "filename", "path", "audio"),
    ),
    "id": (
        *("通话流水号", "流水号", "通话id", "呼叫id", "通话编号", "录音编号", "录音id", "会话id"),
        *("callid", "id", "ucid", "uniqueid", "contactid", "sessionid"),
    ),
    "started": (
        *(
            "录音开始时间",
            "通话开始时间",
            "开始时间",
            "呼叫时间",
            "来电时间",
            "通话时间",
            "起始时间",
        ),
        *("started", "starttime", "start", "calldate", "begintime"),
    ),
    "agent": (
        *("坐席工号", "座席工号", "客服工号", "工号", "坐席编号", "坐席", "座席"),
        *("agent", "agentid", "agentno"),
    ),
    "team": ("班组", "小组", "团队", "组别", "team", "group"),
    "shift": ("班次", "shift"),
    "project": ("项目", "项目名称", "业务线", "project", "campaign"),
    "queue": ("队列", "技能组", "技能队列", "queue", "skillgroup"),
    "direction": ("呼叫方向", "通话方向", "方向", "呼叫类型", "direction", "calltype"),
    "answered": ("answered",),
    "ring_seconds": ("振铃时长", "响铃时长", "振铃秒数", "ringseconds", "ringtime", "ringduration"),
    "hung_up_by": ("挂机方", "挂断方", "结束方", "hungupby", "releasedby"),
    "customer_number": (
        *("客户号码", "客户电话", "客户手机号", "手机号", "手机号码", "电话号码"),
        *("customernumber", "customerphone", "phone", "phonenumber"),
    ),
    "satisfaction": ("满意度", "满意度评分", "客户评价", "satisfaction", "csat"),
    "complaint": ("是否投诉", "投诉", "投诉标记", "complaint", "iscomplaint"),
    "business_type": ("业务类型", "业务类别", "服务类型", "businesstype", "category"),
    "after_call_seconds": (
        *("话后时长", "话后处理时长", "话后秒数", "案头时长", "整理时长"),
        *("aftercallseconds", "acw", "acwtime", "wrapuptime"),
    ),
    "test_call": ("是否拨测", "拨测", "拨测电话", "神秘顾客", "testcall", "mysteryshopper"),
    "agent_channel": ("坐席声道", "座席声道", "agentchannel"),
}
"""What a column may be called; of several that fit, the first listed here counts."""


def mapping(said: Sequence[str]) -> dict[str, str]:
    """The settings' heading=field, by heading. Refusal where a field does not exist."""
    told: dict[str, str] = {}
    for entry in said:
        heading, equals, what = (part.strip() for part in entry.rpartition("="))
        if not (equals and heading and is_field(what)):
            allowed = "、".join((FILE, *TYPES, f"{MORE}…"))
            raise Refusal("night.column-setting", SETTING, found=entry, allowed=allowed)
        told[folded(heading)] = what
    return told


def is_field(name: str) -> bool:
    """Whether a call record has such a field, or may keep it among the further ones."""
    return name in HEADINGS or (name.startswith(MORE) and name != MORE)


def columns_of(headings: Sequence[str], told: Mapping[str, str], file: str) -> dict[int, str]:
    """Column -> field; what nobody knows is left out, as it may hold anything of a customer.

    Refusal where no column says which recording a row is about."""
    found = {at: told[folded(one)] for at, one in enumerate(headings) if folded(one) in told}
    known = {folded(one): at for at, one in reversed(list(enumerate(headings)))}
    for field, names in HEADINGS.items():
        place = next((known[name] for name in names if name in known), None)
        if field not in found.values() and place is not None and place not in found:
            found[place] = field
    if not {FILE, "id"} & set(found.values()):
        shown = "、".join(brief(heading) for heading in headings if heading.strip())
        allowed = "、".join((*HEADINGS[FILE][:3], *HEADINGS["id"][:3]))
        raise Refusal("night.no-join-column", file, found=shown, allowed=allowed)
    return found
