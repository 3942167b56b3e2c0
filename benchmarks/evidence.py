"""What the product finds in calls whose truth is known: failings, false accusations, times, roles.

    python -m benchmarks.evidence --part words --calls 1000    # perfect transcripts, any seed
    python -m benchmarks.evidence --part samples               # the committed calls, end to end
    python -m benchmarks.evidence --part unseen --calls 200    # generated calls
    python -m benchmarks.evidence --part mono --calls 60       # both sides on one channel
    python -m benchmarks.evidence --ear perfect …              # without the recogniser's errors

Every part prints a table and writes its section of docs/evidence.md. What was heard is kept in
--work, so a run that was broken off goes on where it was. Unseen calls need libespeak-ng1 and the
extra `train`. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import copyreg
import pickle
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

from benchmarks.evidence_figures import Tally, tally, write_section
from benchmarks.perfect_ear import PerfectEar
from pipeline.call import Call, CallRecord, Speaker
from pipeline.configuration.resources import folder
from pipeline.scoring.ruleset import Ruleset, load_ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Settings
from pipeline.speech.listen import hear
from pipeline.speech.recognizer import Recognizer, open_recognizer
from pipeline.speech.sources import Source, sources
from pipeline.text.lexicon import load_lexicons
from pipeline.text.private import masked
from pipeline.text.timing import reply_latencies, silences
from sample_audio.dialogues import dialogue
from sample_audio.make import SPACING, any_line, call_record, produce
from sample_audio.recording import Line
from sample_audio.scene import rehearse
from sample_audio.truth import call_of, describe, read_truth

TEMPLATE = "telecom-inbound"
SEED = 61803  # a rule was learned from it (docs/evidence.md): take another for a fresh look
SETTINGS = Settings()
NEAR = 1.0  # seconds: a reply or silence found so near is the one of the truth
copyreg.pickle(MappingProxyType, lambda known: (_frozen, (dict(known),)))
AT_ONCE = 8  # recordings whose windows share batches
PEOPLE = (Speaker.AGENT, Speaker.CUSTOMER)


def words(seed: int, count: int, rules: Ruleset) -> Iterator[dict[str, Any]]:
    """Scripts with guessed times, straight into scoring."""
    for number in range(seed * SPACING, seed * SPACING + count):
        script = dialogue(number)
        record = call_record(script, Line(), 0.0) if script.hung_up_by else None
        truth = describe(f"{number:07}", rehearse(script), Line(), record)
        yield judged(truth, masked(call_of(truth)), rules)


def recordings(
    found: Iterable[tuple[Source, dict[str, Any]]], ear: Recognizer, rules: Ruleset, work: Path
) -> Iterator[dict[str, Any]]:
    """Recordings through the product, or what is kept of an earlier run with the same ear."""
    lexicons = load_lexicons(folder("lexicons"))
    for some in _chunks(found, 1 if isinstance(ear, PerfectEar) else AT_ONCE):
        kept = [work / f"{t['name']}-{crc32(ear.engine.encode()):08x}.call" for _, t in some]
        new = [
            (source, file)
            for (source, _), file in zip(some, kept, strict=True)
            if not file.exists()
        ]
        if isinstance(ear, PerfectEar):
            ear.listen_to(some[0][1])
        heard = hear([source for source, _ in new], ear, SETTINGS, lexicons)
        for (_, file), one in zip(new, heard, strict=True):
            if one.call is None:
                raise SystemExit(f"{one.source.paths}: {one.refusal}")
            file.write_bytes(pickle.dumps(one.call))
        for (_, truth), file in zip(some, kept, strict=True):
            yield judged(truth, pickle.loads(file.read_bytes()), rules)


def _chunks(
    found: Iterable[tuple[Source, dict[str, Any]]], size: int
) -> Iterator[list[tuple[Source, dict[str, Any]]]]:
    rest = iter(found)
    while some := list(islice(rest, size)):
        yield some


def judged(truth: dict[str, Any], call: Call, rules: Ruleset) -> dict[str, Any]:
    """The verdicts beside what was expected, and how far times and roles are off."""
    card = draft(call, rules, SETTINGS.scoring)
    perfect = call_of(truth)
    return {
        "name": truth["name"],
        "items": [
            {
                "item": item.id,
                # what costs nothing and only asks has no truth
                "expect": truth["items"].get(item.id, {"expect": "open"})["expect"],
                "verdict": item.verdict.value,
                "quotes": [hit.quote or hit.what for hit in item.evidence][:3],
            }
            for item in card.items
        ],
        "replies": _errors(
            [(r.at + r.seconds, r.seconds) for r in reply_latencies(call) or ()],
            [(r.at + r.seconds, r.seconds) for r in reply_latencies(perfect) or ()],
        ),
        "silences": _errors(
            [((s.start + s.end) / 2, s.seconds) for s in silences(call, 1.0) or ()],
            [((s.start + s.end) / 2, s.seconds) for s in silences(perfect, 1.5) or ()],
        ),
        "roles": list(_roles(call, perfect)),
        "remarks": [remark.key for remark in call.remarks],
        "text": [f"{turn.speaker} {turn.text}" for turn in call.turns],
    }


def _frozen(known: dict[str, str | float]) -> MappingProxyType[str, str | float]:
    return MappingProxyType(known)


def _errors(
    found: list[tuple[float, float]], true: list[tuple[float, float]]
) -> list[float | None]:
    """How many seconds each true length is off; None where it was not found."""
    errors: list[float | None] = []
    for at, seconds in true:
        near = [(abs(place - at), abs(length - seconds)) for place, length in found]
        best = min(near, default=(NEAR, 0.0))
        errors.append(round(best[1], 3) if best[0] < NEAR else None)
    return errors


def _roles(call: Call, perfect: Call) -> Iterator[str]:
    """For every true turn of a person: right, wrong, unknown or lost."""
    for turn in perfect.turns:
        if turn.speaker not in PEOPLE:
            continue
        shares: dict[Speaker, float] = {}
        for found in (f for f in call.turns if f.channel == turn.channel):
            common = min(found.end, turn.end) - max(found.start, turn.start)
            if common > 0:
                shares[found.speaker] = shares.get(found.speaker, 0.0) + common
        most = max(shares, key=lambda who: shares[who], default=None)
        if most is None:
            yield "lost"
        else:
            yield "right" if most == turn.speaker else "wrong" if most in PEOPLE else "unknown"


def committed() -> Iterator[tuple[Source, dict[str, Any]]]:
    """The committed samples; the one with swapped channels as after `--swap`."""
    calls = folder("sample_audio") / "calls"
    yield from _with_truth(calls)


def _with_truth(calls: Path) -> Iterator[tuple[Source, dict[str, Any]]]:
    for source in sources([calls], SETTINGS.audio):
        stem = source.paths[0].stem.removesuffix("_agent")
        truth = read_truth(calls / "truth" / f"{stem}.json")
        if truth["line"]["agent_channel"]:
            record = source.record or CallRecord()
            source = replace(
                source, record=replace(record, agent_channel=truth["line"]["agent_channel"])
            )
        yield source, truth


def unseen(
    seed: int, count: int, work: Path, mono: bool
) -> Iterator[tuple[Source, dict[str, Any]]]:
    """Calls by chance, made where they are not there yet."""
    calls = work / ("mono" if mono else "calls")
    for number in range(seed * SPACING, seed * SPACING + count):
        name = f"{number:07}"
        if not (calls / "truth" / f"{name}.json").exists():
            script = dialogue(number)
            line = (
                replace(any_line(number), layout="mono", leak_db=None) if mono else any_line(number)
            )
            produce(name, script, line, calls, record_wanted=script.hung_up_by is not None)
    wanted = {f"{number:07}" for number in range(seed * SPACING, seed * SPACING + count)}
    yield from (pair for pair in _with_truth(calls) if pair[1]["name"] in wanted)


def run(chosen: argparse.Namespace, rules: Ruleset) -> tuple[Tally, str]:
    """One part of the evidence, and what heard it."""
    part, work = chosen.part, chosen.work
    if part == "words":
        return tally(words(chosen.seed, chosen.calls, rules)), ""
    ear = PerfectEar() if chosen.ear == "perfect" else open_recognizer(SETTINGS.speech)
    if part == "samples":
        found = committed()
    else:
        found = unseen(chosen.seed, chosen.calls, work, part == "mono")
    kept = work / f"{part}-{chosen.ear}"
    kept.mkdir(parents=True, exist_ok=True)
    return tally(recordings(found, ear, rules, kept)), ear.engine


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=("words", "samples", "unseen", "mono"), required=True)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--ear", choices=("product", "perfect"), default="product")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "zhiyin-evidence"
    )
    parser.add_argument("--show", action="store_true", help="print every disagreement")
    chosen = parser.parse_args()
    rules = load_ruleset(TEMPLATE, folder("scorecards"), folder("lexicons"))
    result, engine = run(chosen, rules)
    if chosen.show:
        print("\n".join(result.disagreements))
    write_section(chosen.part, engine, chosen.seed, result)


if __name__ == "__main__":
    main()
