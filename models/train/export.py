"""Turn a checkpoint into a model folder that faster-whisper loads: int8 weights, all the files.

    python -m models.train.export CHECKPOINT FOLDER

The compact vocabulary becomes Whisper's full one: every id that training never used gets a copy of
the junk row. The frame head stays behind. CTranslate2's converter reads Hugging Face's classes, so
the weights pass through one of these.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import torch
from ctranslate2.converters import TransformersConverter
from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

from models.train import tokenizer as ids
from models.train.model import Size

SPACE = 220  # the byte token of a blank: nothing begins with one, but silence may end at once
WINDOW_SECONDS = ids.WINDOW - 0.5  # s: what the product fills; a margin for what it pads
BEAM_SIZE = 5


def configuration(size: Size) -> WhisperConfig:
    return WhisperConfig(
        vocab_size=ids.SIZE,
        num_mel_bins=size.mels,
        d_model=size.width,
        encoder_layers=size.encoder_layers,
        decoder_layers=size.decoder_layers,
        encoder_attention_heads=size.heads,
        decoder_attention_heads=size.heads,
        encoder_ffn_dim=4 * size.width,
        decoder_ffn_dim=4 * size.width,
        max_source_positions=size.positions,
        max_target_positions=size.text_positions,
        bos_token_id=ids.END,
        eos_token_id=ids.END,
        pad_token_id=ids.END,
        decoder_start_token_id=ids.START,
        suppress_tokens=[],
        begin_suppress_tokens=[SPACE],
    )


def generation(size: Size) -> GenerationConfig:
    """`alignment_heads`: all of the last two layers; in so small a model each follows the sound."""
    layers = range(size.decoder_layers - 2, size.decoder_layers)
    return GenerationConfig(
        decoder_start_token_id=ids.START,
        eos_token_id=ids.END,
        pad_token_id=ids.END,
        suppress_tokens=[],
        begin_suppress_tokens=[SPACE],
        lang_to_id={f"<|{code}|>": ids.START + 1 + i for i, code in enumerate(ids.LANGUAGES)},
        task_to_id={"transcribe": ids.TRANSCRIBE, "translate": ids.TRANSLATE},
        no_timestamps_token_id=ids.NO_TIMESTAMPS,
        is_multilingual=True,
        alignment_heads=[[layer, head] for layer in layers for head in range(size.heads)],
    )


def full_weights(smooth: dict[str, torch.Tensor], size: Size) -> dict[str, torch.Tensor]:
    """The exported names and shapes: (51,865, width) tokens out of the compact ones."""
    weights = {f"model.{n}": w for n, w in smooth.items() if not n.startswith("frame_head")}
    name = "model.decoder.embed_tokens.weight"
    compact = weights[name]
    table = compact[:1].repeat(ids.SIZE, 1)
    table[ids.Compact().real[1:]] = compact[1:]
    weights[name] = weights["proj_out.weight"] = table
    return weights


def preprocessor(size: Size) -> dict[str, object]:
    """What the FeatureExtractor is told; a chunk is as long as training's windows."""
    return {
        "chunk_length": round(ids.WINDOW),
        "feature_extractor_type": "WhisperFeatureExtractor",
        "feature_size": size.mels,
        "hop_length": 160,
        "n_fft": 400,
        "sampling_rate": 16_000,
    }


def export(checkpoint: Path, folder: Path) -> None:
    """Write config.json, model.bin, vocabulary.json, tokenizer.json and two small ones."""
    saved = torch.load(checkpoint, map_location="cpu")
    size = Size()
    model = WhisperForConditionalGeneration(configuration(size))
    missing, unexpected = model.load_state_dict(full_weights(saved["smooth"], size), strict=False)
    if unexpected or set(missing) - {"model.encoder.embed_positions.weight"}:
        raise ValueError(f"not this model's weights: {missing} {unexpected}")
    model.generation_config = generation(size)
    with tempfile.TemporaryDirectory() as place:
        model.save_pretrained(place)
        ids.write(Path(place))
        (Path(place) / "preprocessor_config.json").write_text(json.dumps(preprocessor(size)))
        (Path(place) / "tokenizer_config.json").write_text(
            json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"})
        )
        converter = TransformersConverter(
            place, copy_files=["tokenizer.json", "preprocessor_config.json"]
        )
        converter.convert(str(folder), quantization="int8", force=True)
    about = {
        "demonstration": True,  # it understands synthetic speech only
        "window_seconds": WINDOW_SECONDS,
        "beam_size": BEAM_SIZE,
        "heard_hours": round(saved["heard"]),
    }
    (folder / "zhiyin.json").write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("checkpoint", type=Path)
    arguments.add_argument("folder", type=Path)
    given = arguments.parse_args()
    export(given.checkpoint, given.folder)
