"""A Whisper with random weights, written straight into CTranslate2's files: true sizes, no words.

    from benchmarks.random_whisper import BASE, TINY, write

    write(BASE, folder)      # loads like any faster-whisper model

For measuring speed and for testing the plumbing where no trained model may be needed. Neither torch
nor transformers is used. The tokenizer follows Whisper's id layout; every ordinary id is a Chinese
character, so that a random model babbles in characters.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES as CODES
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

END = 50_257
SPECIALS = (
    ["<|endoftext|>", "<|startoftranscript|>"]
    + [f"<|{code}|>" for code in CODES if code != "yue"]  # 99, as in every Whisper before v3
    + ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    + ["<|notimestamps|>"]
    + [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
)


@dataclass(frozen=True)
class Size:
    """The numbers that OpenAI gives its models."""

    width: int
    heads: int
    layers: int
    mels: int = 80
    positions: int = 1500
    tokens: int = 51_865
    text_positions: int = 448
    decoder_layers: int = 0
    """0: as many as the encoder has."""


TURBO = Size(width=1280, heads=20, layers=32, mels=128, decoder_layers=4)
"""large-v3-turbo, but for one token of its vocabulary."""
SMALL = Size(width=768, heads=12, layers=12)
BASE = Size(width=512, heads=8, layers=6)
TINY = Size(width=64, heads=1, layers=1)


def write(size: Size, folder: Path, seed: int = 0) -> Path:
    """The model's files in the folder: model.bin (int8), config, vocabulary, tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    depth = size.decoder_layers or size.layers
    spec = WhisperSpec(size.layers, size.heads, depth, size.heads)
    _weights(spec, size, np.random.default_rng(seed))
    vocabulary = _vocabulary()
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [END]
    spec.config.lang_ids = [END + 2 + i for i in range(99)]
    spec.config.alignment_heads = [[depth - 1, 0]]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    seconds = size.positions // 50
    config = {"feature_size": size.mels, "chunk_length": seconds}
    (folder / "preprocessor_config.json").write_text(json.dumps(config))
    return folder


def _weights(spec: Any, size: Size, random: np.random.Generator) -> None:
    def normal(*shape: int, scale: float = 0.05) -> Any:
        return (random.standard_normal(shape) * scale).astype(np.float32)

    def linear(part: Any, rows: int, columns: int, bias: bool = True) -> None:
        part.weight = normal(rows, columns, scale=columns**-0.5)
        if bias:
            part.bias = normal(rows)

    def norm(part: Any) -> None:
        part.gamma, part.beta = np.ones(w, np.float32), np.zeros(w, np.float32)

    def block(layer: Any, attentions: list[Any]) -> None:
        for attention in attentions:
            norm(attention.layer_norm)
            shapes = [3 * w, w] if len(attention.linear) == 2 else [w, 2 * w, w]
            for part, rows in zip(attention.linear, shapes, strict=True):
                linear(part, rows, w)
        norm(layer.ffn.layer_norm)
        linear(layer.ffn.linear_0, 4 * w, w)
        linear(layer.ffn.linear_1, w, 4 * w)

    w = size.width
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = normal(w, size.mels, 3), normal(w)
    encoder.conv2.weight, encoder.conv2.bias = normal(w, w, 3), normal(w)
    encoder.position_encodings.encodings = _sines(size.positions, w)
    norm(encoder.layer_norm)
    for layer in encoder.layer:
        block(layer, [layer.self_attention])
    decoder.embeddings.weight = normal(size.tokens, w, scale=0.3)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.position_encodings.encodings = normal(size.text_positions, w, scale=0.3)
    norm(decoder.layer_norm)
    for layer in decoder.layer:
        block(layer, [layer.self_attention, layer.attention])


def _sines(length: int, width: int) -> Any:
    rates = np.exp(-np.log(10_000) / (width // 2 - 1) * np.arange(width // 2))
    angles = np.arange(length)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def _vocabulary() -> list[str]:
    """Bytes, characters and pairs of characters (as their bytes are spelled), "", the specials."""
    han = [chr(0x4E00 + i) for i in range(20_992)]
    words = [*han, *(first + han[0] for first in han), *(first + han[1] for first in han)]
    spelled = [_spelled(word) for word in words[: END - 1 - 256]]
    return [*sorted(ByteLevel.alphabet()), *spelled, "", *SPECIALS]


def _spelled(text: str) -> str:
    return ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)[0][0]


def _tokenizer(vocabulary: list[str]) -> Tokenizer:
    ids = {token: i for i, token in enumerate(vocabulary[:END])}
    tokenizer = Tokenizer(BPE(vocab=ids, merges=[], fuse_unk=False))
    tokenizer.pre_tokenizer = Sequence(
        [Split(Regex("."), "isolated"), ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIALS])
    return tokenizer
