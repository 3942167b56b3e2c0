"""Whether the sources of a night and its tables can be reached: what doctor asks of them."""

from collections.abc import Iterator

from pipeline.call import Reason
from pipeline.night.addresses import checked
from pipeline.night.asking import Transient
from pipeline.night.places import folders
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Night
from pipeline.text.names import shown
from pipeline.workflow.health import Finding

SOURCE, RECORDS = "cli.doctor-source", "cli.doctor-records"


def reached(night: Night) -> Iterator[Finding]:
    """A finding for each source and for each place of tables; of each, its first folder is
    listed."""
    places = [(SOURCE, source) for source in night.sources]
    for about, place in (*places, *((RECORDS, records) for records in night.records)):
        try:
            yield _reached(about, place, night)
        except Refusal as refusal:
            yield Finding(about, False, refusal=refusal)
        except Transient as transient:
            yield Finding(about, False, refusal=transient.refusal)


def _reached(about: str, source: str, night: Night) -> Finding:
    said: list[Refusal | Advice] = []
    first = next(folders(checked(source), night, lambda _: True, said.append), [])
    for one in said:
        if isinstance(one, Refusal):
            raise one
    return Finding(
        about, True, Reason("cli.doctor-reached", {"found": shown(source), "count": len(first)})
    )
