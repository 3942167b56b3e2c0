"""Makes sample calls: recordings, call records, scripts and truth.

    python -m sample_audio.make --out sample_audio/calls            # the committed set
    python -m sample_audio.make --seed 7 --out /tmp/other           # the same stories, other words
    python -m sample_audio.make --seed 7 --count 200 --out /tmp/all # calls of every kind, by chance

Needs libespeak-ng1 and the extra `train` (scipy).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sample_audio.catalogue import CATALOGUE, Entry
from sample_audio.dialogues import dialogue
from sample_audio.recording import Line, record, write
from sample_audio.script import Script
from sample_audio.staging import stage_afresh
from sample_audio.truth import describe

SEED = 20
"""Seed of the committed set."""
SPACING = 1_000  # seeds of sets lie so far apart
WHO = {"agent": "坐席", "customer": "客户", "other": "提示音"}


def make(entry: Entry, seed: int, out: Path) -> dict[str, Any]:
    """Make one call of the catalogue; its truth."""
    script = dialogue(seed, failing=entry.failing, wish=entry.wish)
    if not entry.record:
        script = replace(script, hung_up_by=None)
    return produce(entry.name, script, entry.line, out, record_wanted=entry.record)


def produce(
    name: str, script: Script, line: Line, out: Path, *, record_wanted: bool = True
) -> dict[str, Any]:
    """Speak, record and write one call; its truth."""
    scene = stage_afresh(script, prompt=line.prompt)
    about = call_record(script, line, scene.answered) if record_wanted else None
    truth = describe(name, scene, line, about)
    for folder in (out, out / "truth", out / "scripts"):
        folder.mkdir(parents=True, exist_ok=True)
    files = write(record(scene, line), out / name, line)
    truth["files"] = [file.name for file in files]
    if about is not None:
        _json(out / f"{name}.json", about)
    _json(out / "truth" / f"{name}.json", truth)
    (out / "scripts" / f"{name}.txt").write_text(_readable(truth), encoding="utf-8")
    return truth


def call_record(script: Script, line: Line, answered: float) -> dict[str, Any]:
    """What the telephone system would say of the call."""
    random = Random(f"record/{script.seed}")
    started = datetime(2026, 3, 2 + random.randrange(5), 9)
    started += timedelta(seconds=random.randrange(9 * 3600))
    number = script.customer_number.replace("，", "")
    digits = "".join(str("零幺二三四五六七八九".index(digit)) for digit in number)
    found = {
        "id": f"{started:%Y%m%d}-{script.seed % 100_000:05}",
        "started": started.isoformat(),
        "agent": "".join(str("零幺二三四五六七八九".index(d)) for d in script.agent_number),
        "team": random.choice(("一组", "二组", "三组")),
        "queue": script.business,
        "direction": script.direction,
        "answered": round(answered, 3) if line.prompt else None,
        "hung_up_by": script.hung_up_by,
        "customer_number": digits[:3] + "****" + digits[-4:],
        "satisfaction": random.choice((None, None, 5, 5, 4, 3)),
        "agent_channel": line.agent_channel if line.layout == "stereo" else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def any_line(seed: int) -> Line:
    """How a call of chance was recorded: mostly A-law stereo, more or less noisy."""
    random = Random(f"line/{seed}")
    encoder = random.choice(("alaw",) * 7 + ("ulaw", "mp3", "opus"))
    leak = random.uniform(22, 30) if random.random() < 0.1 else None
    noise = round(random.uniform(-60, -42), 1)
    return Line(encoder=encoder, noise_db=noise, leak_db=leak, prompt=random.random() < 0.05)


def chance(seed: int, count: int, out: Path) -> Iterator[dict[str, Any]]:
    """Calls of every kind: half of them good, failings by chance, one in ten without a record."""
    for number in range(seed * SPACING, seed * SPACING + count):
        script = dialogue(number)
        wanted = script.hung_up_by is not None
        yield produce(f"{number:07}", script, any_line(number), out, record_wanted=wanted)


def _json(path: Path, value: dict[str, Any]) -> None:
    """One line for each value of the first two levels: short, and good to compare."""
    path.write_text(_block(value, 2) + "\n", encoding="utf-8")


def _block(value: object, levels: int) -> str:
    if levels and isinstance(value, dict) and value:
        inner = (f"{json.dumps(k)}: {_block(v, levels - 1)}" for k, v in value.items())
        return "{\n" + ",\n".join(inner) + "\n}"
    if levels and isinstance(value, list) and value:
        return "[\n" + ",\n".join(_block(v, levels - 1) for v in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def _readable(truth: dict[str, Any]) -> str:
    """The script as people read it."""
    failing = [f"{name}" for name, item in truth["items"].items() if item["expect"] == "fail"]
    lines = [f"# {truth['name']} — {truth['company']}, {truth['direction']}"]
    lines.append("# 应扣 must fail: " + ("、".join(failing) or "无 nothing"))
    for turn in truth["turns"]:
        text = turn["text"] or "（音乐、铃声）"
        lines.append(f"{turn['start']:7.2f} {turn['end']:7.2f} {WHO[turn['speaker']]} {text}")
    for name, item in truth["items"].items():
        for place in item["where"]:
            lines.append(f"! {name} {place['start']:.2f}–{place['end']:.2f} {place['quote']}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, help="calls by chance instead of the catalogue")
    chosen = parser.parse_args()
    if chosen.count:
        for truth in chance(chosen.seed, chosen.count, chosen.out):
            print(truth["name"], truth["duration"], flush=True)
        return
    for place, entry in enumerate(CATALOGUE):
        truth = make(entry, chosen.seed * SPACING + place, chosen.out)
        print(truth["name"], truth["duration"], flush=True)


if __name__ == "__main__":
    main()
