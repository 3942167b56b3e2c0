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

from pipeline.speech.mapping import descriptor_of, mapped_array


def packed(whole: object) -> tuple[bytes, list[int]]:
    """The object's pickle, and the descriptors of the sound in it, each once; they stay ours."""
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

    def persistent_id(self, obj: object) -> tuple[int, str, tuple[int, ...]] | None:
        """(which file, type and shape of the numbers in it) of an array that is a file."""
        if not isinstance(obj, np.ndarray):
            return None
        descriptor = descriptor_of(obj)
        return (
            None
            if descriptor is None
            else (self._files.place(descriptor), obj.dtype.name, obj.shape)
        )


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, descriptors: Sequence[int]) -> None:
        super().__init__(file)
        self._descriptors = descriptors
        self._arrays: dict[int, Any] = {}

    def persistent_load(self, pid: tuple[int, str, tuple[int, ...]]) -> Any:
        """The array: one however often it is named."""
        place, kind, shape = pid
        if place not in self._arrays:
            self._arrays[place] = mapped_array(os.dup(self._descriptors[place]), kind, shape)
        return self._arrays[place]

    def load(self) -> Any:
        try:
            return super().load()
        finally:
            for descriptor in self._descriptors:
                os.close(descriptor)
