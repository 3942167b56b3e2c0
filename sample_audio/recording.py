"""From tracks to a recording: the telephone's band, levels, leakage, noise, channels, codec."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

import av
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt

from models.train.voice import RATE as STAGE_RATE
from sample_audio.noise import line_noise
from sample_audio.scene import Scene
from sample_audio.script import AGENT, CUSTOMER, OTHER

Channels = NDArray[np.float32]
"""(channels, n) in [-1, 1]."""

RATE = 8_000
BAND = (80, 3_600)  # Hz; a digital exchange cuts no more, and voice activity needs the low end
LOUDNESS = (-24.0, -18.0)  # dB, RMS of speech


@dataclass(frozen=True, slots=True)
class Encoder:
    """A file type: its ending, libsndfile's subtype or FFmpeg's codec, bits a second per channel.

    delay: seconds by which a decoder that follows the rules returns the sound late. MP3 and Opus
    say in the file how much to drop at the beginning; AMR does not, and looks 5 ms ahead.
    """

    ending: str
    subtype: str = ""
    codec: str = ""
    bits: int = 0
    delay: float = 0.0


ENCODERS = {
    "alaw": Encoder("wav", subtype="ALAW"),
    "ulaw": Encoder("wav", subtype="ULAW"),
    "pcm": Encoder("wav", subtype="PCM_16"),
    "mp3": Encoder("mp3", codec="libmp3lame", bits=16_000),
    "opus": Encoder("opus", codec="libopus", bits=16_000),
    "amr": Encoder("amr", codec="libopencore_amrnb", bits=12_200, delay=0.005),
}


@dataclass(frozen=True, slots=True)
class Line:
    """How a call was recorded.

    layout: stereo, mono (both on one channel) or pair (a file for each side). silent: a speaker
    whose channel stayed empty. leak_db: how much weaker each side is heard on the other's channel.
    """

    encoder: str = "alaw"
    layout: str = "stereo"
    agent_channel: int = 0
    silent: str = ""
    noise_db: float = -55.0
    leak_db: float | None = None
    prompt: bool = False


def channel_of(line: Line, speaker: str) -> int:
    """Where a speaker is heard; prompts come from the agent's side."""
    if line.layout == "mono":
        return 0
    return line.agent_channel if speaker in (AGENT, OTHER) else 1 - line.agent_channel


def record(scene: Scene, line: Line) -> Channels:
    """The sound of the recording, (channels, n) at 8 kHz."""
    random = Random(f"record/{scene.script.seed}")
    sides = {name: _telephone(track, random) for name, track in scene.tracks.items()}
    heard = {name: side for name, side in sides.items() if name != line.silent}
    sound = np.zeros((1 if line.layout == "mono" else 2, len(sides[AGENT])), np.float32)
    for name, side in heard.items():
        sound[channel_of(line, name)] += side
    if line.leak_db is not None:
        sound = sound + sound[::-1] * np.float32(10 ** (-line.leak_db / 20))
    for i, channel in enumerate(sound):
        if not (line.silent and i == channel_of(line, line.silent)):
            channel += line_noise(len(channel), RATE, line.noise_db, scene.script.seed * 2 + i)
    return np.clip(sound, -1, 1)


def _telephone(track: NDArray[np.float32], random: Random) -> NDArray[np.float32]:
    """8 kHz, the telephone's band, at a telephone's loudness; nothing moves in time."""
    sound = resample_poly(track, RATE, STAGE_RATE)
    sound = sosfiltfilt(butter(2, BAND, "bandpass", fs=RATE, output="sos"), sound)
    voiced = sound[np.abs(sound) > 0.01]
    loudness = float(np.sqrt(np.mean(voiced**2))) if len(voiced) else 1.0
    return np.asarray(sound / loudness * 10 ** (random.uniform(*LOUDNESS) / 20), np.float32)


def write(sound: Channels, path: Path, line: Line) -> list[Path]:
    """Write `path` + ending (or the two files of a pair); the files, in order."""
    encoder = ENCODERS[line.encoder]
    if line.layout == "pair":
        sides = ((AGENT, channel_of(line, AGENT)), (CUSTOMER, channel_of(line, CUSTOMER)))
        files = []
        for name, channel in sides:
            one = path.with_name(f"{path.name}_{name}.{encoder.ending}")
            files.append(_encode(sound[channel : channel + 1], one, encoder))
        return files
    return [_encode(sound, path.with_name(f"{path.name}.{encoder.ending}"), encoder)]


def _encode(sound: Channels, path: Path, encoder: Encoder) -> Path:
    if encoder.subtype:
        soundfile.write(path, sound.T, RATE, subtype=encoder.subtype, format="WAV")
        return path
    layout = "mono" if len(sound) == 1 else "stereo"
    pcm = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(pcm.T.reshape(1, -1).copy(), format="s16", layout=layout)
    frame.sample_rate, frame.pts = RATE, 0
    with av.open(str(path), "w") as file:
        stream = file.add_stream(encoder.codec, rate=RATE, layout=layout)
        assert isinstance(stream, av.AudioStream) and stream.codec_context.format
        stream.bit_rate = encoder.bits * len(sound)
        fit = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=RATE)
        for piece in fit.resample(frame) + fit.resample(None):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return path
