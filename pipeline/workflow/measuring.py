"""How right the product is on this centre's calls: what is stored beside what people corrected."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from pipeline.call import Call, Speaker
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.agreement import Agreement, Share, agreement
from pipeline.scoring.decision import Decision, standing
from pipeline.scoring.misheard import ErrorRate, Errors, error_rate, errors, together
from pipeline.scoring.scorecard import ItemResult
from pipeline.settings import Storage
from pipeline.storage import Result, Store
from pipeline.workflow.corrected import Corrected, Said, read_corrected
from pipeline.workflow.recalling import recalled

MOST_SWAPPED = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One item of one call: the machine's result and the person's verdict. card: Kept.id;
    standing: what was decided on it before."""

    call: str
    card: int
    result: ItemResult
    person: Verdict
    standing: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One call. said: its errors by who spoke, None where nobody corrected the words.

    speakers: turns with the right speaker, of how many; None where turns were joined or parted.
    strange: items that no card of the call has."""

    name: str
    said: Mapping[Speaker, Errors] | None
    speakers: Share | None
    cases: tuple[Case, ...]
    strange: tuple[str, ...] = ()

    @property
    def errors(self) -> Errors | None:
        """All of its errors."""
        return None if self.said is None else together(tuple(self.said.values()))


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item over all calls, and the cases where machine and people differ."""

    id: str
    ask: str
    agreement: Agreement
    differing: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All that was measured. unknown: calls that are not stored, and why."""

    calls: tuple[Compared, ...]
    words: ErrorRate
    by_speaker: Mapping[Speaker, ErrorRate]
    swapped: tuple[tuple[str, str, int], ...]
    """Said, heard instead, how often: the commonest."""
    speakers: Share
    items: tuple[ItemFigures, ...]
    overall: Agreement
    unknown: tuple[Refusal, ...]


def measure(paths: Iterable[Path], home: Path, storage: Storage) -> Measured:
    """The figures over all calls of the files. Refusal where a file is not written as it should
    be, or none of its calls is stored."""
    corrected = [call for path in paths for call in read_corrected(path)]
    compared: list[Compared] = []
    unknown: list[Refusal] = []
    with Store(home, storage) as store:
        for call in corrected:
            try:
                compared.append(compare(call, _stored(call, store)))
            except Refusal as refusal:
                unknown.append(refusal)
    if not compared:
        raise unknown[0]
    for one in compared:
        unknown += [Refusal("measure.strange-item", one.name, found=item) for item in one.strange]
    return figures(compared, unknown)


def compare(corrected: Corrected, result: Result) -> Compared:
    """One call beside what is stored of it. Refusal where it has no scorecard."""
    name = PurePath(result.recording.sources[0]).name
    if result.call is None or not result.kept:
        raise Refusal("workflow.no-card", found=name)
    cases = tuple(_cases(name, corrected.items, result))
    known = {case.result.id for case in cases}
    return Compared(
        name=name,
        said=None if corrected.turns is None else _said(corrected.turns, result.call),
        speakers=_speakers(corrected.turns or (), result.call),
        cases=cases,
        strange=tuple(item for item in corrected.items if item not in known),
    )


def figures(compared: Sequence[Compared], unknown: Sequence[Refusal] = ()) -> Measured:
    """The figures over calls."""
    heard = [(call.said, call.errors) for call in compared if call.said is not None]
    of_speaker: dict[Speaker, list[Errors]] = {who: [] for who in Speaker}
    for said, _ in heard:
        for who, found in said.items():
            of_speaker[who].append(found)
    all_errors = [found for _, found in heard if found is not None]
    swapped = Counter(pair for found in all_errors for pair in found.swapped)
    cases = [case for call in compared for case in call.cases if not _for_people(case)]
    placed = [call.speakers for call in compared if call.speakers is not None]
    return Measured(
        calls=tuple(compared),
        words=error_rate(all_errors),
        by_speaker={who: error_rate(found) for who, found in of_speaker.items() if found},
        swapped=tuple((*pair, times) for pair, times in swapped.most_common(MOST_SWAPPED)),
        speakers=Share(sum(s.part for s in placed), sum(s.whole for s in placed)),
        items=tuple(_items(cases)),
        overall=_agreement(cases),
        unknown=tuple(unknown),
    )


def keep_decisions(measured: Measured, home: Path, storage: Storage, by: str) -> int:
    """Append the people's verdicts as decisions of that name; how many were new."""
    new = [
        case
        for call in measured.calls
        for case in call.cases
        if case.standing is None or (case.standing.by, case.standing.verdict) != (by, case.person)
    ]
    with Store(home, storage) as store:
        for case in new:
            decision = Decision(item=case.result.id, verdict=case.person, by=by)
            store.decide(case.card, decision)
    return len(new)


