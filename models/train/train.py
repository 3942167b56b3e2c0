"""Train the recogniser, from nothing or from where it stopped.

    python -m models.train.train --folder FOLDER --hours 400

reads the shards in FOLDER/*/ (synthesise.py), writes FOLDER/last.pt every 200 steps and goes on
from it when started again. Two cores with bf16 matrices (AMX) hear some 180 h of speech in an hour.
Set MALLOC_MMAP_THRESHOLD_ and MALLOC_TRIM_THRESHOLD_ to some GB, as `python -m models.train` does:
otherwise a tenth of the time goes into fresh pages.

The decoder's loss alone teaches nothing for a long time: it must find out at once what is said and
where. So the encoder is told for every 40 ms which syllable is spoken, and learns it in minutes;
the decoder then only has to look. Windows begin short, where it can't look at the wrong place.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

from models.train.model import Size, Whisper
from models.train.synthesise import syllables
from models.train.tokenizer import WINDOW, Compact
from models.train.windows import Batch, batch, load

STAGES = (  # until so many hours were heard: s of sound a step, {s of a window: share of steps}
    (12, 120, {3.0: 1.0}),
    (25, 120, {3.0: 0.3, 6.0: 0.7}),
    (1e9, 180, {3.0: 0.15, 6.0: 0.4, WINDOW: 0.43, 30.0: 0.02}),
)  # a window of 30 s is one of `WINDOW`, its features padded with zeros as some programs do
TIMED = 0.1  # share of windows with timestamps in their text, once windows are long
WIDE = 0.04  # share of steps on wide-band sound

RATE = 1.5e-3  # peak learning rate of AdamW
MUON_RATE = 2.0  # times as much for Muon: its steps are as large in every direction
WARM_UP = 150  # steps
FALLING = 0.5  # the last part of the hours, in which the learning rate falls to nothing
FRAME_WEIGHT = 1.0  # of the syllables' loss beside the decoder's
SMOOTHING = 0.999  # the exported weights are a running mean of the trained ones
FRESH_SHARDS = 300  # steps between two looks for new shards
SAVE = 200  # steps


@dataclass
class State:
    step: int = 0
    heard: float = 0.0  # h


class Windows(IterableDataset[Batch]):
    """Batches from `state` on; the same steps give the same batches from the same shards."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder, self.state = folder, state

    def __iter__(self) -> Iterator[Batch]:
        ids, step, heard = Compact(), self.state.step, self.state.heard
        pools = None
        while True:
            if pools is None or step % FRESH_SHARDS == 0:
                pools = load(*sorted(f for f in self.folder.iterdir() if f.is_dir()))
            random = np.random.default_rng((7, step))
            sound, lengths = next(stage[1:] for stage in STAGES if heard < stage[0])
            seconds = float(random.choice(list(lengths), p=list(lengths.values())))
            wide = 16_000 in pools and random.random() < WIDE
            window = min(seconds, WINDOW)
            count = round(sound / (seconds if seconds <= WINDOW else 2 * window))
            timed = TIMED if len(lengths) > 2 else 0.0
            made = batch(pools[16_000 if wide else 8_000], window, count, random, ids, timed)
            if seconds > WINDOW:
                made.mel = functional.pad(made.mel, (0, round(seconds * 100) - made.mel.shape[-1]))
                made.frames = functional.pad(
                    made.frames, (0, made.mel.shape[-1] // 2 - made.frames.shape[1])
                )
            yield made
            step, heard = step + 1, heard + count * window / 3600


def losses(model: Whisper, made: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Decoder loss, frame loss, and (2,) the share of tokens and of spoken frames that is right."""
    heard = model.encoder(made.mel)
    named = model.frame_head(heard[:, ::2]).flatten(0, 1)  # every 40 ms is enough, and cheaper
    names = made.frames[:, ::2].flatten()
    said = model.logits(model.decoder(made.tokens, heard)).flatten(0, 1)
    text = made.targets.flatten()
    with torch.no_grad():
        right = (said.argmax(-1) == text)[text >= 0].float().mean()
        frames_right = (named.argmax(-1) == names)[names > 0].float().mean()
    return (
        functional.cross_entropy(said.float(), text, ignore_index=-100),
        functional.cross_entropy(named.float(), names),
        torch.stack([right, frames_right]),
    )


def optimisers(model: Whisper) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for all else: embeddings, convolutions, biases."""
    matrices = [
        p for n, p in model.named_parameters() if p.requires_grad and p.ndim == 2 and "layers" in n
    ]
    chosen = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if p.requires_grad and id(p) not in chosen]
    return [
        torch.optim.Muon(
            [{"params": matrices, "scale": MUON_RATE}],
            lr=RATE,
            weight_decay=0.05,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(rest, lr=RATE, weight_decay=0.01, betas=(0.9, 0.98)),
    ]


def learning_rate(state: State, hours: float) -> float:
    left = (hours - state.heard) / hours
    return RATE * min(1.0, (state.step + 1) / WARM_UP) * min(1.0, max(0.01, left / FALLING))


def train(folder: Path, hours: float) -> None:
    """Hear until `hours` of sound were heard in all, over this run and those before."""
    torch.manual_seed(7)
    ids = Compact()
    model = Whisper(Size(), len(ids), len(syllables()) + 1, ids.unused)
    smooth = {n: p.detach().clone() for n, p in model.named_parameters()}
    both = optimisers(model)
    state = State()
    last = folder / "last.pt"
    if last.exists():
        saved = torch.load(last)
        model.load_state_dict(saved["model"])
        smooth = saved["smooth"]
        for optimiser, values in zip(both, saved["optimisers"], strict=True):
            optimiser.load_state_dict(values)
        state = State(saved["step"], saved["heard"])
        print(f"on from step {state.step}, {state.heard:.1f} h heard", flush=True)
    windows = DataLoader(Windows(folder, state), batch_size=None, num_workers=1, prefetch_factor=4)
    told, began, seen = torch.zeros(4), time.time(), state.heard

    for made in windows:
        if state.heard >= hours:
            break
        for optimiser in both:
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(state, hours) * group.get("scale", 1.0)
        with torch.autocast("cpu", torch.bfloat16):
            text_loss, frame_loss, right = losses(model, made)
        (text_loss + FRAME_WEIGHT * frame_loss).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in both:
            optimiser.step()
            optimiser.zero_grad()
        state.step += 1
        state.heard += float((made.mel.shape[0] * min(made.mel.shape[2] / 100, WINDOW)) / 3600)
        keep = min(SMOOTHING, state.step / (state.step + 20))
        with torch.no_grad():
            for name, p in model.named_parameters():
                smooth[name].lerp_(p, 1 - keep)
        told += torch.stack([text_loss.detach(), frame_loss.detach(), *right]) / 20
        if state.step % 20 == 0:
            speed = (state.heard - seen) * 3600 / (time.time() - began)
            print(
                f"step {state.step} heard {state.heard:.1f} h  text {told[0]:.3f} ({told[2]:.3f})  "
                f"frames {told[1]:.3f} ({told[3]:.3f})  {speed:.0f} x real time",
                flush=True,
            )
            told, began, seen = torch.zeros(4), time.time(), state.heard
        if state.step % SAVE == 0:
            save(last, model, smooth, both, state)
    save(last, model, smooth, both, state)


def save(
    file: Path,
    model: Whisper,
    smooth: dict[str, Tensor],
    both: list[torch.optim.Optimizer],
    state: State,
) -> None:
    part = file.with_suffix(".part")
    content = {
        "model": model.state_dict(),
        "smooth": smooth,
        "optimisers": [optimiser.state_dict() for optimiser in both],
        "step": state.step,
        "heard": state.heard,
    }
    torch.save(content, part)
    part.rename(file)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--hours", type=float, default=400)
    given = arguments.parse_args()
    train(given.folder, given.hours)
