"""A prepared recording handed to another process: its sound as open files, the rest as a pickle.

No sample is copied: the files have no name and are mapped on the other side, and the disk gives
their space back when the last process lets go of them, however it ends.
"""

import io
import os
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.speech.mapping import descriptor_of, mapped


def packed(whole: object) -> tuple[bytes, list[int]]:
    """The object's pickle, and the descriptors of the channels in it, each once; they stay ours."""
    files = _Files()
    text = io.BytesIO()
    _Pickler(text, files).dump(whole)
    return text.getvalue(), files.descriptors


def unpacked(text: bytes, descriptors: Sequence[int]) -> Any:
    """What was packed; the descriptors are taken over. Only from a process of our own."""
    return _Unpickler(io.BytesIO(text), descriptors).load()


class _Files:
    def __init__(self) -> None:
        self.descriptors: list[int] = []
        self._places: dict[int, int] = {}

    def place(self, descriptor: int) -> int:
        if descriptor not in self._places:
            self._places[descriptor] = len(self.descriptors)
            self.descriptors.append(descriptor)
        return self._places[descriptor]


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, files: _Files) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._files = files

    def persistent_id(self, obj: object) -> tuple[int, int] | None:
        """(which file, samples) of a channel."""
        descriptor = descriptor_of(obj) if isinstance(obj, np.ndarray) else None
        if descriptor is None:
            return None
        return self._files.place(descriptor), len(obj)  # type: ignore[arg-type]


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, descriptors: Sequence[int]) -> None:
        super().__init__(file)
        self._descriptors = descriptors
        self._channels: dict[int, Any] = {}

    def persistent_load(self, pid: tuple[int, int]) -> Any:
        """The channel: one array however often it is named."""
        place, samples = pid
        if place not in self._channels:
            self._channels[place] = mapped(os.dup(self._descriptors[place]), samples)
        return self._channels[place]

    def load(self) -> Any:
        try:
            return super().load()
        finally:
            for descriptor in self._descriptors:
                os.close(descriptor)
