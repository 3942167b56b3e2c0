"""Whether the sources of a night can be reached: what doctor asks of them."""

from collections.abc import Iterator

from pipeline.call import Reason
from pipeline.night.addresses import checked
from pipeline.night.asking import Transient
from pipeline.night.places import folders
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Night
from pipeline.text.names import shown
from pipeline.workflow.health import Finding

ABOUT = "cli.doctor-source"


def reached(night: Night) -> Iterator[Finding]:
    """A finding for each source; of each, its first folder is listed."""
    for source in night.sources:
        try:
            yield _reached(source, night)
        except Refusal as refusal:
            yield Finding(ABOUT, False, refusal=refusal)
        except Transient as transient:
            yield Finding(ABOUT, False, refusal=transient.refusal)


def _reached(source: str, night: Night) -> Finding:
    said: list[Refusal | Advice] = []
    first = next(folders(checked(source), night, lambda _: True, said.append), [])
    for one in said:
        if isinstance(one, Refusal):
            raise one
    return Finding(
        ABOUT, True, Reason("cli.doctor-reached", {"found": shown(source), "count": len(first)})
    )