def _stored(call: Corrected, store: Store) -> Result:
    """By its recording; of several conversations in one file, by its id."""
    try:
        return recalled(call.recording, store)
    except Refusal:
        if not call.id:
            raise
        return recalled(call.id, store)


def _said(turns: Sequence[Said], call: Call) -> dict[Speaker, Errors]:
    """The errors by who spoke: channel by channel where the channels tell the speakers apart, so
    that a wrong speaker is no wrong word; else by the speakers of both."""
    heard = [Said(turn.speaker, turn.text, turn.channel) for turn in call.turns]
    channels = {turn.channel for turn in heard}
    if len(channels) < 2 or not all(turn.channel in channels for turn in turns):
        there = {turn.speaker for turn in (*turns, *heard)}
        return {
            who: _apart(
                [turn for turn in turns if turn.speaker == who],
                [turn for turn in heard if turn.speaker == who],
            )
            for who in Speaker
            if who in there
        }
    found: dict[Speaker, list[Errors]] = {}
    for channel in channels:
        mine = [turn for turn in turns if turn.channel == channel]
        theirs = [turn for turn in heard if turn.channel == channel]
        found.setdefault(_mostly(mine or theirs), []).append(_apart(mine, theirs))
    return {who: together(found[who]) for who in Speaker if who in found}


def _apart(said: Sequence[Said], heard: Sequence[Said]) -> Errors:
    return errors("".join(turn.text for turn in said), "".join(turn.text for turn in heard))


def _mostly(turns: Sequence[Said]) -> Speaker:
    """Who says most of it."""
    said: Counter[Speaker] = Counter()
    for turn in turns:
        said[turn.speaker] += len(turn.text)
    return said.most_common(1)[0][0]


def _speakers(turns: Sequence[Said], call: Call) -> Share | None:
    if not turns or len(turns) != len(call.turns):
        return None
    right = sum(a.speaker == b.speaker for a, b in zip(turns, call.turns, strict=True))
    return Share(right, len(turns))


def _cases(name: str, items: Mapping[str, Verdict], result: Result) -> Iterator[Case]:
    """Of the call's last card by each template, the items on which a person gives a verdict."""
    last = result.kept[0]
    seen: set[str] = set()
    for kept in result.kept:
        current = (kept.transcript, kept.revision) == (last.transcript, last.revision)
        if not current or kept.card.template in seen:
            continue
        seen.add(kept.card.template)
        decided = standing(kept.decisions)
        for line in kept.card.items:
            if line.id in items:
                yield Case(
                    call=name,
                    card=kept.id,
                    result=line,
                    person=items[line.id],
                    standing=decided.get(line.id),
                )


def _for_people(case: Case) -> bool:
    """Items without a rule: nothing of the machine's to be right or wrong."""
    return case.result.reason.key == "scoring.person-answers"


def _items(cases: Sequence[Case]) -> Iterator[ItemFigures]:
    """In the order of the cards."""
    for item in dict.fromkeys(case.result.id for case in cases):
        own = [case for case in cases if case.result.id == item]
        yield ItemFigures(
            id=item,
            ask=own[0].result.ask,
            agreement=_agreement(own),
            differing=tuple(case for case in own if case.result.verdict != case.person),
        )


def _agreement(cases: Sequence[Case]) -> Agreement:
    return agreement((case.result.verdict, case.person) for case in cases)
