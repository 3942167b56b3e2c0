"""The form of what is tried on stored calls: a phrase, and which calls."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Form

from pipeline.call import Speaker
from pipeline.desk.place import Place
from pipeline.storage import Store
from pipeline.text.lexicon import KINDS
from pipeline.workflow.phrasing import MOST_CHARACTERS, Phrasing
from pipeline.workflow.rescoring import Again

DAYS = (7, 30, 90, 0)
"""How far back; 0: everything."""
SAMPLES = (500, 5_000, 50_000)
"""So many of the newest calls."""
SPEAKERS = (Speaker.AGENT, Speaker.CUSTOMER)
MOST_EXCEPTIONS = 2_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form. unless: a line each."""

    phrase: str = ""
    lexicon: str = ""
    match: str = ""
    unless: str = ""
    speaker: str = Speaker.AGENT.value
    days: int = 30
    sample: int = SAMPLES[0]

    @property
    def phrasing(self) -> Phrasing:
        """As workflow/ takes it."""
        unless = tuple(self.unless.splitlines())
        return Phrasing(
            text=self.phrase, lexicon=self.lexicon, match=self.match, unless_within=unless
        )

    @property
    def since(self) -> str:
        """The first day that is looked at; "": all."""
        return (date.today() - timedelta(days=self.days)).isoformat() if self.days else ""

    def how_many(self, here: Place) -> int:
        """So many calls there are to be looked at."""
        return len(here.open(Store).newest(self.since, self.sample))

    def again(self, here: Place) -> Again:
        """The calls that are looked at: in one process, which is the run's own."""
        return Again(
            home=here.home,
            settings=here.settings.scoring,
            storage=here.settings.storage,
            since=self.since,
            processes=1,
            newest=self.sample,
        )


def typed(
    phrase: Annotated[str, Form(max_length=4 * MOST_CHARACTERS)] = "",
    lexicon: Annotated[str, Form(max_length=100)] = "",
    match: Annotated[str, Form(max_length=10)] = "",
    unless: Annotated[str, Form(max_length=MOST_EXCEPTIONS)] = "",
    speaker: Annotated[str, Form(max_length=10)] = "",
    days: Annotated[int, Form()] = 30,
    sample: Annotated[int, Form()] = SAMPLES[0],
) -> Typed:
    """The form; what is not to be chosen is as if it had not been."""
    return Typed(
        phrase,
        lexicon,
        match if match in KINDS else "",
        unless,
        speaker if speaker in SPEAKERS else "",
        days if days in DAYS else DAYS[0],
        sample if sample in SAMPLES else SAMPLES[0],
    )


Asked = Annotated[Typed, Depends(typed)]
