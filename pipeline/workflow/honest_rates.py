"""How often each problem truly is, and how right the machine is: from the random sample and, where
people looked at every flagged call of a day, from those too.

A call of the random sample is weighted by the calls of its kind (flagged or not) that it stands
for; those that people did not get to are taken to be like those that they did."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.hit import Verdict
from pipeline.insight.rates import Judged, Rate, item_agreement, true_rate
from pipeline.scoring.agreement import Agreement
from pipeline.scoring.points import OPEN
from pipeline.storage.figure_records import Stretch
from pipeline.storage.lesson_records import Key
from pipeline.storage.rate_sums import Cell, Counts, RateSums, Stratum

ENOUGH = 100
"""Random reviews before a rate is shown: below that nobody has tried how often intervals are right
(benchmarks/rates.py)."""
RAISED = frozenset({Verdict.FAIL, *OPEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An item: its true rate, None where there is too little; how often the machine charged it, of
    so many calls; agreement: of the random sample."""

    template: str
    item: str
    ask: str
    rate: Rate | None
    charged: int
    calls: int
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Rates:
    """Of a team, "" of all. sampled: calls of the random sample that people judged; the most
    frequent problems come first."""

    team: str
    calls: int
    sampled: int
    problems: tuple[Problem, ...]

    @property
    def lacking(self) -> int:
        """Random reviews that are wanting before rates can be told."""
        return max(0, ENOUGH - self.sampled)


def rates(sums: RateSums, stretch: Stretch) -> tuple[Rates, ...]:
    """Of all calls of the stretch, then of each team."""
    counted = sums.read(stretch)
    teams = sorted({stratum.team for stratum in counted.cards})
    each = [_rates(counted, team, {team}) for team in teams] if len(teams) > 1 else []
    return (_rates(counted, "", teams), *each)


def agreements(sums: RateSums, sample: float) -> Mapping[Key, Agreement]:
    """How right the machine is on each item, of the random sample of all calls."""
    (whole, *_) = rates(sums, Stretch(sample=sample))
    return {(one.template, one.item): one.agreement for one in whole.problems}


def _rates(counted: Counts, team: str, of: Collection[str]) -> Rates:
    cards = {stratum: n for stratum, n in counted.cards.items() if stratum.team in of}
    cells: dict[Key, list[Cell]] = defaultdict(list)
    for cell in counted.cells:
        if cell.stratum.team in of:
            cells[cell.stratum.template, cell.item].append(cell)
    sampled = sum(n for stratum, n in cards.items() if stratum.drawn and stratum.judged)
    of_template = {
        name: _Calls({s: n for s, n in cards.items() if s.template == name})
        for name in {stratum.template for stratum in cards}
    }
    found = [
        _problem(key, ask, of_template[key[0]], own)
        for key, ask in counted.asks.items()
        if (own := cells.get(key))
    ]
    found.sort(key=lambda one: (-(one.rate.value if one.rate else 0.0), -one.charged, one.item))
    return Rates(team, sum(cards.values()), sampled, tuple(found))


def _problem(key: Key, ask: str, calls: "_Calls", cells: list[Cell]) -> Problem:
    judged = list(calls.judged(cells))
    drawn = [one for stratum, one in judged if stratum.drawn]
    machine = calls.machine(cells)
    enough = sum(one.calls for one in drawn) >= ENOUGH
    return Problem(
        template=key[0],
        item=key[1],
        ask=ask,
        rate=true_rate([one for _, one in judged], machine) if enough else None,
        charged=machine.get(Verdict.FAIL, 0),
        calls=sum(machine.values()),
        agreement=item_agreement(drawn),
    )


class _Calls:
    """Calls of one template, and with which probability those of each stratum came to be judged."""

    def __init__(self, cards: Mapping[Stratum, int]):
        self.cards = cards
        whole: dict[tuple[str, str, bool], int] = defaultdict(int)
        seen: dict[tuple[str, str, bool], int] = defaultdict(int)
        for stratum, n in cards.items():
            day = (stratum.team, stratum.day, stratum.flagged)
            whole[day] += n
            seen[day] += n if stratum.judged else 0
        self.complete = {day for day, n in whole.items() if day[2] and seen[day] == n}
        self.share = {flagged: self._share(flagged) for flagged in (False, True)}

    def _share(self, flagged: bool) -> float:
        """Of the calls of days on which not all were judged, those that were drawn and judged."""
        rest = [
            (stratum, n)
            for stratum, n in self.cards.items()
            if stratum.flagged == flagged and not self._complete(stratum)
        ]
        whole = sum(n for _, n in rest)
        drawn = sum(n for stratum, n in rest if stratum.drawn and stratum.judged)
        return drawn / whole if whole else 1.0

    def _complete(self, stratum: Stratum) -> bool:
        return (stratum.team, stratum.day, stratum.flagged) in self.complete

    def judged(self, cells: Iterable[Cell]) -> Iterator[tuple[Stratum, Judged]]:
        """What people said, beside the machine, of the calls that count."""
        own: dict[Stratum, list[Cell]] = defaultdict(list)
        for cell in cells:
            own[cell.stratum].append(cell)
        for stratum, n in self.cards.items():
            complete = self._complete(stratum)
            if not stratum.judged or not (stratum.drawn or complete):
                continue
            chance = 1.0 if complete else self.share[stratum.flagged]
            passed = n - sum(cell.cards for cell in own[stratum])
            quiet = Judged(machine=Verdict.PASS, fails=False, probability=chance, calls=passed)
            yield stratum, quiet
            for cell in own[stratum]:
                if cell.fails is not None:
                    yield (
                        stratum,
                        Judged(
                            machine=_said(cell.machine),
                            fails=cell.fails,
                            probability=chance,
                            calls=cell.cards,
                        ),
                    )

    def machine(self, cells: Iterable[Cell]) -> dict[Verdict, int]:
        """Verdict -> calls, of all of them."""
        found: dict[Verdict, int] = defaultdict(int)
        for cell in cells:
            if cell.machine in RAISED:
                found[cell.machine] += cell.cards
        found[Verdict.PASS] = sum(self.cards.values()) - sum(found.values())
        return dict(found)


def _said(machine: Verdict) -> Verdict:
    """What was not raised is one kind, whatever it is called."""
    return machine if machine in RAISED else Verdict.PASS
