"""libsndfile: WAV in its many codings, FLAC, Ogg, MP3, AIFF, AU, in blocks. Used in the child."""

from collections.abc import Iterator

import numpy as np
import soundfile

from pipeline.speech.tracks import Samples

BLOCK_FRAMES = 65_536
MAX_FRAMES = 2**48
"""libsndfile says more than this where it does not know the length."""

EXACT = ("PCM", "ULAW", "ALAW", "FLOAT", "DOUBLE")
"""Codings whose length is a matter of arithmetic on the bytes that are there."""


class Opened:
    """A file that libsndfile reads: what it is, how long, its blocks."""

    def __init__(self, descriptor: int) -> None:
        self._file = soundfile.SoundFile(descriptor, closefd=False)
        self.rate = int(self._file.samplerate)
        self.filled = 0.0
        self.codec = str(self._file.subtype_info)

    @property
    def seconds(self) -> float | None:
        """The length, where it follows from the bytes that are there; else None."""
        sure = self._file.subtype.startswith(EXACT) or "ADPCM" in self._file.subtype
        if not sure or self._file.format in ("FLAC", "OGG", "MPEG"):
            return None
        return self._file.frames / self.rate if self._file.frames < MAX_FRAMES else None

    def blocks(self) -> Iterator[tuple[Samples, int]]:
        """Blocks of shape (channels, samples) with their rate; ends where reading fails."""
        while True:
            try:
                block = self._file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return
            if not len(block):
                return
            yield np.ascontiguousarray(block.T), self.rate

    def close(self) -> None:
        """Let go of the file (the descriptor stays open)."""
        self._file.close()
