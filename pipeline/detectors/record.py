"""The call record says so. | 通话记录符合条件。

One hit that spans the call, by nobody (speaker other), where a field of the call record, one
of our own or any other that came with it, meets all that is asked. A record without the field is
not judged. |
通话记录的某个字段（标准字段或随录音提供的其他字段）满足全部条件时算一次，范围为整通，
不归任何一方（说话人为 other）。没有该字段则不作判断。

field: name of the field: queue, project, satisfaction, complaint... |
字段名：queue、project、satisfaction、complaint 等

equals: the value, as it is written; yes and no as true and false |
等于此值；是与否写作 true 与 false

one_of: the value is one of these | 等于其中一个值

contains: the value holds these characters, in upper or lower case | 值中含有这些字（不分大小写）

above: the value is a number greater than this | 值为数字且大于此数

below: the value is a number less than this | 值为数字且小于此数
"""

from pipeline.call import Call
from pipeline.detectors._evidence import about_call, everything
from pipeline.hit import Hits, Kind


def find(
    call: Call,
    *,
    field: str,
    equals: str | None = None,
    one_of: tuple[str, ...] = (),
    contains: str | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Hits:
    """A hit named after the field."""
    value = _value(call, field)
    number = _number(value)
    if value is None or (number is None and (above is not None or below is not None)):
        return Hits(blind=(everything(call),))
    meets = (
        (equals is None or _same(value, equals))
        and (not one_of or any(_same(value, wanted) for wanted in one_of))
        and (contains is None or contains.strip().lower() in str(value).lower())
        and (above is None or (number is not None and number > above))
        and (below is None or (number is not None and number < below))
    )
    return Hits((about_call(call, field, Kind.RECORD),) if meets else ())


def _value(call: Call, field: str) -> str | float | bool | None:
    if field != "more" and field in call.about.__dataclass_fields__:
        own: str | float | bool | None = getattr(call.about, field)
        return own
    return call.about.more.get(field)


def _number(value: str | float | bool | None) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _same(value: str | float | bool, wanted: str) -> bool:
    """As written, or the same number: a sidecar may say 5 where the template says 5.0."""
    if isinstance(value, bool):
        return str(value).lower() == wanted.strip().lower()
    number = _number(wanted)
    return str(value).strip() == wanted.strip() or (number is not None and number == _number(value))
