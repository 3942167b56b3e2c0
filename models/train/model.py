"""The recogniser: a small Whisper, in plain PyTorch, with Whisper's own parameter names.

Two things differ from the original while it is being trained. Token ids are compact (tokenizer.py),
and the encoder carries a second head that names the syllable spoken in every 20 ms; it makes the
encoder learn from the first minute and is thrown away at export.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Size:
    """8.5 M parameters with these numbers: the smallest that read random words well."""

    width: int = 256
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 3  # the third keeps the place in a window with several sentences
    mels: int = 80
    positions: int = 1500  # 30 s, as in every Whisper; trained on windows of up to 9 s
    text_positions: int = 448


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, source: Tensor | None = None, causal: bool = False) -> Tensor:
        source = x if source is None else source
        q, k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.q_proj(x), self.k_proj(source), self.v_proj(source))
        )
        # By hand: on CPUs the backward pass of scaled_dot_product_attention takes 1.4 x as long.
        weights = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        if causal:
            length = weights.shape[-1]
            weights = weights + torch.full((length, length), -torch.inf).triu(1).to(weights.dtype)
        y = weights.softmax(-1) @ v
        return self.out_proj(y.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """One block of the encoder, or, with `cross`, of the decoder."""

    def __init__(self, size: Size, cross: bool) -> None:
        super().__init__()
        self.self_attn = Attention(size.width, size.heads)
        self.self_attn_layer_norm = nn.LayerNorm(size.width)
        if cross:
            self.encoder_attn = Attention(size.width, size.heads)
            self.encoder_attn_layer_norm = nn.LayerNorm(size.width)
        self.fc1 = nn.Linear(size.width, 4 * size.width)
        self.fc2 = nn.Linear(4 * size.width, size.width)
        self.final_layer_norm = nn.LayerNorm(size.width)

    def forward(self, x: Tensor, heard: Tensor | None = None) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x), causal=heard is not None)
        if heard is not None:
            x = x + self.encoder_attn(self.encoder_attn_layer_norm(x), heard)
        return x + self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x))))


class Encoder(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(size.mels, size.width, 3, padding=1)
        self.conv2 = nn.Conv1d(size.width, size.width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(size.positions, size.width)
        self.embed_positions.weight.data = sinusoids(size.positions, size.width)
        self.embed_positions.requires_grad_(False)
        self.layers = nn.ModuleList(Layer(size, cross=False) for _ in range(size.encoder_layers))
        self.layer_norm = nn.LayerNorm(size.width)

    def forward(self, mel: Tensor) -> Tensor:
        """mel (B, 80, 2n) → (B, n, width), one row per 20 ms."""
        x = functional.gelu(self.conv2(functional.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.embed_positions.weight[: x.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.layer_norm(x)


class Decoder(nn.Module):
    def __init__(self, size: Size, tokens: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(tokens, size.width)
        self.embed_positions = nn.Embedding(size.text_positions, size.width)
        self.layers = nn.ModuleList(Layer(size, cross=True) for _ in range(size.decoder_layers))
        self.layer_norm = nn.LayerNorm(size.width)

    def forward(self, tokens: Tensor, heard: Tensor) -> Tensor:
        """tokens (B, t), heard (B, n, width) → states (B, t, width)."""
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        for layer in self.layers:
            x = layer(x, heard)
        return self.layer_norm(x)


class Whisper(nn.Module):
    """`unused`: how many ids of the real vocabulary the junk row, compact id 0, stands for."""

    def __init__(self, size: Size, tokens: int, syllables: int, unused: int) -> None:
        super().__init__()
        self.encoder = Encoder(size)
        self.decoder = Decoder(size, tokens)
        self.frame_head = nn.Linear(size.width, syllables)
        self.unused = unused
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)) and module.weight.requires_grad:
                nn.init.normal_(module.weight, std=0.02)
                if isinstance(module, nn.Linear) and module.bias is not None:
                    nn.init.zeros_(module.bias)
        for layer in [*self.encoder.layers, *self.decoder.layers]:
            nn.init.normal_(layer.fc2.weight, std=0.01)  # type: ignore[arg-type, union-attr]

    def logits(self, states: Tensor) -> Tensor:
        """(…, width) → (…, tokens). The junk row counts as often as it will be copied."""
        scores = functional.linear(states, self.decoder.embed_tokens.weight)
        junk = torch.zeros_like(scores[..., :1]) + math.log(self.unused)
        return scores + functional.pad(junk, (0, scores.shape[-1] - 1))


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's fixed positions: sines in the first half of the channels, cosines in the second."""
    rates = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
